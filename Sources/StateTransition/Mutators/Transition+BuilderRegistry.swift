public import ConsensusTypes
public import Hashing
internal import SSZ

extension Transition {
    /// Spec: `add_builder_to_registry` (gloas).
    public mutating func addBuilderToRegistry(
        _ pubkey: BLSPubkey,
        version: UInt8,
        _ executionAddress: ExecutionAddress,
        _ amount: Gwei,
        slot: Slot
    ) {
        let builder = Builder(
            pubkey: pubkey,
            version: version,
            executionAddress: executionAddress,
            balance: amount,
            depositEpoch: computeEpochAtSlot(slot),
            withdrawableEpoch: farFutureEpoch
        )
        let index = Int(getIndexForNewBuilder())
        if index < state.builders.count {
            state.builders[index] = builder
        } else {
            state.builders.append(builder)
        }
    }

    /// Spec: `initiate_builder_exit` (gloas).
    public mutating func initiateBuilderExit(_ index: BuilderIndex) throws(TransitionError) {
        let function = "initiate_builder_exit"
        let position = try builderPosition(index, function)
        let withdrawable = try currentEpoch.plus(config.minBuilderWithdrawabilityDelay, function)
        state.builders.update(at: position) { $0.withdrawableEpoch = withdrawable }
    }

    /// Spec: `settle_builder_payment` (gloas): queues the payment at `position` and empties its place.
    public mutating func settleBuilderPayment(at position: Int) throws(TransitionError) {
        let payments = state.builderPendingPayments
        try require(
            payments.indices.contains(position),
            "settle_builder_payment",
            "payment index",
            expected: "below \(payments.count)",
            got: "\(position)"
        )
        if payments[position].withdrawal.amount > 0 {
            state.builderPendingWithdrawals.append(payments[position].withdrawal)
        }
        state.builderPendingPayments[position] = BuilderPendingPayment()
    }
}
