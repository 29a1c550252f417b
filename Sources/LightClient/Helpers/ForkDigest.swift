public import ConsensusTypes
public import Hashing
internal import StateTransition

extension ChainSpec {
    /// Spec: `compute_fork_version`.
    public func computeForkVersion(_ epoch: Epoch) -> Version { forkVersion(fork(atEpoch: epoch)) }

    /// Spec: `compute_fork_digest` (phase0, fulu).
    ///
    /// From fulu on it also changes where the limit of blobs does.
    public func computeForkDigest(_ genesisValidatorsRoot: Root, _ epoch: Epoch) -> ForkDigest {
        var digest = computeForkDataRoot(computeForkVersion(epoch), genesisValidatorsRoot).bytes
        if epoch >= config.fuluForkEpoch {
            let parameters = getBlobParameters(epoch)
            var bytes: [UInt8] = []
            for number in [parameters.epoch, parameters.maxBlobsPerBlock] {
                bytes += (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
            }
            let mask = bytes.withUnsafeBytes { SHA256.hash($0) }.bytes
            digest = zip(digest, mask).map { $0 ^ $1 }
        }
        return ForkDigest(digest.prefix(ForkDigest.count)) ?? ForkDigest()
    }
}
