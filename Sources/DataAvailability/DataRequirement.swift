public import ConsensusTypes
public import Hashing

/// The blob data that a block needs others to be able to have.
public struct DataRequirement: Hashable, Sendable {
    public let blockRoot: Root
    public let slot: Slot
    public let fork: ForkName
    public let commitments: [KZGCommitment]

    /// `nil` where the block needs none: before Deneb, without blobs, and since Gloas, whose payloads come apart.
    public init?(blockRoot: Root, block: BeaconBlock, fork: ForkName) {
        guard fork >= .deneb, fork <= .fulu, !block.body.blobKzgCommitments.isEmpty else { return nil }
        self.blockRoot = blockRoot
        slot = block.slot
        self.fork = fork
        commitments = block.body.blobKzgCommitments
    }

    /// What a payload needs that comes apart from its block, by the block's bid; `nil` without blobs.
    public init?(payloadOf blockRoot: Root, slot: Slot, fork: ForkName, commitments: [KZGCommitment]) {
        guard fork >= .gloas, !commitments.isEmpty else { return nil }
        self.blockRoot = blockRoot
        self.slot = slot
        self.fork = fork
        self.commitments = commitments
    }
}

/// Which columns must be there before the data of a block counts as available.
///
/// Spec: the columns to sample of `is_data_available` (fulu).
public enum ColumnSampling: Hashable, Sendable {
    /// All columns are sampled, and half of them is enough: the others follow from any half.
    ///
    /// Spec: `recover_matrix`.
    case recoverable
    /// These, every one.
    case columns(Set<UInt64>)
}
