public import ConsensusTypes
internal import Hashing
internal import SSZ

extension Transition {
    /// Spec: `process_randao`.
    public mutating func processRandao(_ body: BeaconBlockBody) throws(TransitionError) {
        let function = "process_randao"
        let epoch = currentEpoch
        let proposer = try validator(getBeaconProposerIndex(), function)
        try claim(
            function,
            by: [proposer.pubkey],
            computeSigningRoot(epoch, getDomain(.randao)),
            body.randaoReveal
        )
        let revealed = body.randaoReveal.withUnsafeBytes { SHA256.hash($0) }
        state.randaoMixes[Int(epoch % preset.epochsPerHistoricalVector)] = getRandaoMix(epoch).xor(revealed)
    }
}

extension Bytes32 {
    /// Spec: `xor`.
    func xor(_ other: Bytes32) -> Bytes32 {
        var result = self
        result.withUnsafeMutableBytes { target in
            other.withUnsafeBytes { source in
                for i in 0..<32 { target[i] ^= source[i] }
            }
        }
        return result
    }
}
