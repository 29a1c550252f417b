internal import ConsensusTypes

/// Sums, viability and best children, kept from one head computation to the next.
///
/// A block is weighed from its children, so a change goes up the tree from where it happened and stops at the first
/// block that it leaves as it was: votes that move from one block to another go no further than the fork between them.
/// What changes all at once (another justified or finalized checkpoint, refused payloads, pruning) is one pass over all.
extension ForkChoiceStore {
    /// The children of a block, the last to come first.
    func children(of position: Int) -> some Sequence<Int> {
        sequence(state: nodes[position].lastChild) { next -> Int? in
            guard next >= 0 else { return nil }
            defer { next = nodes[Int(next)].previousSibling }
            return Int(next)
        }
    }

    /// Takes a block in that stands at the end of the array.
    mutating func linkChild(_ position: Int) {
        if let parent = nodes[position].parent {
            nodes[position].previousSibling = nodes[parent].lastChild
            nodes[parent].lastChild = Int32(position)
            markDirty(parent)
        }
        markDirty(position)
        noteTime(position)
    }

    /// Notes when a block is to be looked at again because of nothing but the time.
    mutating func noteTime(_ position: Int) {
        let (slot, block) = (nodes[position].slot, nodes[position].block)
        if slot &+ 1 >= currentSlot { branches.note(position, slot: slot) }
        // Its voting source changes behind its epoch; a source is good for two epochs more.
        let current = currentEpoch
        for due in Set([epoch(of: slot), block.justified.epoch &+ 2, block.unrealizedJustified.epoch &+ 2])
        where due >= current { branches.note(position, due: due &+ 1) }
    }

    mutating func markDirty(_ position: Int) {
        if nodes[position].isDirty { return }
        nodes[position].isDirty = true
        branches.dirty.insert(Int32(position))
    }

    /// Links everything anew, after positions have changed.
    mutating func relinkBranches() {
        branches = Branches()
        branches.epoch = currentEpoch
        for i in nodes.indices {
            nodes[i].isDirty = false
            nodes[i].isOnPath = false
            if let parent = nodes[i].parent {
                nodes[i].previousSibling = nodes[parent].lastChild
                nodes[parent].lastChild = Int32(i)
            }
            noteTime(i)
        }
    }

    /// Brings sums, viability and the best chain up to date; answers where that begins.
    ///
    /// Spec: `filter_node_tree`, and `get_attestation_score` of all nodes.
    mutating func settleBranches() throws(ForkChoiceError) -> Int {
        try recountVotes()
        guard let base = positions[justifiedCheckpoint.root] else { throw .missingNode(justifiedCheckpoint.root) }
        if nodes[base].execution == .invalidated { throw .invalidatedJustified(justifiedCheckpoint) }
        let epoch = currentEpoch
        if branches.epoch < epoch {
            for position in branches.takeDue(by: epoch) { markDirty(Int(position)) }
            branches.epoch = epoch
        }
        if branches.isStale || branches.justified != justifiedCheckpoint {
            weighAll()
            branches.isStale = false
            branches.justified = justifiedCheckpoint
            branches.path = [Int32(base)]
            nodes[base].isOnPath = true
        } else {
            weighDirty()
            trimPath()
        }
        branches.slot = currentSlot
        extendPath()
        branches.boost = proposerBoost()
        return base
    }

    private mutating func weighAll() {
        branches.dirty.removeAll()
        for i in nodes.indices.reversed() {
            _ = weigh(i)
            nodes[i].isDirty = false
            nodes[i].isOnPath = false
        }
    }

    private mutating func weighDirty() {
        while let position = branches.dirty.popLast() {
            nodes[position].isDirty = false
            let change = weigh(position)
            if change.isNone { continue }
            if change.concernsPath, nodes[position].isOnPath { cutPath(behind: position) }
            if change.concernsParent, let parent = nodes[position].parent { markDirty(parent) }
        }
    }

    private struct Change {
        var concernsParent = false
        var concernsPath = false
        var isNone: Bool { !concernsParent && !concernsPath }
    }

    /// Sums up the votes for a block and its children, and finds which ways on from it may win.
    private mutating func weigh(_ position: Int) -> Change {
        let node = nodes[position]
        var scores = node.votes
        var viable: PayloadVariants = []
        var bestOnEmpty: Int32 = -1
        var bestOnFull: Int32 = -1
        // To the rest of the tree, a refused block and its votes are gone.
        if node.execution != .invalidated {
            var hasChildren: PayloadVariants = []
            var next = node.lastChild
            while next >= 0 {
                let child = next
                next = nodes[Int(child)].previousSibling
                if nodes[Int(child)].execution == .invalidated { continue }
                let status = nodes[Int(child)].parentStatus
                scores[status] &+= nodes[Int(child)].scores.pending
                hasChildren.insert(status == .empty ? .empty : .full)
                if nodes[Int(child)].viable.isEmpty { continue }
                if status == .empty {
                    if bestOnEmpty < 0 || isHeavier(Int(child), Int(bestOnEmpty)) { bestOnEmpty = child }
                } else {
                    if bestOnFull < 0 || isHeavier(Int(child), Int(bestOnFull)) { bestOnFull = child }
                }
            }
            scores.pending &+= scores.empty &+ scores.full
            let isViableLeaf = hasChildren != [.empty, .full] && node.isOnFinalized && isJustifiedLeaf(position)
            // A block before gloas has one way on; one whose payload is not here cannot go on with it.
            if node.hasSeparatePayload, hasChildren.contains(.empty) ? bestOnEmpty >= 0 : isViableLeaf {
                viable.insert(.empty)
            }
            if node.isPayloadVerified, hasChildren.contains(.full) ? bestOnFull >= 0 : isViableLeaf {
                viable.insert(.full)
            }
        }
        let isOtherWay =
            viable != node.viable || bestOnEmpty != node.bestOnEmpty || bestOnFull != node.bestOnFull
        let change = Change(
            concernsParent: scores.pending != node.scores.pending || viable != node.viable,
            // From gloas on the way on is a question of weights, too.
            concernsPath: isOtherWay || node.hasSeparatePayload && scores != node.scores
        )
        if isOtherWay {
            nodes[position].viable = viable
            nodes[position].bestOnEmpty = bestOnEmpty
            nodes[position].bestOnFull = bestOnFull
        }
        if scores != node.scores { nodes[position].scores = scores }
        return change
    }

