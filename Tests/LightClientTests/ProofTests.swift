import ConsensusTypes
import Hashing
import SSZ
import TestSupport
import Testing

@Suite struct ProofTests {
    private let context = ChainSpec.minimal.context(.deneb)
    /// Plain containers, progressive ones, and progressive ones with gaps.
    static let forks: [ForkName] = [.deneb, .gloas, .heze]

    private func body() -> BeaconBlockBody {
        var body = BeaconBlockBody()
        body.signedExecutionPayloadBid.message.parentBlockHash = Bytes32([UInt8](repeating: 5, count: 32)) ?? Bytes32()
        body.signedExecutionPayloadBid.message.inclusionListBits = Bitvector(count: 16)
        body.eth1Data.depositCount = 7
        body.syncAggregate.syncCommitteeBits = Bitvector(count: 32)
        body.executionPayload.logsBloom = [UInt8](repeating: 3, count: 256)
        body.executionPayload.blockHash = Bytes32([UInt8](repeating: 9, count: 32)) ?? Bytes32()
        body.executionPayload.transactions = [[1, 2, 3], [UInt8](repeating: 4, count: 100)]
        body.blobKzgCommitments = (1...3).map { n in
            KZGCommitment((0..<48).map { UInt8($0 * n % 251) }) ?? KZGCommitment()
        }
        return body
    }

    private func holds(_ proof: MerkleProof, _ index: GeneralizedIndex, _ root: Bytes32) -> Bool {
        isValidMerkleBranch(
            leaf: proof.leaf,
            branch: proof.branch,
            depth: UInt64(index.depth),
            index: index.position,
            root: root
        )
    }

    @Test func namedNodesAreProved() throws {
        let body = body()
        let root = body.hashTreeRoot(in: context)
        let commitments: UInt64 = 27
        let limit = ChainSpec.minimal.preset.maxBlobCommitmentsPerBlock
        let depth = UInt64(Merkle.depth(of: limit))
        let second = (commitments * 2) << depth | 1
        let expected: [(UInt64, Bytes32)] = [
            (1, root),
            (25, body.executionPayload.hashTreeRoot(in: context)),
            (commitments * 2 + 1, UInt64(3).hashTreeRoot(in: context)),
            (second, body.blobKzgCommitments[1].hashTreeRoot(in: context)),
            (second * 2, Bytes32(body.blobKzgCommitments[1].bytes.prefix(32)) ?? Bytes32()),
            (17 * 4 + 1, UInt64(7).hashTreeRoot(in: context)),
        ]
        for (number, leaf) in expected {
            let index = try #require(GeneralizedIndex(rawValue: number))
            guard let proof = body.proof(of: index, in: context) else {
                #expect(number == second * 2, "node \(number): expected a proof, got none")
                continue
            }
            #expect(proof.leaf == leaf, "node \(number)")
            #expect(holds(proof, index, root), "node \(number)")
        }
    }

    /// The node at every field's index is the field.
    @Test(arguments: forks)
    func fieldsAreProved(_ fork: ForkName) throws {
        let context = ChainSpec.minimal.context(fork)
        let body = body()
        let root = body.hashTreeRoot(in: context)
        let plan = context.plan(for: BeaconBlockBody.self)
        for (name, leaf) in zip(plan.fieldNames, body.fieldRoots(in: context)) {
            let index = try #require(plan.generalizedIndex(of: name).flatMap(GeneralizedIndex.init(rawValue:)))
            let proof = try #require(body.proof(of: index, in: context), "\(name)")
            #expect(proof.leaf == leaf, "\(name)")
            #expect(holds(proof, index, root), "\(name)")
        }
        // Behind the last field's tree the spine ends with nothing to prove.
        for number: UInt64 in [95, 96, 2 << 20, 3 << 3] {
            let index = try #require(GeneralizedIndex(rawValue: number))
            if fork >= .gloas { #expect(body.proof(of: index, in: context) == nil, "node \(number)") }
        }
    }

    /// Wherever the descent ends, what is proved is a node of this tree, and of no other.
    @Test(arguments: forks)
    func randomNodesAreProvedOrRefused(_ fork: ForkName) throws {
        let context = ChainSpec.minimal.context(fork)
        let seed = Seed.first
        var state = seed
        let body = body()
        let root = body.hashTreeRoot(in: context)
        var proved = 0
        for _ in 0..<2_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let depth = (state >> 58) % 28
            let number = 1 << depth | (state & (1 << depth - 1))
            let index = try #require(GeneralizedIndex(rawValue: number))
            guard let proof = body.proof(of: index, in: context) else { continue }
            proved += 1
            #expect(holds(proof, index, root), "seed \(seed), node \(number)")
            guard var wrong = Optional(proof), index.depth > 0 else { continue }
            wrong.branch[0] = MerkleHash.pair(wrong.branch[0], .zero)
            #expect(!holds(wrong, index, root), "seed \(seed), node \(number)")
        }
        #expect(proved > 200, "seed \(seed)")
    }
}
