internal import ConsensusTypes
internal import Hashing
internal import SSZ

extension Transition {
    /// Spec: `upgrade_to_gloas`.
    mutating func upgradeToGloas() throws(TransitionError) {
        let header = state.latestExecutionPayloadHeader
        enter(.gloas)
        makeListsProgressive()

        state.latestExecutionPayloadHeader = ExecutionPayloadHeader()
        state.latestBlockHash = header.blockHash
        state.builders = PersistentList(layout: .progressive)
        state.nextWithdrawalBuilderIndex = 0
        state.executionPayloadAvailability = Bitvector(
            repeatElement(true, count: Int(clamping: preset.slotsPerHistoricalRoot))
        )
        state.builderPendingPayments = Array(
            repeating: BuilderPendingPayment(),
            count: Int(clamping: 2 * preset.slotsPerEpoch)
        )
        state.builderPendingWithdrawals = PersistentList(layout: .progressive)
        state.latestExecutionPayloadBid = bid(for: header)
        state.payloadExpectedWithdrawals = []
        state.ptcWindow = try initializePtcWindow()
        try onboardBuildersFromPendingDeposits()
    }

    private mutating func makeListsProgressive() {
        state.validators.convert(to: .progressive)
        state.balances.convert(to: .progressive)
        state.previousEpochParticipation.convert(to: .progressive)
        state.currentEpochParticipation.convert(to: .progressive)
        state.inactivityScores.convert(to: .progressive)
        state.pendingDeposits.convert(to: .progressive)
        state.pendingPartialWithdrawals.convert(to: .progressive)
        state.pendingConsolidations.convert(to: .progressive)
    }

    /// The bid that the last payload before the fork would have answered, of a proposer who built it alone.
    private func bid(for header: ExecutionPayloadHeader) -> ExecutionPayloadBid {
        var bid = ExecutionPayloadBid()
        bid.parentBlockHash = header.parentHash
        bid.parentBlockRoot = state.latestBlockHeader.parentRoot
        bid.blockHash = header.blockHash
        bid.prevRandao = header.prevRandao
        bid.gasLimit = header.gasLimit
        bid.builderIndex = Constants.builderIndexSelfBuild
        bid.slot = state.latestBlockHeader.slot
        bid.executionRequestsRoot = ExecutionRequests().hashTreeRoot(in: context)
        return bid
    }

    /// Spec: `onboard_builders_from_pending_deposits` (gloas).
    ///
    /// Each signature is verified once at most: those of deposits that stay in the queue only where a builder's deposit
    /// for the same key comes behind them.
    private mutating func onboardBuildersFromPendingDeposits() throws(TransitionError) {
        let function = "onboard_builders_from_pending_deposits"
        // No builder has left yet, so an index once given is not given again.
        var builders: [BLSPubkey: BuilderIndex] = [:]
        var kept: [PendingDeposit] = []
        var newcomers = PendingNewcomers()
        for deposit in state.pendingDeposits {
            if let index = builders[deposit.pubkey] {
                let position = try builderPosition(index, function)
                let balance = try state.builders[position].balance.plus(deposit.amount, function)
                state.builders.update(at: position) { $0.balance = balance }
            } else if validatorIndex(of: deposit.pubkey) != nil {
                kept.append(deposit)
            } else if !isBuilderWithdrawalCredential(deposit.withdrawalCredentials)
                || newcomers.areExpected(deposit.pubkey, isValid: isSigned)
            {
                kept.append(deposit)
                newcomers.append(deposit)
            } else if isSigned(deposit) {
                builders[deposit.pubkey] = BuilderIndex(state.builders.count)
                addBuilderToRegistry(
                    deposit.pubkey,
                    version: Constants.payloadBuilderVersion,
                    deposit.withdrawalCredentials.executionAddress,
                    deposit.amount,
                    slot: deposit.slot
                )
            }
        }
        if kept.count < state.pendingDeposits.count { state.pendingDeposits.replaceAll(with: kept) }
    }

    private func isSigned(_ deposit: PendingDeposit) -> Bool {
        isValidDepositSignature(deposit.pubkey, deposit.withdrawalCredentials, deposit.amount, deposit.signature)
    }
}

/// The pending deposits of keys that are no validator's yet.
private struct PendingNewcomers {
    /// Those whose signature nobody asked about, by key.
    private var unverified: [BLSPubkey: [PendingDeposit]] = [:]
    private var expected: Set<BLSPubkey> = []

    mutating func append(_ deposit: PendingDeposit) {
        if !expected.contains(deposit.pubkey) { unverified[deposit.pubkey, default: []].append(deposit) }
    }

    /// Spec: `is_pending_validator` (gloas).
    mutating func areExpected(_ pubkey: BLSPubkey, isValid: (PendingDeposit) -> Bool) -> Bool {
        if expected.contains(pubkey) { return true }
        guard let deposits = unverified.removeValue(forKey: pubkey), deposits.contains(where: isValid) else {
            return false
        }
        expected.insert(pubkey)
        return true
    }
}
