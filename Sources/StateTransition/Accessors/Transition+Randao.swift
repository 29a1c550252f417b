public import ConsensusTypes
public import Hashing
internal import SSZ

extension Transition {
    /// Spec: `get_randao_mix`.
    public func getRandaoMix(_ epoch: Epoch) -> Bytes32 {
        state.randaoMixes[Int(epoch % preset.epochsPerHistoricalVector)]
    }

    /// Spec: `get_seed`.
    public func getSeed(_ epoch: Epoch, _ domainType: DomainType) -> Bytes32 {
        // Adding the vector's length keeps the subtraction above zero; it wraps only where the modulo does too,
        // because the length is a power of two.
        let mix = getRandaoMix(
            epoch &+ preset.epochsPerHistoricalVector &- preset.minSeedLookahead &- 1
        )
        return SHA256.hash(domainType.bytes + littleEndianBytes(epoch) + mix.bytes)
    }
}

/// Spec: `uint_to_bytes`.
func littleEndianBytes(_ value: UInt64) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
