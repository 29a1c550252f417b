public import ConsensusTypes
internal import Hashing

extension ForkChoiceStore {
    /// Spec: `get_head`.
    public mutating func getHead() throws(ForkChoiceError) -> ForkChoiceHead {
        let (block, status) = try headPosition()
        return ForkChoiceHead(node: nodes[block], payloadStatus: status)
    }

    /// Each block's best viable child, on the block with its payload and without; -1 for none.
    private struct BestChildren {
        var empty: [Int32]
        var full: [Int32]

        subscript(_ position: Int, _ status: PayloadStatus) -> Int? {
            let child = status == .empty ? empty[position] : full[position]
            return child < 0 ? nil : Int(child)
        }
    }

    /// Spec: `get_head`, with `get_filtered_node_tree` and `get_weight` in three passes over the blocks.
    mutating func headPosition() throws(ForkChoiceError) -> (block: Int, status: PayloadStatus) {
        let (base, best) = try weighBranches()
        guard nodes[base].isViable else { return (base, nodes[base].hasSeparatePayload ? .empty : .full) }
        var head = base
        while true {
            let status = decidePayload(head)
            guard let child = best[head, status] else { return (head, status) }
            head = child
        }
    }

    private mutating func weighBranches() throws(ForkChoiceError) -> (base: Int, best: BestChildren) {
        try recountVotes()
        guard let base = positions[justifiedCheckpoint.root] else { throw .missingNode(justifiedCheckpoint.root) }
        if nodes[base].execution == .invalidated { throw .invalidatedJustified(justifiedCheckpoint) }
        sumVotes()
        addProposerBoost()
        return (base, findViableBranches())
    }

    /// Spec: `get_attestation_score` of all nodes.
    private mutating func sumVotes() {
        for i in nodes.indices { nodes[i].scores = nodes[i].votes }
        // All children stand behind their parent, so they are done. To the rest of the tree, a refused block and its
        // votes are gone.
        for i in nodes.indices.reversed() where nodes[i].execution != .invalidated {
            let sum = nodes[i].scores.pending &+ nodes[i].scores.empty &+ nodes[i].scores.full
            nodes[i].scores.pending = sum
            if let parent = nodes[i].parent { nodes[parent].scores[nodes[i].parentStatus] &+= sum }
        }
    }

    /// Adds the proposer's boost to the boosted block and what lies below it.
    private mutating func addProposerBoost() {
        for i in nodes.indices { nodes[i].weights = nodes[i].scores }
        guard var position = positions[proposerBoostRoot], shouldApplyProposerBoost(position) else { return }
        let boost = countedBalances.committeeFraction(
            percent: spec.config.proposerScoreBoost,
            slotsPerEpoch: spec.preset.slotsPerEpoch
        )
        nodes[position].weights.pending &+= boost
        while let parent = nodes[position].parent {
            nodes[parent].weights[nodes[position].parentStatus] &+= boost
            nodes[parent].weights.pending &+= boost
            position = parent
        }
    }

    /// Spec: `filter_node_tree`, from the last block to the first.
    private mutating func findViableBranches() -> BestChildren {
        var hasChildren = [PayloadVariants](repeating: [], count: nodes.count)
        let none = [Int32](repeating: -1, count: nodes.count)
        var best = BestChildren(empty: none, full: none)
        for i in nodes.indices.reversed() {
            nodes[i].viable = []
            let node = nodes[i]
            if node.execution == .invalidated { continue }
            let isViableLeaf = hasChildren[i] != [.empty, .full] && nodes[i].isOnFinalized && isJustifiedLeaf(i)
            var viable: PayloadVariants = []
            // A block before gloas has one way on; one whose payload is not here cannot go on with it.
            if node.hasSeparatePayload, hasChildren[i].contains(.empty) ? best.empty[i] >= 0 : isViableLeaf {
                viable.insert(.empty)
            }
            if node.isPayloadVerified, hasChildren[i].contains(.full) ? best.full[i] >= 0 : isViableLeaf {
                viable.insert(.full)
            }
            nodes[i].viable = viable
            guard let parent = node.parent else { continue }
            let isOnEmpty = node.parentStatus == .empty
            hasChildren[parent].insert(isOnEmpty ? .empty : .full)
            if viable.isEmpty { continue }
            let rival = Int(isOnEmpty ? best.empty[parent] : best.full[parent])
            if rival >= 0, isHeavier(rival, i) { continue }
            if isOnEmpty { best.empty[parent] = Int32(i) } else { best.full[parent] = Int32(i) }
        }
        return best
    }

    private func isHeavier(_ a: Int, _ b: Int) -> Bool {
        nodes[a].weight != nodes[b].weight ? nodes[a].weight > nodes[b].weight : nodes[a].root > nodes[b].root
    }

    /// Which way the head goes on from a viable block: the heavier, and `get_payload_status_tiebreaker` between equals.
    private func decidePayload(_ position: Int) -> PayloadStatus {
        guard nodes[position].viable == [.empty, .full] else {
            return nodes[position].viable == .empty ? .empty : .full
        }
        // The votes that decide it are not cast before the slot after next.
        if isOfPreviousSlot(position) { return shouldExtendPayload(position) ? .full : .empty }
        let weights = nodes[position].weights
        return weights.full >= weights.empty ? .full : .empty
    }

    /// Spec: `is_previous_slot_payload_decision`, of the two ways on from a block.
    func isOfPreviousSlot(_ position: Int) -> Bool {
        nodes[position].hasSeparatePayload && nodes[position].slot &+ 1 == currentSlot
    }

    /// Spec: `get_weight`, as of the last head computation; `nil` for a block that is not known.
    ///
    /// The nodes of a block before gloas are one, whatever status is asked for.
    public func getWeight(_ node: PayloadNode) -> Gwei? {
        guard let position = positions[node.root] else { return nil }
        guard nodes[position].hasSeparatePayload, node.payloadStatus != .pending else { return nodes[position].weight }
        return isOfPreviousSlot(position) ? 0 : nodes[position].weights[node.payloadStatus]
    }

    /// The leaves of `get_filtered_node_tree` with their weights, or its root alone where nothing is viable.
    public mutating func viableForHead() throws(ForkChoiceError) -> [(node: PayloadNode, weight: Gwei)] {
        let (base, best) = try weighBranches()
        var isAboveBase = Array(repeating: false, count: nodes.count)
        var leaves: [PayloadNode] = []
        for i in nodes.indices {
            isAboveBase[i] = i == base || nodes[i].parent.map { isAboveBase[$0] } ?? false
            guard isAboveBase[i] else { continue }
            for status in [PayloadStatus.empty, .full]
            where nodes[i].viable.allows(status) && best[i, status] == nil {
                leaves.append(PayloadNode(root: nodes[i].root, payloadStatus: status))
            }
        }
        if leaves.isEmpty { leaves = [PayloadNode(root: nodes[base].root, payloadStatus: .pending)] }
        return leaves.map { ($0, getWeight($0) ?? 0) }
    }

    /// Spec: the `correct_justified` of `filter_node_tree`, for a block without children.
    private func isJustifiedLeaf(_ position: Int) -> Bool {
        if justifiedCheckpoint.epoch == 0 { return true }
        let source = votingSource(position)
        return source.epoch == justifiedCheckpoint.epoch || source.epoch &+ 2 >= currentEpoch
    }

    /// Spec: `get_voting_source`.
    private func votingSource(_ position: Int) -> Checkpoint {
        let block = nodes[position].block
        return currentEpoch > epoch(of: block.slot) ? block.unrealizedJustified : block.justified
    }
}
