public import ConsensusTypes
public import Hashing
internal import SSZ

/// A piece of a block's blob data as it travels beside the block.
public enum Sidecar: Hashable, Sendable {
    /// Deneb and Electra: one blob.
    case blob(BlobSidecar)
    /// Fulu and later: one column of the cells of all blobs. Since gloas it comes without its commitments: `against`.
    case column(DataColumnSidecar)

    public enum Kind: String, CaseIterable, Hashable, Sendable { case blob, column }

    /// Where a column since gloas has its first list: behind index, two offsets, slot and block root.
    private static let gloasColumnLength = 8 + 2 * 4 + 8 + 32

    /// Decodes a sidecar of the fork that its slot belongs to.
    public init(ssz: [UInt8], kind: Kind, spec: ChainSpec) throws(DataAvailabilityError) {
        // The first offset says where the lists begin, and so which fields there are.
        let isOfGloas =
            kind == .column && ssz.count >= 12
            && ssz[8..<12].reversed().reduce(0) { $0 << 8 | Int($1) } == Self.gloasColumnLength
        // Behind index, blob, commitment and proof; behind index and two or three offsets.
        let at =
            kind == .blob
            ? 8 + 32 * Int(clamping: spec.preset.fieldElementsPerBlob) + 48 + 48 : 8 + (isOfGloas ? 2 : 3) * 4
        guard ssz.count >= at + 8 else { throw .tooShort(minimum: at + 8, got: ssz.count) }
        let slot = ssz[at..<at + 8].reversed().reduce(0) { $0 << 8 | Slot($1) }
        let fork = spec.fork(atSlot: slot)
        let context = spec.context(fork)
        let isOfItsFork =
            kind == .blob ? fork == .deneb || fork == .electra : isOfGloas ? fork >= .gloas : fork == .fulu
        guard isOfItsFork else { throw .fork(fork) }
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

    private var header: BeaconBlockHeader {
        switch self {
        case .blob(let sidecar): sidecar.signedBlockHeader.message
        case .column(let sidecar): sidecar.signedBlockHeader.message
        }
    }

    /// Whether it names its block by the root and leaves the commitments to the block's bid.
    public var isOfGloas: Bool {
        if case .column(let sidecar) = self { sidecar.beaconBlockRoot != Root() || sidecar.slot != 0 } else { false }
    }

    public var slot: Slot {
        if case .column(let sidecar) = self, isOfGloas { sidecar.slot } else { header.slot }
    }

    /// The root of the block that it says it belongs to.
    public var blockRoot: Root {
        if case .column(let sidecar) = self, isOfGloas { return sidecar.beaconBlockRoot }
        return header.hashTreeRoot(in: .invariant)
    }

    /// The same with the commitments of its block's bid, where it comes without.
    public func against(_ commitments: [KZGCommitment]) -> Sidecar {
        guard isOfGloas, case .column(var sidecar) = self else { return self }
        sidecar.kzgCommitments = commitments
        return .column(sidecar)
    }
}
