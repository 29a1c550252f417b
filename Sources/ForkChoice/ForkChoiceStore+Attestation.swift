public import ConsensusTypes

extension ForkChoiceStore {
    /// Where an attestation came from.
    public enum AttestationSource: Sendable {
        /// Within a block: its epoch was checked by the transition.
        case block
        /// On its own: must be of this or the previous epoch.
        case gossip
    }

    /// Spec: `on_attestation`, of an attestation whose signature and signers were verified.
    ///
    /// - Parameters:
    ///   - indices: the validators that signed it.
    public mutating func onAttestation(
        _ data: AttestationData,
        indices: [ValidatorIndex],
        from source: AttestationSource
    ) throws(ForkChoiceError) {
        let voted = try checkAttestation(data, from: source)
        // From gloas on the index says whether the block's payload is there; before, which committee votes.
        let isOfGloas = spec.fork(atSlot: data.slot) >= .gloas
        let message = LatestMessage(
            slotPlusOne: data.slot &+ 1,
            node: Int32(voted),
            payloadPresent: isOfGloas && data.index == 1
        )
        // Before gloas a vote is replaced by one of a later epoch; from then on by one of a later slot.
        let replacedBefore = isOfGloas ? data.slot : startSlot(of: data.target.epoch)
        var gained: Gwei = 0
        for index in indices where !equivocatingIndices.contains(index) {
            gained &+= updateLatestMessage(of: index, to: message, ifBefore: replacedBefore)
        }
        if gained == 0 { return }
        nodes.standings[voted].votes[supportedStatus(message)] &+= gained
        changeVotes(voted, by: gained)
    }

    /// The same, of any sequence.
    ///
    /// Inlined, because a sequence that is iterated without its type costs five times what a vote does.
    @inlinable
    public mutating func onAttestation(
        _ data: AttestationData,
        indices: some Sequence<ValidatorIndex>,
        from source: AttestationSource
    ) throws(ForkChoiceError) {
        try onAttestation(data, indices: Array(indices), from: source)
    }

    /// Spec: `validate_on_attestation`; the position of the block voted for.
    private func checkAttestation(
        _ data: AttestationData,
        from source: AttestationSource
    ) throws(ForkChoiceError) -> Int {
        let target = data.target
        if source == .gossip {
            let current = currentEpoch
            let allowed = (current > 0 ? current - 1 : 0)...current
            guard allowed.contains(target.epoch) else { throw .targetEpoch(expected: allowed, got: target.epoch) }
        }
        guard target.epoch == epoch(of: data.slot) else {
            throw .targetNotOfSlot(expected: epoch(of: data.slot), got: target.epoch)
        }
        guard find(target.root) != nil else { throw .unknownBlock(target.root) }
        guard let voted = find(data.beaconBlockRoot) else { throw .unknownBlock(data.beaconBlockRoot) }
        guard nodes[voted].slot <= data.slot else {
            throw .voteForLaterBlock(slot: data.slot, blockSlot: nodes[voted].slot)
        }
        if nodes.standings[voted].execution == .invalidated { throw .invalidatedBlock(data.beaconBlockRoot) }
        if spec.fork(atSlot: data.slot) >= .gloas { try checkPayloadIndex(data, of: voted) }
        let through = nodes[ancestor(voted, at: startSlot(of: target.epoch))].root
        guard target.root == through else { throw .targetNotAncestor(expected: through, got: target.root) }
        guard currentSlot > data.slot else { throw .slotNotOver(slot: data.slot, current: currentSlot) }
        return voted
    }

    /// The checks of `validate_on_attestation` that gloas brought.
    private func checkPayloadIndex(_ data: AttestationData, of position: Int) throws(ForkChoiceError) {
        let limit: UInt64 = nodes[position].slot == data.slot ? 0 : 1
        guard data.index <= limit else { throw .payloadIndex(limit: limit, got: data.index) }
        if data.index == 1, !nodes.standings[position].isPayloadVerified {
            throw .payloadNotVerified(nodes[position].root)
        }
    }

    /// Spec: `update_latest_messages`, for one validator: a vote that is older than `slot` is replaced.
    ///
    /// Answers the weight that the new vote brings to its block, to be added there.
    private mutating func updateLatestMessage(
        of index: ValidatorIndex,
        to message: LatestMessage,
        ifBefore slot: Slot
    ) -> Gwei {
        // Who signed was found in a registry, which is never longer than memory allows.
        let at = Int(index)
        if at >= latestMessages.count {
            latestMessages.append(contentsOf: repeatElement(LatestMessage(), count: at + 1 - latestMessages.count))
        }
        let before = latestMessages[at]
        guard before.slotPlusOne <= slot else { return 0 }
        let weight = countedBalances.weight(of: index)
        latestMessages[at] = message
        if before.node >= 0 { withdraw(before, weight) }
        return weight
    }

    private mutating func withdraw(_ message: LatestMessage, _ weight: Gwei) {
        if weight == 0 { return }
        nodes.standings[Int(message.node)].votes[supportedStatus(message)] &-= weight
        changeVotes(Int(message.node), by: 0 &- weight)
    }

    /// Which of the nodes of its block a vote supports.
    ///
    /// Spec: `get_supported_node` (gloas).
    func supportedStatus(_ message: LatestMessage) -> PayloadStatus {
        let node = nodes[Int(message.node)]
        guard node.hasSeparatePayload, node.slot &+ 1 < message.slotPlusOne else { return .pending }
        return message.payloadPresent ? .full : .empty
    }

    /// Spec: `on_attester_slashing`, of a slashing whose signatures were verified.
    public mutating func onAttesterSlashing(_ slashing: AttesterSlashing) throws(ForkChoiceError) {
        let (first, second) = (slashing.attestation1, slashing.attestation2)
        guard isSlashable(first.data, second.data) else { throw .notSlashable }
        for index in Set(first.attestingIndices).intersection(second.attestingIndices)
        where equivocatingIndices.insert(index).inserted {
            guard index < UInt64(latestMessages.count) else { continue }
            let vote = latestMessages[Int(index)]
            if vote.node >= 0 { withdraw(vote, countedBalances.weight(of: index)) }
            latestMessages[Int(index)].node = -1
        }
    }

    /// Spec: `is_slashable_attestation_data`.
    private func isSlashable(_ a: AttestationData, _ b: AttestationData) -> Bool {
        let isDouble = a != b && a.target.epoch == b.target.epoch
        let isSurround = a.source.epoch < b.source.epoch && b.target.epoch < a.target.epoch
        return isDouble || isSurround
    }

    /// Counts all votes with the weights of the checkpoint that is justified now.
    mutating func recountVotes() throws(ForkChoiceError) {
        guard let weights = balances[justifiedCheckpoint] else { throw .missingBalances(justifiedCheckpoint) }
        if weights === countedBalances { return }
        countedBalances = weights
        branches.isStale = true
        for i in nodes.indices { nodes.standings[i].votes = PayloadWeights() }
        for (index, vote) in latestMessages.enumerated() where vote.node >= 0 {
            let status = supportedStatus(vote)
            nodes.standings[Int(vote.node)].votes[status] &+= weights.weight(of: UInt64(index))
        }
    }
}
