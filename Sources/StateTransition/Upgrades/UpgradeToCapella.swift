internal import ConsensusTypes
internal import Hashing
internal import SSZ

extension Transition {
    /// Spec: `upgrade_to_capella`.
    mutating func upgradeToCapella() {
        enter(.capella)
        state.latestExecutionPayloadHeader.withdrawalsRoot = .zero
        state.nextWithdrawalIndex = 0
        state.nextWithdrawalValidatorIndex = 0
        state.historicalSummaries.removeAll()
    }
}
