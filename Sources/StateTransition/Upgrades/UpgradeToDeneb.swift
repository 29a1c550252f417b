internal import ConsensusTypes

extension Transition {
    /// Spec: `upgrade_to_deneb`.
    mutating func upgradeToDeneb() {
        enter(.deneb)
        state.latestExecutionPayloadHeader.blobGasUsed = 0
        state.latestExecutionPayloadHeader.excessBlobGas = 0
    }
}
