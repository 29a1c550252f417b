public import ConsensusTypes
internal import Hashing
internal import SSZ

extension Transition {
    /// Spec: `switch_to_compounding_validator` (electra).
    public mutating func switchToCompoundingValidator(_ index: ValidatorIndex) throws(TransitionError) {
        _ = try validator(index, "switch_to_compounding_validator")
        state.validators.update(at: Int(index)) {
            $0.withdrawalCredentials = $0.withdrawalCredentials.replacingFirstByte(
                Constants.compoundingWithdrawalPrefix
            )
        }
        try queueExcessActiveBalance(index)
    }

    /// Spec: `queue_excess_active_balance` (electra).
    public mutating func queueExcessActiveBalance(_ index: ValidatorIndex) throws(TransitionError) {
        let function = "queue_excess_active_balance"
        let balance = try balance(index, function)
        guard balance > preset.minActivationBalance else { return }
        let owner = try validator(index, function)
        state.balances[Int(index)] = preset.minActivationBalance
        try appendPendingDeposit(
            PendingDeposit(
                pubkey: owner.pubkey,
                withdrawalCredentials: owner.withdrawalCredentials,
                amount: balance - preset.minActivationBalance,
                signature: .infinity,
                slot: Constants.genesisSlot
            ),
            function
        )
    }

    /// Appends to the queue of deposits, which the state's type limits before gloas.
    mutating func appendPendingDeposit(_ deposit: PendingDeposit, _ function: String) throws(TransitionError) {
        if fork < .gloas {
            try requireRoom(state.pendingDeposits.count, preset.pendingDepositsLimit, function, "pending_deposits")
        }
        state.pendingDeposits.append(deposit)
    }
}

extension BLSSignature {
    /// Spec: `G2_POINT_AT_INFINITY`.
    static let infinity: BLSSignature = {
        var bytes = BLSSignature()
        bytes.withUnsafeMutableBytes { $0[0] = 0xC0 }
        return bytes
    }()
}

/// Throws unless a list of `count` elements may grow.
func requireRoom(
    _ count: Int,
    _ limit: UInt64,
    _ function: String,
    _ list: @autoclosure () -> String
) throws(TransitionError) {
    try require(UInt64(count) < limit, function, list(), expected: "below \(limit) elements", got: "\(count)")
}
