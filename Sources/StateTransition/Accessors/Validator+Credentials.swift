public import ConsensusTypes
internal import Hashing

extension Bytes32 {
    /// The same bytes with another first one: the kind of a withdrawal credential.
    func replacingFirstByte(_ byte: UInt8) -> Bytes32 {
        var copy = self
        copy.withUnsafeMutableBytes { $0[0] = byte }
        return copy
    }

    /// The first byte: the kind of a withdrawal credential.
    @inline(__always)
    var withdrawalPrefix: UInt8 { withUnsafeBytes { $0[0] } }

    /// The last 20 bytes: the address in an execution withdrawal credential.
    var executionAddress: ExecutionAddress {
        var address = ExecutionAddress()
        address.withUnsafeMutableBytes { target in
            withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[12...])) }
        }
        return address
    }
}

extension Validator {
    /// Spec: `has_compounding_withdrawal_credential`.
    @inline(__always)
    public var hasCompoundingWithdrawalCredential: Bool {
        withdrawalPrefix == Constants.compoundingWithdrawalPrefix
    }

    /// Spec: `has_eth1_withdrawal_credential`.
    @inline(__always)
    public var hasEth1WithdrawalCredential: Bool { withdrawalPrefix == Constants.eth1AddressWithdrawalPrefix }

    /// Spec: `has_execution_withdrawal_credential`.
    @inline(__always)
    public var hasExecutionWithdrawalCredential: Bool {
        hasCompoundingWithdrawalCredential || hasEth1WithdrawalCredential
    }

    /// The first byte of the withdrawal credentials.
    @inline(__always)
    var withdrawalPrefix: UInt8 { withdrawalCredentials.withdrawalPrefix }
}

extension Transition {
    /// Spec: `get_max_effective_balance`; before electra one maximum for all.
    @inline(__always)
    public func getMaxEffectiveBalance(_ validator: Validator) -> Gwei {
        guard fork >= .electra else { return preset.maxEffectiveBalance }
        return validator.hasCompoundingWithdrawalCredential
            ? preset.maxEffectiveBalanceElectra : preset.minActivationBalance
    }
}
