public import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension GossipJudge {
    /// Spec: `validate_bls_to_execution_change_gossip` (capella).
    public func validateBLSToExecutionChange(
        _ signed: SignedBLSToExecutionChange,
        seen: inout GossipSeen
    ) -> GossipVerdict {
        let change = signed.message
        let index = change.validatorIndex
        return judge(since: .capella) { () throws(GossipRefusal) in
            try require(
                !seen.blsToExecutionChanges.contains(index),
                orIgnore: .alreadySeenBlsToExecutionChangeForThisValidator
            )
            try require(!isFutureEpoch(config.capellaForkEpoch), orIgnore: .currentEpochIsPreCapella)
            let state = try head().state
            let credentials = try validator(index, of: state, orReject: .validatorIndexOutOfRange).withdrawalCredentials
            try require(
                credentials.bytes.first == Constants.blsWithdrawalPrefix,
                orReject: .validatorDoesNotHaveBlsWithdrawalCredentials
            )
            let owned = change.fromBlsPubkey.withUnsafeBytes { SHA256.hash($0) }
            try require(
                credentials.bytes.dropFirst() == owned.bytes.dropFirst(),
                orReject: .pubkeyDoesNotMatchValidatorWithdrawalCredentials
            )
            // Signed for the chain, not for a fork.
            let domain = spec.computeDomain(
                .blsToExecutionChange,
                genesisValidatorsRoot: state.genesisValidatorsRoot
            )
            try require(
                isSigned(change.hashTreeRoot(in: context), by: [change.fromBlsPubkey], domain, signed.signature),
                orReject: .invalidBlsToExecutionChangeSignature
            )
            seen.blsToExecutionChanges.insert(index)
        }
    }
}
