public import ConsensusTypes
internal import Hashing

extension ForkChoiceStore {
    /// Spec: `get_head`.
    public mutating func getHead() throws(ForkChoiceError) -> ForkChoiceHead {
        let (block, status) = try headPosition()
        return ForkChoiceHead(node: node(at: block), payloadStatus: status)
    }

    /// Spec: `get_head`, with `get_filtered_node_tree` and `get_weight`, by what has changed since the last call.
    mutating func headPosition() throws(ForkChoiceError) -> (block: Int, status: PayloadStatus) {
        let base = try settleBranches()
        guard !nodes.standings[base].viable.isEmpty else {
            return (base, nodes[base].hasSeparatePayload ? .empty : .full)
        }
        return boostedEnd(from: base)
    }

    /// Spec: `is_previous_slot_payload_decision`, of the two ways on from a block.
    func isOfPreviousSlot(_ position: Int) -> Bool {
        nodes[position].hasSeparatePayload && nodes[position].slot &+ 1 == currentSlot
    }

    /// Spec: `get_weight`, as of the last head computation; `nil` for a block that is not known.
    ///
    /// The nodes of a block before gloas are one, whatever status is asked for.
    public func getWeight(_ node: PayloadNode) -> Gwei? {
        guard let position = find(node.root) else { return nil }
        let weights = boostedWeights(position)
        guard nodes[position].hasSeparatePayload, node.payloadStatus != .pending else { return weights.pending }
        return isOfPreviousSlot(position) ? 0 : weights[node.payloadStatus]
    }

    /// The leaves of `get_filtered_node_tree` with their weights, or its root alone where nothing is viable.
    public mutating func viableForHead() throws(ForkChoiceError) -> [(node: PayloadNode, weight: Gwei)] {
        let base = try settleBranches()
        var isAboveBase = Array(repeating: false, count: nodes.count)
        var leaves: [PayloadNode] = []
        for i in nodes.indices {
            isAboveBase[i] = i == base || nodes[i].parent.map { isAboveBase[$0] } ?? false
            guard isAboveBase[i] else { continue }
            for status in [PayloadStatus.empty, .full]
            where nodes.standings[i].viable.allows(status) && !hasViableChild(i, on: status) {
                leaves.append(PayloadNode(root: nodes[i].root, payloadStatus: status))
            }
        }
        if leaves.isEmpty { leaves = [PayloadNode(root: nodes[base].root, payloadStatus: .pending)] }
        return leaves.map { ($0, getWeight($0) ?? 0) }
    }

    /// Spec: the `correct_justified` of `filter_node_tree`, for a block without children.
    func isJustifiedLeaf(_ position: Int) -> Bool {
        if justifiedCheckpoint.epoch == 0 { return true }
        let source = votingSource(position)
        return source.epoch == justifiedCheckpoint.epoch || source.epoch &+ 2 >= currentEpoch
    }

    /// Spec: `get_voting_source`.
    private func votingSource(_ position: Int) -> Checkpoint {
        let block = nodes.checkpoints(at: position)
        return currentEpoch > epoch(of: nodes[position].slot) ? block.unrealizedJustified : block.justified
    }
}
