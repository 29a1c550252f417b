internal import ConsensusTypes

extension Transition {
    /// Spec: `upgrade_to_bellatrix`.
    mutating func upgradeToBellatrix() {
        enter(.bellatrix)
        state.latestExecutionPayloadHeader = .empty(preset)
    }
}

extension ExecutionPayloadHeader {
    /// The header of no payload, as states have it before the merge.
    static func empty(_ preset: Preset) -> ExecutionPayloadHeader {
        var header = ExecutionPayloadHeader()
        header.logsBloom = Array(repeating: 0, count: Int(clamping: preset.bytesPerLogsBloom))
        return header
    }
}
