public import ConsensusTypes
public import Hashing

/// Blocks whose payloads an execution engine has not judged, and what its judgement does to them.
///
/// A block that is refused stays in the array, because positions are handed out, but for the head it is as if it were
/// gone: it has no weight, passes none on, and its parent is a leaf if all children are like it. From gloas on a refused
/// payload takes only what builds on it along: the block stays, and goes on empty.
extension ForkChoiceStore {
    /// Spec: `is_optimistic`.
    public func isOptimistic(_ root: Root) -> Bool {
        find(root).map { nodes.standings[$0].execution == .notValidated } ?? false
    }

    /// Spec: `is_optimistic`, of a head: from gloas on its payload counts only if it belongs to the chain.
    public func isOptimistic(_ head: ForkChoiceHead) -> Bool {
        guard let position = find(head.root) else { return false }
        let node = nodes.standings[position]
        return (head.payloadStatus == .full ? node.payloadExecution : node.execution) == .notValidated
    }

    /// Spec: `latest_verified_ancestor`: the block itself where it is verified; `nil` where it is unknown or refused.
    ///
    /// An anchor counts as verified.
    public func latestVerifiedAncestor(_ root: Root) -> ForkChoiceNode? {
        guard var position = find(root), nodes.standings[position].execution != .invalidated else { return nil }
        while nodes.standings[position].execution == .notValidated, let parent = nodes[position].parent {
            position = parent
        }
        return node(at: position)
    }

    /// Spec: `is_optimistic_candidate_block`.
    ///
    /// - Parameters:
    ///   - safeSlots: after how many slots the first payload of a chain is taken on trust.
    public func isOptimisticCandidate(
        parentRoot: Root,
        slot: Slot,
        safeSlots: UInt64 = safeSlotsToImportOptimistically
    ) -> Bool {
        if let parent = find(parentRoot), nodes[parent].hasPayload { return true }
        return slot.plusClamped(safeSlots) <= currentSlot
    }

    /// Takes in what the engine says of the payload of a block in the tree.
    ///
    /// Returns the roots that are refused now and were not before, parents first. An answer that takes back an earlier
    /// one throws and changes nothing.
    public mutating func onPayloadVerdict(
        _ verdict: PayloadVerdict,
        of root: Root
    ) throws(ForkChoiceError) -> [Root] {
        guard let position = find(root) else { throw .unknownBlock(root) }
        switch verdict {
        case .notValidated: return []
        case .valid:
            if isRefused(position) { throw .payloadContradiction(root) }
            markValid(position)
            return []
        case .invalid(let latestValidHash):
            if nodes.standings[position].payloadExecution == .valid { throw .payloadContradiction(root) }
            return invalidate(firstInvalid(from: position, latestValidHash) ?? position)
        }
    }

    /// Takes in that the payload of a block on top of `parentRoot`, itself not in the tree, is invalid.
    ///
    /// Returns the roots that are refused now and were not before, parents first.
    public mutating func onInvalidPayload(
        parentRoot: Root,
        latestValidHash: Hash32?
    ) throws(ForkChoiceError) -> [Root] {
        guard let parent = find(parentRoot) else { throw .unknownBlock(parentRoot) }
        return firstInvalid(from: parent, latestValidHash).map { invalidate($0) } ?? []
    }

    /// Marks the payload of a block and all that it builds on, and the blocks that build on nothing else.
    mutating func markValid(_ position: Int) {
        var at = position
        // The lowest block that something new is known of: what inherits it came later.
        var lowest = markPayloadValid(position) ? position : nodes.count
        while true {
            let wasValid = nodes.standings[at].execution == .valid
            if !wasValid {
                nodes.standings[at].execution = .valid
                lowest = at
            }
            guard let parent = nodes[at].parent else { break }
            let isOnPayload = nodes[at].parentStatus == .full
            if wasValid, !isOnPayload || nodes.standings[parent].payloadExecution == .valid { break }
            if isOnPayload, markPayloadValid(parent) { lowest = parent }
            at = parent
        }
        for i in lowest..<nodes.count where nodes[i].hasSeparatePayload && nodes.standings[i].execution == .notValidated
        {
            nodes.standings[i].execution = inheritedExecution(i)
        }
    }

    /// Notes that a payload that comes apart from its block is valid; answers whether that is news.
    private mutating func markPayloadValid(_ position: Int) -> Bool {
        let standing = nodes.standings[position]
        guard standing.hasSeparatePayload, standing.separatePayload != .valid else { return false }
        nodes.standings[position].separatePayload = .valid
        return true
    }

    /// Whether a block's payload or one that it builds on was refused.
    func isRefused(_ position: Int) -> Bool {
        nodes.standings[position].execution == .invalidated
            || nodes.standings[position].payloadExecution == .invalidated
    }

    /// What the engine has said of the payloads that a block since gloas builds on.
    func inheritedExecution(_ position: Int) -> ExecutionStatus {
        guard let parent = nodes[position].parent else { return nodes.standings[position].execution }
        if nodes.standings[parent].execution == .invalidated { return .invalidated }
        return nodes[position].parentStatus == .full
            ? nodes.standings[parent].payloadExecution : nodes.standings[parent].execution
    }

    /// The block whose payload the payload of a block builds on.
    private func payloadParent(_ position: Int) -> Int? {
        var at = position
        while let parent = nodes[at].parent {
            if nodes[at].parentStatus == .full { return parent }
            at = parent
        }
        return nil
    }

    /// The first block on the way to `position` whose payload is invalid by the latest valid hash; `nil` where the hash
    /// says nothing of that way.
    ///
    /// A block that was called valid is not taken back: the first after it is meant.
    private func firstInvalid(from position: Int, _ latestValidHash: Hash32?) -> Int? {
        guard let latestValidHash else { return nil }
        let isNoneValid = latestValidHash == Hash32()
        var first: Int?
        var at = position
        while nodes.standings[at].payloadExecution != .valid {
            if nodes[at].executionBlockHash == latestValidHash { return first }
            first = at
            guard let parent = payloadParent(at) else {
                // What lies below the tree is known by the hash that a bid names.
                let isBelow = nodes.parentExecutionBlockHash(at: at) == latestValidHash
                return isNoneValid || isBelow ? first : nil
            }
            at = parent
        }
        // All from here down is valid, and a hash that is not found there means nothing.
        return isNoneValid || hasPayload(latestValidHash, atOrBelow: at) ? first : nil
    }

    private func hasPayload(_ hash: Hash32, atOrBelow position: Int) -> Bool {
        var position: Int? = position
        while let at = position {
            if nodes[at].executionBlockHash == hash { return true }
            position = payloadParent(at)
        }
        return false
    }

    /// Refuses the payload of a block and all that builds on it.
    private mutating func invalidate(_ position: Int) -> [Root] {
        var refused: [Root] = []
        branches.isStale = true
        if nodes[position].hasSeparatePayload {
            nodes.standings[position].separatePayload = .invalidated
            nodes.standings[position].isPayloadVerified = false
        }
        for i in position..<nodes.count where nodes.standings[i].execution != .invalidated {
            let falls = i == position ? !nodes[i].hasSeparatePayload : inheritedExecution(i) == .invalidated
            guard falls else { continue }
            nodes.standings[i].execution = .invalidated
            refused.append(nodes[i].root)
        }
        return refused
    }
}
