internal import ConsensusTypes
internal import Hashing
internal import KZG
internal import SSZ

/// A few blobs with their commitments and proofs, made once, which all blocks share.
struct SimulatedBlobs: Sendable {
    private struct Cells: Sendable {
        let cells: [[UInt8]]
        let proofs: [KZGProof]
    }

    /// Different blobs at most; blocks with more repeat them.
    ///
    /// The proofs of all cells of one take seconds.
    private static let variety = 2

    private let blobs: [[UInt8]]
    private let commitments: [KZGCommitment]
    private let proofs: [KZGProof]
    private let cells: [Cells]

    init(_ parameters: SimulationParameters) throws(SimulationError) {
        guard parameters.blobs > 0 else {
            (blobs, commitments, proofs, cells) = ([], [], [], [])
            return
        }
        var chance = Chance(parameters.seed, Purpose.blob)
        let elements = Int(clamping: parameters.preset.fieldElementsPerBlob)
        // A zero first byte keeps every element below the modulus.
        let blobs = (0..<min(parameters.blobs, Self.variety)).map { (_) -> [UInt8] in
            var blob: [UInt8] = []
            for _ in 0..<elements { blob += [0] + chance.bytes(31) }
            return blob
        }
        do throws(KZGError) {
            let kzg = try KZGSettings.ethereum()
            var commitments: [KZGCommitment] = []
            var proofs: [KZGProof] = []
            var cells: [Cells] = []
            for blob in blobs { commitments.append(try kzg.blobToKZGCommitment(blob)) }
            if parameters.hasSidecars, parameters.fork < .fulu {
                for (blob, commitment) in zip(blobs, commitments) {
                    proofs.append(try kzg.computeBlobKZGProof(blob: blob, commitment: commitment))
                }
            }
            if parameters.hasSidecars, parameters.lastFork >= .fulu {
                let prover = CellProver(kzg)
                for blob in blobs {
                    let made = try prover.computeCellsAndKZGProofs(blob)
                    cells.append(Cells(cells: made.cells, proofs: made.proofs))
                }
            }
            self.blobs = blobs
            self.commitments = commitments
            self.proofs = proofs
            self.cells = cells
        } catch {
            throw .blobs("\(error)")
        }
    }

    /// The commitments of a block with so many blobs.
    func commitments(_ count: Int) -> [KZGCommitment] {
        commitments.isEmpty ? [] : (0..<count).map { commitments[$0 % commitments.count] }
    }

    /// What goes around beside a block of these commitments; none where no proofs were made.
    func sidecars(
        of signed: SignedBeaconBlock,
        root: Root,
        _ fork: ForkName,
        in context: ShapeContext
    ) -> [SimulatedSidecar] {
        let body = signed.message.body
        let committed =
            fork >= .gloas ? body.signedExecutionPayloadBid.message.blobKzgCommitments : body.blobKzgCommitments
        if committed.isEmpty { return [] }
        if fork >= .fulu {
            return cells.isEmpty ? [] : columns(of: signed, root: root, committed, fork, in: context)
        }
        if proofs.isEmpty { return [] }
        let header = Self.header(signed, context)
        // Twice as many nodes for the length, then the leaves of as many commitments as there may be.
        let list = context.plan(for: BeaconBlockBody.self).generalizedIndex(of: "blob_kzg_commitments") ?? 0
        return committed.enumerated().map { index, commitment in
            let leaf = GeneralizedIndex(rawValue: (list * 2) << Self.commitmentDepth + UInt64(index))
            let sidecar = BlobSidecar(
                index: UInt64(index),
                blob: blobs[index % blobs.count],
                kzgCommitment: commitment,
                kzgProof: proofs[index % proofs.count],
                signedBlockHeader: header,
                kzgCommitmentInclusionProof: leaf.flatMap { body.proof(of: $0, in: context) }?.branch ?? []
            )
            return SimulatedSidecar(kind: .blob, index: index, ssz: sidecar.encoded(in: context))
        }
    }

    /// The depth of 4,096 commitments, as both presets have them.
    private static let commitmentDepth: UInt64 = 12

    private func columns(
        of signed: SignedBeaconBlock,
        root: Root,
        _ committed: [KZGCommitment],
        _ fork: ForkName,
        in context: ShapeContext
    ) -> [SimulatedSidecar] {
        var sidecar = DataColumnSidecar()
        if fork < .gloas {
            let list = context.plan(for: BeaconBlockBody.self).generalizedIndex(of: "blob_kzg_commitments")
            let place = list.flatMap { GeneralizedIndex(rawValue: $0) }
            sidecar.kzgCommitments = committed
            sidecar.signedBlockHeader = Self.header(signed, context)
            sidecar.kzgCommitmentsInclusionProof =
                place.flatMap { signed.message.body.proof(of: $0, in: context) }?.branch ?? []
        } else {
            sidecar.slot = signed.message.slot
            sidecar.beaconBlockRoot = root
        }
        return (0..<(cells.first?.cells.count ?? 0)).map { column in
            sidecar.index = UInt64(column)
            sidecar.column = committed.indices.map { cells[$0 % cells.count].cells[column] }
            sidecar.kzgProofs = committed.indices.map { cells[$0 % cells.count].proofs[column] }
            return SimulatedSidecar(kind: .column, index: column, ssz: sidecar.encoded(in: context))
        }
    }

    private static func header(_ signed: SignedBeaconBlock, _ context: ShapeContext) -> SignedBeaconBlockHeader {
        let block = signed.message
        return SignedBeaconBlockHeader(
            message: BeaconBlockHeader(
                slot: block.slot,
                proposerIndex: block.proposerIndex,
                parentRoot: block.parentRoot,
                stateRoot: block.stateRoot,
                bodyRoot: block.body.hashTreeRoot(in: context)
            ),
            signature: signed.signature
        )
    }
}

/// A `BlobSidecar` (deneb, electra) or `DataColumnSidecar` of a simulated block.
public struct SimulatedSidecar: Sendable {
    public enum Kind: Sendable { case blob, column }

    public let kind: Kind
    public let index: Int
    public let ssz: [UInt8]
}
