public import ConsensusTypes
internal import Hashing
internal import SSZ

extension Transition {
    /// Spec: `process_bls_to_execution_change` (capella).
    public mutating func processBLSToExecutionChange(
        _ signed: SignedBLSToExecutionChange
    ) throws(TransitionError) {
        let function = "process_bls_to_execution_change"
        let change = signed.message
        let credentials = try validator(change.validatorIndex, function).withdrawalCredentials
        let owned = change.fromBlsPubkey.withUnsafeBytes { SHA256.hash($0) }
        try requireEqual(
            credentials,
            owned.replacingFirstByte(Constants.blsWithdrawalPrefix),
            function,
            "withdrawal_credentials"
        )
        // Signed for the chain, not for a fork.
        let domain = spec.computeDomain(
            .blsToExecutionChange,
            genesisValidatorsRoot: state.genesisValidatorsRoot
        )
        try claim(function, by: [change.fromBlsPubkey], computeSigningRoot(change, domain), signed.signature)
        var changed = Bytes32()
        changed.withUnsafeMutableBytes { target in
            target[0] = Constants.eth1AddressWithdrawalPrefix
            change.toExecutionAddress.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: target[12...]).copyMemory(from: $0)
            }
        }
        state.validators.update(at: Int(change.validatorIndex)) { $0.withdrawalCredentials = changed }
    }
}
