public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_parent_execution_payload` (gloas).
    ///
    /// By the parent hash of its bid a block says whether the parent's payload was revealed. Only if it was do its
    /// requests count, and the builder is paid.
    public mutating func processParentExecutionPayload(_ block: BeaconBlock) throws(TransitionError) {
        let function = "process_parent_execution_payload"
        let requests = block.body.parentExecutionRequests
        let parentBid = state.latestExecutionPayloadBid
        guard block.body.signedExecutionPayloadBid.message.parentBlockHash == parentBid.blockHash else {
            try require(
                requests == ExecutionRequests(),
                function,
                "parent_execution_requests",
                expected: "none after an empty parent",
                got: "some"
            )
            return
        }
        try requireEqual(
            requests.hashTreeRoot(in: context),
            parentBid.executionRequestsRoot,
            function,
            "parent_execution_requests root"
        )
        try applyParentExecutionPayload(requests)
    }

    /// Spec: `apply_parent_execution_payload` (gloas).
    ///
    /// Also for making a block, before its withdrawals are computed.
    public mutating func applyParentExecutionPayload(_ requests: ExecutionRequests) throws(TransitionError) {
        let function = "apply_parent_execution_payload"
        let bid = state.latestExecutionPayloadBid
        let parentSlot = state.latestBlockHeader.slot
        for (name, count, limit) in [
            ("withdrawals", requests.withdrawals.count, preset.maxWithdrawalRequestsPerPayload),
            ("consolidations", requests.consolidations.count, preset.maxConsolidationRequestsPerPayload),
            ("builder_deposits", requests.builderDeposits.count, preset.maxBuilderDepositRequestsPerPayload),
            ("builder_exits", requests.builderExits.count, preset.maxBuilderExitRequestsPerPayload),
        ] {
            try requireAtMost(limit, count, function, "\(name) count")
        }

        // Before the requests: a builder may not leave while a payment is due.
        if let position = builderPaymentPosition(parentSlot) {
            try settleBuilderPayment(at: position)
        } else if bid.value > 0 {
            // The epoch's end has dropped the payment of a parent this old.
            state.builderPendingWithdrawals.append(
                BuilderPendingWithdrawal(
                    feeRecipient: bid.feeRecipient,
                    amount: bid.value,
                    builderIndex: bid.builderIndex
                )
            )
        }

        for request in requests.deposits { try processDepositRequest(request) }
        for request in requests.withdrawals { try processWithdrawalRequest(request) }
        for request in requests.consolidations { try processConsolidationRequest(request) }
        for request in requests.builderDeposits { try processBuilderDepositRequest(request) }
        for request in requests.builderExits { try processBuilderExitRequest(request) }

        let available = Int(parentSlot % preset.slotsPerHistoricalRoot)
        try requirePosition(
            available,
            in: state.executionPayloadAvailability.count,
            function,
            "execution_payload_availability"
        )
        state.executionPayloadAvailability[available] = true
        state.latestBlockHash = bid.blockHash
    }
}
