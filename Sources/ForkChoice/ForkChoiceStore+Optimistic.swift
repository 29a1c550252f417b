public import ConsensusTypes
public import Hashing

/// Blocks whose payloads an execution engine has not judged, and what its judgement does to them.
///
/// A block that is refused stays in the array, because positions are handed out, but for the head it is as if it were
/// gone: it has no weight, passes none on, and its parent is a leaf if all children are like it.
extension ForkChoiceStore {
    /// Spec: `is_optimistic`.
    public func isOptimistic(_ root: Root) -> Bool {
        positions[root].map { nodes[$0].execution == .notValidated } ?? false
    }

    /// Spec: `latest_verified_ancestor`: the block itself where it is verified; `nil` where it is unknown or refused.
    ///
    /// An anchor counts as verified.
    public func latestVerifiedAncestor(_ root: Root) -> ForkChoiceNode? {
        guard var position = positions[root], nodes[position].execution != .invalidated else { return nil }
        while nodes[position].execution == .notValidated, let parent = nodes[position].parent { position = parent }
        return nodes[position]
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
        if let parent = positions[parentRoot], nodes[parent].hasPayload { return true }
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
        guard let position = positions[root] else { throw .unknownBlock(root) }
        switch verdict {
        case .notValidated: return []
        case .valid:
            if nodes[position].execution == .invalidated { throw .payloadContradiction(root) }
            markValid(position)
            return []
        case .invalid(let latestValidHash):
            if nodes[position].execution == .valid { throw .payloadContradiction(root) }
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
        guard let parent = positions[parentRoot] else { throw .unknownBlock(parentRoot) }
        return firstInvalid(from: parent, latestValidHash).map { invalidate($0) } ?? []
    }

    /// Marks a block and all before it, whose payloads it builds on.
    mutating func markValid(_ position: Int) {
        var position: Int? = position
        while let at = position, nodes[at].execution == .notValidated {
            nodes[at].execution = .valid
            position = nodes[at].parent
        }
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
        while nodes[at].execution != .valid {
            if nodes[at].block.executionBlockHash == latestValidHash { return first }
            first = at
            guard let parent = nodes[at].parent else { return isNoneValid ? first : nil }
            at = parent
        }
        // All from here down is valid, and a hash that is not found there means nothing.
        return isNoneValid || hasPayload(latestValidHash, atOrBelow: at) ? first : nil
    }

    private func hasPayload(_ hash: Hash32, atOrBelow position: Int) -> Bool {
        var position: Int? = position
        while let at = position {
            if nodes[at].block.executionBlockHash == hash { return true }
            position = nodes[at].parent
        }
        return false
    }

    /// Refuses a block and all that descend from it.
    private mutating func invalidate(_ position: Int) -> [Root] {
        var refused: [Root] = []
        for i in position..<nodes.count where nodes[i].execution != .invalidated {
            let fallsWithParent = nodes[i].parent.map { nodes[$0].execution == .invalidated } ?? false
            guard i == position || fallsWithParent else { continue }
            nodes[i].execution = .invalidated
            refused.append(nodes[i].root)
        }
        return refused
    }
}

extension ForkChoiceNode {
    /// Spec: `is_execution_block`.
    var hasPayload: Bool { block.executionBlockHash != Hash32() }
}
