internal import ConsensusTypes

/// Sums, viability and the ways on, kept from one head computation to the next.
///
/// Votes change sums by whole stretches of the tree (`Lines`). What is viable is decided from the children up, and a
/// change of that goes up the tree to the first block that it leaves as it was. Where the best chain goes on from a
/// block is decided by its children; how far it is from being decided otherwise is kept with the child (`lead`), so a
/// head is found by looking only at blocks where the chain leaves a line, or is about to. What changes all at once
/// (another justified or finalized checkpoint, refused payloads, pruning) is one pass over all.
extension ForkChoiceStore {
    /// The children of a block, the last to come first.
    func children(of position: Int) -> some Sequence<Int> { lines.children(of: position) }

    /// Takes a block in that stands at the end of the array.
    mutating func linkChild(_ position: Int) {
        let parent = nodes[position].parent
        for other in lines.append(parent: parent) { markDirty(other) }
        if let parent { markDirty(parent) }
        markDirty(position)
        noteTime(position)
    }

    /// Notes when a block is to be looked at again because of nothing but the time.
    mutating func noteTime(_ position: Int) {
        let (slot, checkpoints) = (nodes[position].slot, nodes.checkpoints(at: position))
        if slot &+ 1 >= currentSlot { branches.note(position, slot: slot) }
        // Its voting source changes behind its epoch; a source is good for two epochs more.
        let current = currentEpoch
        let own = epoch(of: slot)
        let (justified, unrealized) = (checkpoints.justified.epoch &+ 2, checkpoints.unrealizedJustified.epoch &+ 2)
        if own >= current { branches.note(position, due: own &+ 1) }
        if justified >= current, justified != own { branches.note(position, due: justified &+ 1) }
        if unrealized >= current, unrealized != own, unrealized != justified {
            branches.note(position, due: unrealized &+ 1)
        }
    }

    mutating func markDirty(_ position: Int) { branches.dirty.insert(Int32(position)) }

    /// Links everything anew, after positions have changed.
    mutating func relinkBranches() {
        branches = Branches()
        branches.epoch = currentEpoch
        lines = Lines()
        for i in nodes.indices {
            lines.append(parent: nodes[i].parent)
            noteTime(i)
        }
    }

    /// Notes votes that came to a block or left it, wrapping; to the rest of the tree, those on a refused one are gone.
    mutating func changeVotes(_ position: Int, by amount: Gwei) {
        guard amount != 0, nodes.standings[position].execution != .invalidated else { return }
        if lines.change(position, by: amount) { bringDownVotes() }
    }

    private mutating func bringDownVotes() {
        for position in lines.bringDown() { weighWaysOn(position) }
    }

    /// Brings sums, viability and leads up to date; answers where the best chain begins.
    ///
    /// Spec: `filter_node_tree`, and `get_attestation_score` of all nodes.
    mutating func settleBranches() throws(ForkChoiceError) -> Int {
        try recountVotes()
        guard let base = find(justifiedCheckpoint.root) else { throw .missingNode(justifiedCheckpoint.root) }
        if nodes.standings[base].execution == .invalidated { throw .invalidatedJustified(justifiedCheckpoint) }
        let epoch = currentEpoch
        if branches.epoch < epoch {
            for position in branches.takeDue(by: epoch) { markDirty(Int(position)) }
            branches.epoch = epoch
        }
        if branches.isStale || branches.justified != justifiedCheckpoint {
            judgeAll()
            branches.isStale = false
            branches.justified = justifiedCheckpoint
        } else {
            bringDownVotes()
            judgeDirty()
        }
        branches.boost = proposerBoost()
        return base
    }

    private mutating func judgeAll() {
        branches.dirty.removeAll()
        lines.rewrite(nodes.sums())
        for i in nodes.indices.reversed() {
            judge(i)
            setLead(after: i)
        }
    }

    private mutating func judgeDirty() {
        var last: Int32 = -1
        while let position = branches.dirty.popGreatest() {
            if position == last { continue }
            last = position
            let hasChanged = judge(Int(position))
            setLead(after: Int(position))
            if hasChanged, let parent = nodes[Int(position)].parent { markDirty(parent) }
        }
    }

    /// Finds which ways on from a block may win; answers whether that has changed.
    @discardableResult
    private mutating func judge(_ position: Int) -> Bool {
        lines.countStep()
        let standing = nodes.standings[position]
        var viable: PayloadVariants = []
        // To the rest of the tree, a refused block is gone.
        if standing.execution != .invalidated {
            var hasChildren: PayloadVariants = []
            var hasViable: PayloadVariants = []
            for child in lines.children(of: position) {
                let other = nodes.standings[child]
                if other.execution == .invalidated { continue }
                let way: PayloadVariants = nodes[child].parentStatus == .empty ? .empty : .full
                hasChildren.insert(way)
                if !other.viable.isEmpty { hasViable.insert(way) }
            }
            let isViableLeaf = hasChildren != [.empty, .full] && standing.isOnFinalized && isJustifiedLeaf(position)
            // A block before gloas has one way on; one whose payload is not here cannot go on with it.
            if standing.hasSeparatePayload, hasChildren.contains(.empty) ? hasViable.contains(.empty) : isViableLeaf {
                viable.insert(.empty)
            }
            if standing.isPayloadVerified, hasChildren.contains(.full) ? hasViable.contains(.full) : isViableLeaf {
                viable.insert(.full)
            }
        }
        if viable == standing.viable { return false }
        nodes.standings[position].viable = viable
        return true
    }

