import ConsensusTypes
import Hashing
import SSZ
import YAML

extension VectorRunner {
    /// `merkle_proof`: the branch of a node of a block's body.
    static let merkleProof = VectorRunner("merkle_proof") { vector, files in
        guard vector.handler == "single_merkle_proof" else { return .unknownHandler(vector) }
        return try singleMerkleProof(vector, files)
    }

    /// `single_merkle_proof`: the leaf and branch that we make are the vector's, and verify; the suite names the type.
    static func singleMerkleProof(_ vector: VectorCase, _ files: CaseFiles) throws -> Verdict {
        guard let type = ContainerRegistry.type(named: vector.suite) else {
            return .failed("no container of the name \(vector.suite)")
        }
        let expected = try files.yaml("proof")
        let number = try expected.member("leaf_index").int
        guard let index = GeneralizedIndex(rawValue: number) else {
            throw Mismatch("leaf_index", expected: "the number of a node", got: number)
        }
        let context = try files.spec(of: vector).context(vector.fork)
        let (root, proof) = try rootAndProof(type, try files.ssz("object"), of: index, in: context)
        guard let proof else { throw Mismatch("proof", expected: "one of node \(number)", got: "none") }
        try expectEqual("leaf", expected: try expected.member("leaf").hexBytes, got: proof.leaf.bytes)
        try expectEqual(
            "branch",
            expected: try expected.member("branch").elements.map { try $0.hexBytes },
            got: proof.branch.map(\.bytes)
        )
        let isValid = isValidMerkleBranch(
            leaf: proof.leaf,
            branch: proof.branch,
            depth: UInt64(index.depth),
            index: index.position,
            root: root
        )
        try expectEqual("is_valid_merkle_branch", expected: true, got: isValid)
        return .passed
    }

    private static func rootAndProof<Container: SSZContainer>(
        _ type: Container.Type,
        _ bytes: [UInt8],
        of index: GeneralizedIndex,
        in context: ShapeContext
    ) throws -> (root: Bytes32, proof: MerkleProof?) {
        let value = try Container.decode(bytes, in: context)
        return (value.hashTreeRoot(in: context), value.proof(of: index, in: context))
    }
}