    /// Whether one sibling wins over another, boost left aside.
    private func isHeavier(_ a: Int, _ b: Int) -> Bool {
        let (heavy, light) = (nodes[a].scores.pending, nodes[b].scores.pending)
        return heavy != light ? heavy > light : nodes[a].root > nodes[b].root
    }

    // MARK: The best chain

    private mutating func cutPath(behind position: Int) {
        while let last = branches.path.last, last > position { dropLastOfPath(last) }
    }

    /// Takes off what was decided by the clock.
    private mutating func trimPath() {
        while branches.path.count > 1, let last = branches.path.last, nodes[Int(last)].slot &+ 1 >= branches.slot {
            dropLastOfPath(last)
        }
    }

    private mutating func dropLastOfPath(_ last: Int32) {
        nodes[Int(last)].isOnPath = false
        branches.path.removeLast()
    }

    private mutating func extendPath() {
        guard var at = branches.path.last.map({ Int($0) }), nodes[at].isViable else { return }
        while let child = nodes[at].best(on: decidePayload(at)) {
            nodes[child].isOnPath = true
            branches.path.append(Int32(child))
            at = child
        }
    }

    /// Where the chain from a viable block on ends, boost left aside.
    private func end(from position: Int) -> (block: Int, status: PayloadStatus) {
        var at = position
        while true {
            let status = decidePayload(at)
            guard let child = nodes[at].best(on: status) else { return (at, status) }
            at = child
        }
    }

    /// Where the best chain ends with the boost.
    ///
    /// All blocks of the best chain that are below the boosted one are the heavier for it, so only the branch from where
    /// the boosted one leaves that chain has to be looked at.
    func boostedEnd() -> (block: Int, status: PayloadStatus) {
        guard let last = branches.path.last.map({ Int($0) }) else { return (0, .full) }
        let plain = (block: last, status: decidePayload(last))
        guard let boost = branches.boost else { return plain }
        var toBoosted: [Int] = []
        var at = boost.position
        while !nodes[at].isOnPath {
            toBoosted.append(at)
            guard let parent = nodes[at].parent else { return plain }
            at = parent
        }
        for next in toBoosted.reversed() {
            let status = decidePayload(at, boost: (nodes[next].parentStatus, boost.amount))
            let rival = nodes[at].best(on: status)
            if status == nodes[next].parentStatus, nodes[next].isViable, isHeavier(next, boost.amount, than: rival) {
                at = next
                continue
            }
            return rival.map(end) ?? (at, status)
        }
        return toBoosted.isEmpty ? plain : end(from: at)
    }

    private func isHeavier(_ boosted: Int, _ boost: Gwei, than rival: Int?) -> Bool {
        guard let rival, rival != boosted else { return true }
        let (heavy, light) = (nodes[boosted].scores.pending &+ boost, nodes[rival].scores.pending)
        return heavy != light ? heavy > light : nodes[boosted].root > nodes[rival].root
    }

    /// Which way the head goes on from a viable block: the heavier, and `get_payload_status_tiebreaker` between equals.
    private func decidePayload(
        _ position: Int,
        boost: (status: PayloadStatus, amount: Gwei)? = nil
    ) -> PayloadStatus {
        let viable = nodes[position].viable
        guard viable == [.empty, .full] else { return viable == .empty ? .empty : .full }
        // The votes that decide it are not cast before the slot after next.
        if isOfPreviousSlot(position) { return shouldExtendPayload(position) ? .full : .empty }
        var weights = nodes[position].scores
        if let boost { weights[boost.status] &+= boost.amount }
        return weights.full >= weights.empty ? .full : .empty
    }

    // MARK: The boost

    private func proposerBoost() -> (position: Int, amount: Gwei)? {
        guard let position = positions[proposerBoostRoot], shouldApplyProposerBoost(position) else { return nil }
        return (
            position,
            countedBalances.committeeFraction(
                percent: spec.config.proposerScoreBoost,
                slotsPerEpoch: spec.preset.slotsPerEpoch
            )
        )
    }

    /// The sums of a block with what the boost adds to them; of the last head computation.
    func boostedWeights(_ position: Int) -> PayloadWeights {
        var weights = nodes[position].scores
        guard let boost = branches.boost else { return weights }
        var at = boost.position
        var status: PayloadStatus?
        while at > position, let parent = nodes[at].parent {
            status = nodes[at].parentStatus
            at = parent
        }
        guard at == position else { return weights }
        weights.pending &+= boost.amount
        if let status { weights[status] &+= boost.amount }
        return weights
    }
}
