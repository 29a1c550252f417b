public import ConsensusTypes
internal import Hashing
internal import SSZ

extension Transition {
    /// Spec: `process_deposit`, until electra.
    public mutating func processDeposit(_ deposit: Deposit) throws(TransitionError) {
        let function = "process_deposit"
        let depth = Constants.depositContractTreeDepth + 1
        try requireEqual(deposit.proof.count, depth, function, "proof length")
        var node = deposit.data.hashTreeRoot(in: context)
        for (level, sibling) in deposit.proof.enumerated() {
            let isRight = state.eth1DepositIndex >> UInt64(level) & 1 == 1
            node = isRight ? MerkleHash.pair(sibling, node) : MerkleHash.pair(node, sibling)
        }
        try requireEqual(node, state.eth1Data.depositRoot, function, "proof root")
        state.eth1DepositIndex = try state.eth1DepositIndex.plus(1, function)
        try applyDeposit(deposit.data)
    }

    /// Spec: `apply_deposit`.
    ///
    /// A new key whose signature does not verify makes the deposit void, not the block invalid.
    public mutating func applyDeposit(_ data: DepositData) throws(TransitionError) {
        let known = validatorIndex(of: data.pubkey)
        if known == nil {
            guard isValidDepositSignature(data.pubkey, data.withdrawalCredentials, data.amount, data.signature) else {
                return
            }
            // Since electra the balance itself waits in the queue.
            let balance = fork >= .electra ? 0 : data.amount
            try addValidatorToRegistry(data.pubkey, data.withdrawalCredentials, balance)
        }
        if fork >= .electra {
            try appendPendingDeposit(
                PendingDeposit(
                    pubkey: data.pubkey,
                    withdrawalCredentials: data.withdrawalCredentials,
                    amount: data.amount,
                    signature: data.signature,
                    slot: Constants.genesisSlot
                ),
                "apply_deposit"
            )
        } else if let known {
            try increaseBalance(known, data.amount)
        }
    }
}
