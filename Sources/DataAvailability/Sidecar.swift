public import ConsensusTypes
public import Hashing
internal import SSZ

/// A piece of a block's blob data as it travels beside the block.
public enum Sidecar: Hashable, Sendable {
    /// Deneb and Electra: one blob.
    case blob(BlobSidecar)
    /// Fulu: one column of the cells of all blobs.
    case column(DataColumnSidecar)

    public enum Kind: String, CaseIterable, Hashable, Sendable { case blob, column }

    /// Decodes a sidecar of the fork that its header's slot belongs to.
    public init(ssz: [UInt8], kind: Kind, spec: ChainSpec) throws(DataAvailabilityError) {
        // Behind index, blob, commitment and proof; behind index and three offsets.
        let at = kind == .blob ? 8 + 32 * Int(clamping: spec.preset.fieldElementsPerBlob) + 48 + 48 : 8 + 3 * 4
        guard ssz.count >= at + 8 else { throw .tooShort(minimum: at + 8, got: ssz.count) }
        let slot = ssz[at..<at + 8].reversed().reduce(0) { $0 << 8 | Slot($1) }
        let fork = spec.fork(atSlot: slot)
        let context = spec.context(fork)
        guard kind == .blob ? fork == .deneb || fork == .electra : fork == .fulu else { throw .fork(fork) }
        do throws(SSZError) {
            switch kind {
            case .blob: self = .blob(try BlobSidecar.decode(ssz, in: context))
            case .column: self = .column(try DataColumnSidecar.decode(ssz, in: context))
            }
        } catch {
            throw .ssz(error)
        }
    }

    public var kind: Kind {
        switch self {
        case .blob: .blob
        case .column: .column
        }
    }

    public var index: UInt64 {
        switch self {
        case .blob(let sidecar): sidecar.index
        case .column(let sidecar): sidecar.index
        }
    }

    public var header: BeaconBlockHeader {
        switch self {
        case .blob(let sidecar): sidecar.signedBlockHeader.message
        case .column(let sidecar): sidecar.signedBlockHeader.message
        }
    }

    /// The root of the block that it says it belongs to.
    public var blockRoot: Root { header.hashTreeRoot(in: .invariant) }
}