    // MARK: Leads

    /// Decides anew how far the best chain is from leaving the line behind a block, whose ways on weigh otherwise.
    private mutating func weighWaysOn(_ position: Int) {
        if nodes[position].hasSeparatePayload || lines.hasSeveralChildren(position) { setLead(after: position) }
    }

    private mutating func setLead(after position: Int) {
        guard let next = lines.next(after: position) else { return }
        lines.setLead(after: position, lead(of: next, after: position))
    }

    /// By how much the best chain through a block goes on to one child and not elsewhere, boost left aside.
    private func lead(of child: Int, after position: Int) -> Int64 {
        let (way, viable) = (nodes[child].parentStatus, nodes.standings[position].viable)
        guard mayGoOn(to: child), viable.allows(way) else { return Line.unsettled }
        var lead = Line.unrivalled
        if viable == [.empty, .full] {
            // The votes that decide it are not cast before the slot after next.
            if nodes[position].slot &+ 1 >= currentSlot { return Line.unsettled }
            let weights = scores(position)
            // Between equals it goes on with the payload.
            lead = Self.lead(weights[way], over: weights[way == .full ? .empty : .full], winsTies: way == .full)
        }
        let sum = lines.sum(child)
        for rival in lines.children(of: position)
        where rival != child && nodes[rival].parentStatus == way && mayGoOn(to: rival) {
            let winsTies = nodes[child].root > nodes[rival].root
            lead = min(lead, Self.lead(sum, over: lines.sum(rival), winsTies: winsTies))
        }
        return lead
    }

    private static func lead(_ weight: Gwei, over rival: Gwei, winsTies: Bool) -> Int64 {
        Int64(bitPattern: weight &- rival) &- (winsTies ? 0 : 1)
    }

    private func mayGoOn(to child: Int) -> Bool {
        nodes.standings[child].execution != .invalidated && !nodes.standings[child].viable.isEmpty
    }

    /// Votes for a block and all above it, by what they say of its payload; boost left aside.
    func scores(_ position: Int) -> PayloadWeights {
        var scores = PayloadWeights()
        let standing = nodes.standings[position]
        if standing.execution == .invalidated { return scores }
        scores = standing.votes
        for child in lines.children(of: position) { scores[nodes[child].parentStatus] &+= lines.sum(child) }
        scores.pending = lines.sum(position)
        return scores
    }

    // MARK: The best chain

    /// Where the best chain from a viable block on ends, with the boost.
    mutating func boostedEnd(from base: Int) -> (block: Int, status: PayloadStatus) {
        guard let boost = branches.boost else { return end(from: base) }
        for position in lines.add(boost.amount, to: boost.position) { weighWaysOn(position) }
        let end = end(from: base)
        for position in lines.add(0 &- boost.amount, to: boost.position) { weighWaysOn(position) }
        return end
    }

    private mutating func end(from base: Int) -> (block: Int, status: PayloadStatus) {
        var at = base
        while true {
            at = lines.follow(from: at)
            let status = decidePayload(at)
            guard let child = best(at, on: status) else { return (at, status) }
            at = child
        }
    }

    /// The heaviest viable child on a block without its payload or with it, the greatest root among equals.
    private func best(_ position: Int, on status: PayloadStatus) -> Int? {
        var best: Int?
        for child in lines.children(of: position) where nodes[child].parentStatus == status && mayGoOn(to: child) {
            guard let rival = best else {
                best = child
                continue
            }
            let (heavy, light) = (lines.sum(child), lines.sum(rival))
            if heavy != light ? heavy > light : nodes[child].root > nodes[rival].root { best = child }
        }
        return best
    }

    /// Whether the best chain may go on from a block on a child.
    func hasViableChild(_ position: Int, on status: PayloadStatus) -> Bool { best(position, on: status) != nil }

    /// Which way the head goes on from a viable block: the heavier, and `get_payload_status_tiebreaker` between equals.
    private func decidePayload(_ position: Int) -> PayloadStatus {
        let viable = nodes.standings[position].viable
        guard viable == [.empty, .full] else { return viable == .empty ? .empty : .full }
        // The votes that decide it are not cast before the slot after next.
        if isOfPreviousSlot(position) { return shouldExtendPayload(position) ? .full : .empty }
        let weights = scores(position)
        return weights.full >= weights.empty ? .full : .empty
    }

    // MARK: The boost

    private func proposerBoost() -> (position: Int, amount: Gwei)? {
        guard let position = find(proposerBoostRoot), shouldApplyProposerBoost(position) else { return nil }
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
        var weights = scores(position)
        guard let boost = branches.boost else { return weights }
        if boost.position == position {
            weights.pending &+= boost.amount
        } else if let child = lines.step(from: position, toward: boost.position) {
            weights.pending &+= boost.amount
            weights[nodes[child].parentStatus] &+= boost.amount
        }
        return weights
    }
}
