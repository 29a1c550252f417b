public import ConsensusTypes
internal import Hashing
internal import SSZ

/// The keys of a sync committee, and where the registry has them.
struct SyncCommitteeMembers: Sendable {
    let pubkeys: PersistentList<BLSPubkey>
    var indices: [ValidatorIndex] = []
}

extension Transition {
    /// Spec: `process_sync_aggregate` (altair).
    public mutating func processSyncAggregate(_ aggregate: SyncAggregate) throws(TransitionError) {
        let function = "process_sync_aggregate"
        let bits = aggregate.syncCommitteeBits
        let committee = state.currentSyncCommittee
        try requireEqual(bits.count, committee.pubkeys.count, function, "sync_committee_bits length")
        try claimSyncAggregate(aggregate, committee, function)

        let increments = try getTotalActiveBalance() / preset.effectiveBalanceIncrement
        let participantReward =
            try getBaseRewardPerIncrement().times(increments, function).times(Constants.syncRewardWeight, function)
            / Constants.weightDenominator / preset.slotsPerEpoch / preset.syncCommitteeSize
        let proposerReward =
            try participantReward.times(Constants.proposerWeight, function)
            / (Constants.weightDenominator - Constants.proposerWeight)
        let proposer = try getBeaconProposerIndex()
        // One after the other: a balance that a loss takes to zero ends otherwise in another order.
        for (position, member) in try syncCommitteeMembers(committee, function).enumerated() {
            if bits[position] {
                try increaseBalance(member, participantReward)
                try increaseBalance(proposer, proposerReward)
            } else {
                try decreaseBalance(member, participantReward)
            }
        }
    }

    /// The validators of the current sync committee.
    ///
    /// Looked up once an epoch: whatever came before the epoch's first block decides the committee, and its members have
    /// been in the registry for longer.
    private mutating func syncCommitteeMembers(
        _ committee: SyncCommittee,
        _ function: String
    ) throws(TransitionError) -> [ValidatorIndex] {
        let epoch = currentEpoch
        guard epoch > 0, let root = try? getBlockRootAtSlot(epoch * preset.slotsPerEpoch - 1) else {
            return try lookUp(committee, function).indices
        }
        let known = try caches.syncCommittee(EpochKey(epoch: epoch, decisionRoot: root)) {
            () throws(TransitionError) in try lookUp(committee, function)
        }
        // States made by hand may share a block and not a committee.
        return known.pubkeys == committee.pubkeys ? known.indices : try lookUp(committee, function).indices
    }

    private mutating func lookUp(
        _ committee: SyncCommittee,
        _ function: String
    ) throws(TransitionError) -> SyncCommitteeMembers {
        var members = SyncCommitteeMembers(pubkeys: committee.pubkeys)
        members.indices.reserveCapacity(committee.pubkeys.count)
        for (position, pubkey) in committee.pubkeys.enumerated() {
            guard let member = validatorIndex(of: pubkey) else {
                throw TransitionError(
                    function,
                    "sync committee member \(position)",
                    expected: "a validator's key",
                    got: "\(pubkey)"
                )
            }
            members.indices.append(member)
        }
        return members
    }

    /// Hands the committee's signature over the last block's root to the ledger.
    ///
    /// Whoever signed is known by the committee's aggregate less those who did not, where these are fewer.
    private mutating func claimSyncAggregate(
        _ aggregate: SyncAggregate,
        _ committee: SyncCommittee,
        _ function: String
    ) throws(TransitionError) {
        let previousSlot = state.slot.saturatingSub(1)
        let domain = getDomain(.syncCommittee, epoch: computeEpochAtSlot(previousSlot))
        let root = try getBlockRootAtSlot(previousSlot)
        if signatures.policy == .trust { return }
        let bits = aggregate.syncCommitteeBits
        var signers: [BLSPubkey] = []
        var absent: [BLSPubkey] = []
        for (position, pubkey) in committee.pubkeys.enumerated() {
            if bits[position] { signers.append(pubkey) } else { absent.append(pubkey) }
        }
        let most = signers.count > committee.pubkeys.count / 2
        try signatures.add(
            SignatureClaim(
                function: function,
                pubkeys: most ? [committee.aggregatePubkey] : signers,
                absentPubkeys: most ? absent : [],
                message: computeSigningRoot(root, domain),
                signature: aggregate.syncCommitteeSignature,
                allowsNobody: true
            ),
            caches: caches
        )
    }
}
