import ConsensusTypes
import DataAvailability
import Hashing
import KZG
import SSZ
import YAML

/// The blob data that a step of a `fork_choice` case gives beside its block.
enum BlobData {
    /// The step says nothing about it.
    case notStated
    case blobs([[UInt8]], proofs: [KZGProof])
    case columns([DataColumnSidecar])

    init(_ step: YAMLNode, _ files: CaseFiles, in context: ShapeContext) throws {
        if let names = step["columns"] {
            self = .columns(
                try names.elements.map { try DataColumnSidecar.decode(try files.ssz(try $0.string), in: context) }
            )
        } else if let name = step["blobs"] {
            let bytes = try files.ssz(try name.string)
            let each = KZGShape.ethereum.bytesPerBlob
            guard bytes.count % each == 0 else {
                throw Mismatch("blobs", expected: "a multiple of \(each) bytes", got: bytes.count)
            }
            let proofs = try step.member("proofs").elements.map { node in
                let bytes = try node.hexBytes
                guard let proof = KZGProof(bytes) else {
                    throw Mismatch("proof length", expected: KZGProof.count, got: bytes.count)
                }
                return proof
            }
            self = .blobs(
                stride(from: 0, to: bytes.count, by: each).map { Array(bytes[$0..<$0 + each]) },
                proofs: proofs
            )
        } else {
            self = .notStated
        }
    }

    /// Throws a `DataAvailabilityError` where the data does not do.
    func requireAvailable(_ commitments: [KZGCommitment], spec: ChainSpec, fork: ForkName) throws {
        if case .notStated = self { return }
        let judge = BlobDataJudge(spec: spec, kzg: try publishedSettings.get())
        switch self {
        case .notStated: break
        case .blobs(let blobs, let proofs):
            try judge.requireAvailable(commitments: commitments, blobs: blobs, proofs: proofs)
        case .columns(let sidecars):
            try judge.requireAvailable(commitments: commitments, sidecars: sidecars, fork: fork)
            // Sidecars that do come from the block that they name.
            for sidecar in sidecars { try judge.verifyDataColumnSidecarInclusionProof(sidecar, fork: fork) }
        }
    }
}
