import BLS
import BlockPipeline
import ChainTestSupport
import ConsensusTypes
import DataAvailability
import Foundation
import Hashing
import KZG
import SSZ
import Snappy
import StateTransition
import TestSupport

/// The first block of a fixture, made to carry two blobs, with the sidecars that belong to it; not signed.
struct BlobBlock {
    /// Made once.
    static let fulu = Result { try BlobBlock(fixture: "fulu-linear") }
    static let electra = Result { try BlobBlock(fixture: "electra-to-fulu") }

    let run: RecordedRun
    let fork: ForkName
    let signed: SignedBeaconBlock
    let root: Root
    let sidecars: [Sidecar]
    let judge: BlobDataJudge

    private init(fixture: String) throws {
        run = try RecordedRun(fixture: fixture)
        let first = try run.decoded(0)
        fork = first.fork
        let context = run.spec.context(first.fork)
        let kzg = try KZGSettings.ethereum()
        judge = BlobDataJudge(spec: run.spec, kzg: kzg)
        let blobs = [Self.blob(1), Self.blob(2)]
        var signed = first.signed
        signed.message.body.blobKzgCommitments = try blobs.map { try kzg.blobToKZGCommitment($0) }
        var transition = Transition(
            state: run.anchor.state,
            spec: run.spec,
            caches: TransitionCaches(),
            signatures: .trust
        )
        try transition.processSlots(signed.message.slot)
        try transition.processBlock(signed.message)
        signed.message.stateRoot = transition.state.hashTreeRoot(in: transition.context)
        self.signed = signed
        root = signed.message.hashTreeRoot(in: context)
        sidecars =
            first.fork == .fulu
            ? try Self.columns(blobs, signed, kzg, context) : try Self.blobs(blobs, signed, kzg, context)
    }

    /// The values of seed + 2·seed·X at the roots of unity, in the order of blobs: bits of the position reversed.
    private static func blob(_ seed: UInt64) -> [UInt8] {
        let powers = Fr.rootOfUnity(log2Order: 12).powers(4096)
        return (0..<4096).flatMap { i -> [UInt8] in
            let reversed = Int(UInt16(i).bitReversed >> 4)
            return (Fr(seed) + Fr(2 * seed) * powers[reversed]).bytes.bytes
        }
    }

    private static func header(_ signed: SignedBeaconBlock, _ context: ShapeContext) -> SignedBeaconBlockHeader {
        var header = SignedBeaconBlockHeader()
        header.message.slot = signed.message.slot
        header.message.proposerIndex = signed.message.proposerIndex
        header.message.parentRoot = signed.message.parentRoot
        header.message.stateRoot = signed.message.stateRoot
        header.message.bodyRoot = signed.message.body.hashTreeRoot(in: context)
        header.signature = signed.signature
        return header
    }

    private static func columns(
        _ blobs: [[UInt8]],
        _ signed: SignedBeaconBlock,
        _ kzg: KZGSettings,
        _ context: ShapeContext
    ) throws -> [Sidecar] {
        let rows = try blobs.map { try kzg.computeCells($0) }
        // Of a polynomial of lower degree than a cell has elements, nothing is left after the division: infinity.
        guard let proof = KZGProof([0xc0] + [UInt8](repeating: 0, count: 47)) else { return [] }
        let body = signed.message.body
        let place = context.plan(for: BeaconBlockBody.self).generalizedIndex(of: "blob_kzg_commitments")
        let inclusion = place.flatMap { GeneralizedIndex(rawValue: $0) }.flatMap { body.proof(of: $0, in: context) }
        return (0..<128).map { index in
            var sidecar = DataColumnSidecar()
            sidecar.index = UInt64(index)
            sidecar.column = rows.map { $0[index] }
            sidecar.kzgProofs = rows.map { _ in proof }
            sidecar.kzgCommitments = body.blobKzgCommitments
            sidecar.signedBlockHeader = header(signed, context)
            sidecar.kzgCommitmentsInclusionProof = inclusion?.branch ?? []
            return .column(sidecar)
        }
    }

    private static func blobs(
        _ blobs: [[UInt8]],
        _ signed: SignedBeaconBlock,
        _ kzg: KZGSettings,
        _ context: ShapeContext
    ) throws -> [Sidecar] {
        let body = signed.message.body
        let place = context.plan(for: BeaconBlockBody.self).generalizedIndex(of: "blob_kzg_commitments") ?? 0
        return try blobs.enumerated().map { index, blob in
            let commitment = body.blobKzgCommitments[index]
            // Twice as many nodes for the length, then the leaves of as many commitments as there may be.
            let leaf = GeneralizedIndex(rawValue: (place * 2) << 12 + UInt64(index))
            return .blob(
                BlobSidecar(
                    index: UInt64(index),
                    blob: blob,
                    kzgCommitment: commitment,
                    kzgProof: try kzg.computeBlobKZGProof(blob: blob, commitment: commitment),
                    signedBlockHeader: header(signed, context),
                    kzgCommitmentInclusionProof: leaf.flatMap { body.proof(of: $0, in: context) }?.branch ?? []
                )
            )
        }
    }

    var ssz: [UInt8] { signed.encoded(in: run.spec.context(fork)) }

    var message: BlockMessage { BlockMessage(ssz: ssz) }

    func ssz(_ sidecar: Sidecar) -> [UInt8] {
        switch sidecar {
        case .blob(let sidecar): sidecar.encoded(in: run.spec.context(fork))
        case .column(let sidecar): sidecar.encoded(in: run.spec.context(fork))
        }
    }

    func message(_ sidecar: Sidecar) -> SidecarMessage {
        SidecarMessage(bytes: ssz(sidecar), encoding: .ssz, kind: sidecar.kind)
    }

    /// A stream directory with the block and these sidecars.
    func directory(_ chosen: [Sidecar]) throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        func write(_ name: String, _ bytes: [UInt8]) throws {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(directory.path)/\(name)"))
        }
        try write("config.yaml", Array(run.spec.config.text.utf8))
        try write("pre.ssz_snappy", run.state.snappy)
        try write("blocks_0.ssz_snappy", try Snappy.compress(ssz))
        for sidecar in chosen {
            let name = sidecar.kind == .blob ? "blobs_0_\(sidecar.index)" : "columns_0_\(sidecar.index)"
            try write("\(name).ssz_snappy", try Snappy.compress(ssz(sidecar)))
        }
        return directory
    }

    /// The same in one file.
    func e2store(_ chosen: [Sidecar], in directory: TemporaryDirectory) throws -> String {
        func entry(_ type: [UInt8], _ ssz: [UInt8]) throws -> [UInt8] {
            let content = ssz.isEmpty ? [] : try SnappyFrames.compress(ssz)
            return type + withUnsafeBytes(of: UInt32(content.count).littleEndian) { Array($0) } + [0, 0] + content
        }
        var bytes = try entry([0x65, 0x32], []) + entry([2, 0], run.state.ssz)
        for sidecar in chosen { bytes += try entry([0x62, sidecar.kind == .blob ? 1 : 2], ssz(sidecar)) }
        bytes += try entry([1, 0], ssz)
        let path = "\(directory.path)/stream.e2s"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }
}

extension UInt16 {
    fileprivate var bitReversed: UInt16 { (0..<16).reduce(0) { $0 | (self >> $1 & 1) << (15 - $1) } }
}
