public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_builder_pending_payments` (gloas): the previous epoch's are due where enough attested the block.
    public mutating func processBuilderPendingPayments() throws(TransitionError) {
        try requireVectorLengths("process_builder_pending_payments")
        let quorum = try getBuilderPaymentQuorumThreshold()
        let slots = Int(clamping: preset.slotsPerEpoch)
        for payment in state.builderPendingPayments[..<slots] where payment.weight >= quorum {
            state.builderPendingWithdrawals.append(payment.withdrawal)
        }
        state.builderPendingPayments.removeFirst(slots)
        state.builderPendingPayments += repeatElement(BuilderPendingPayment(), count: slots)
    }

    /// Spec: `get_builder_payment_quorum_threshold` (gloas).
    public mutating func getBuilderPaymentQuorumThreshold() throws(TransitionError) -> Gwei {
        let perSlot = try getTotalActiveBalance() / preset.slotsPerEpoch
        let scaled = try perSlot.times(
            Constants.builderPaymentThresholdNumerator,
            "get_builder_payment_quorum_threshold"
        )
        return scaled / Constants.builderPaymentThresholdDenominator
    }
}
