internal import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

/// The rules that single votes and aggregates share.
extension GossipJudge {
    /// The block voted for must have been seen and imported.
    func requireVotedBlock(_ root: Root) throws(GossipRefusal) {
        try require(chain.block(root) != nil, orIgnore: .blockBeingVotedForHasNotBeenSeen)
        try require(chain.state(after: root) != nil, orReject: .blockBeingVotedForFailedValidation)
    }

    /// How many committees a slot of `epoch` has; a committee of that index must be among them.
    ///
    /// Asked before the vote's time is, so any epoch may come: only the committees near the head are worth shuffling.
    ///
    /// Spec: `get_committee_count_per_slot`.
    func requireCommittee(
        _ index: CommitteeIndex,
        _ epoch: Epoch,
        _ head: inout Transition
    ) throws(GossipRefusal) -> UInt64 {
        let count: UInt64
        if epoch >= head.previousEpoch, epoch <= head.currentEpoch + 1 {
            do throws(TransitionError) {
                count = try head.getCommitteeCountPerSlot(epoch)
            } catch {
                throw .ignore(.shufflingIsNotAvailable)
            }
        } else {
            let active = UInt64(head.getActiveValidatorIndices(epoch).count)
            count = max(1, min(preset.maxCommitteesPerSlot, active / preset.slotsPerEpoch / preset.targetCommitteeSize))
        }
        try require(index < count, orReject: .committeeIndexOutOfRange)
        return count
    }

    /// The vote is neither too early nor too late, and its target is its own epoch.
    func requireTimelyVote(
        _ data: AttestationData,
        future: GossipRule,
        otherEpoch: GossipRule
    ) throws(GossipRefusal) {
        if fork >= .deneb {
            try require(!isFutureSlot(data.slot), orIgnore: future)
            try require(isCurrentOrPreviousEpoch(epoch(of: data.slot)), orIgnore: otherEpoch)
        } else {
            try require(
                isWithinSlotRange(data.slot, config.attestationPropagationSlotRange),
                orIgnore: .attestationSlotNotWithinPropagationRange
            )
        }
        try require(data.target.epoch == epoch(of: data.slot), orReject: .attestationEpochDoesNotMatchTargetEpoch)
    }

    /// Spec: `get_beacon_committee`.
    func committee(
        _ data: AttestationData,
        _ index: CommitteeIndex,
        _ head: inout Transition
    ) throws(GossipRefusal) -> ArraySlice<ValidatorIndex> {
        do throws(TransitionError) {
            return try head.getBeaconCommittee(data.slot, index)
        } catch {
            throw .ignore(.shufflingIsNotAvailable)
        }
    }

    /// Rejects a vote that `attesters` did not all sign; there must be some.
    func requireVoteSignature(
        _ data: AttestationData,
        by attesters: [ValidatorIndex],
        _ signature: BLSSignature,
        _ head: Transition,
        orReject rule: GossipRule
    ) throws(GossipRefusal) {
        var pubkeys: [BLSPubkey] = []
        for index in attesters { pubkeys.append(try validator(index, of: head.state, orReject: rule).pubkey) }
        caches.pubkeys.cover(head.state.validators)
        let domain = domain(.beaconAttester, data.target.epoch, head)
        try require(isSigned(data.hashTreeRoot(in: context), by: pubkeys, domain, signature), orReject: rule)
    }

    /// The target must lie on the branch of the block voted for, and so must the finalized checkpoint.
    func requireVoteAncestry(_ data: AttestationData) throws(GossipRefusal) {
        let target = chain.ancestor(of: data.beaconBlockRoot, at: startSlot(of: data.target.epoch))
        try require(target == data.target.root, orReject: .targetBlockIsNotAnAncestorOfLmdVoteBlock)
        try require(
            descendsFromFinalized(data.beaconBlockRoot),
            orIgnore: .finalizedCheckpointIsNotAnAncestorOfBlock
        )
    }
    /// What the vote says of the payload must fit what is known of it (gloas).
    ///
    /// Spec: `verify_attestation_payload_status`.
    func requirePayloadStatus(_ data: AttestationData) throws(GossipRefusal) {
        guard fork >= .gloas else { return }
        let root = data.beaconBlockRoot
        try require(
            data.index == 0 || chain.block(root)?.slot != data.slot,
            orReject: .sameSlotAttestationMustAttestWithIndex0
        )
        guard data.index == 1 else { return }
        try require(chain.isPayloadVerified(root), orIgnore: .executionPayloadEnvelopeHasNotBeenSeen)
        switch chain.payloadStatus(of: root) {
        case .valid: break
        case .notValidated: throw .ignore(.attestedPayloadIsOptimistic)
        case .invalidated: throw .reject(.attestedPayloadIsInvalid)
        }
    }
}
