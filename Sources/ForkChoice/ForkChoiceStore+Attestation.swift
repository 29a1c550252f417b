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
        indices: some Sequence<ValidatorIndex>,
        from source: AttestationSource
    ) throws(ForkChoiceError) {
        let voted = try checkAttestation(data, from: source)
        for index in indices where !equivocatingIndices.contains(index) {
            updateLatestMessage(of: index, epoch: data.target.epoch, node: voted)
        }
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
        guard positions[target.root] != nil else { throw .unknownBlock(target.root) }
        guard let voted = positions[data.beaconBlockRoot] else { throw .unknownBlock(data.beaconBlockRoot) }
        guard nodes[voted].slot <= data.slot else {
            throw .voteForLaterBlock(slot: data.slot, blockSlot: nodes[voted].slot)
        }
        if nodes[voted].execution == .invalidated { throw .invalidatedBlock(data.beaconBlockRoot) }
        let through = nodes[ancestor(voted, at: startSlot(of: target.epoch))].root
        guard target.root == through else { throw .targetNotAncestor(expected: through, got: target.root) }
        guard currentSlot > data.slot else { throw .slotNotOver(slot: data.slot, current: currentSlot) }
        return voted
    }

    /// Spec: `update_latest_messages`, for one validator: a vote of a later epoch replaces the one before.
    private mutating func updateLatestMessage(of index: ValidatorIndex, epoch: Epoch, node: Int) {
        // Who signed was found in a registry, which is never longer than memory allows.
        let at = Int(index)
        if at >= latestMessages.count {
            latestMessages.append(contentsOf: repeatElement(LatestMessage(), count: at + 1 - latestMessages.count))
        }
        let before = latestMessages[at]
        guard epoch &+ 1 > before.epochPlusOne else { return }
        let weight = countedBalances.weight(of: index)
        if before.node >= 0 { nodes[Int(before.node)].votes &-= weight }
        nodes[node].votes &+= weight
        latestMessages[at] = LatestMessage(epochPlusOne: epoch &+ 1, node: Int32(node))
    }

    /// Spec: `on_attester_slashing`, of a slashing whose signatures were verified.
    public mutating func onAttesterSlashing(_ slashing: AttesterSlashing) throws(ForkChoiceError) {
        let (first, second) = (slashing.attestation1, slashing.attestation2)
        guard isSlashable(first.data, second.data) else { throw .notSlashable }
        for index in Set(first.attestingIndices).intersection(second.attestingIndices)
        where equivocatingIndices.insert(index).inserted {
            guard index < UInt64(latestMessages.count) else { continue }
            let vote = latestMessages[Int(index)]
            if vote.node >= 0 { nodes[Int(vote.node)].votes &-= countedBalances.weight(of: index) }
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
        for i in nodes.indices { nodes[i].votes = 0 }
        for (index, vote) in latestMessages.enumerated() where vote.node >= 0 {
            nodes[Int(vote.node)].votes &+= weights.weight(of: UInt64(index))
        }
    }
}
