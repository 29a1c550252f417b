public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_deposit_request` (electra).
    public mutating func processDepositRequest(_ request: DepositRequest) throws(TransitionError) {
        if fork < .fulu, state.depositRequestsStartIndex == Constants.unsetDepositRequestsStartIndex {
            state.depositRequestsStartIndex = request.index
        }
        try appendPendingDeposit(
            PendingDeposit(
                pubkey: request.pubkey,
                withdrawalCredentials: request.withdrawalCredentials,
                amount: request.amount,
                signature: request.signature,
                slot: state.slot
            ),
            "process_deposit_request"
        )
    }
}
