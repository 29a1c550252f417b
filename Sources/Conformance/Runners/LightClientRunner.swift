import ConsensusTypes
import Hashing
import LightClient
import SSZ
import YAML

extension VectorRunner {
    /// `light_client`: proofs, the ranking of updates, a light client's way, and what a full node collects for it.
    static let lightClient = VectorRunner("light_client") { vector, files in
        switch vector.handler {
        case "single_merkle_proof": return try singleMerkleProof(vector, files)
        case "update_ranking": return try lightClientUpdateRanking(vector, files)
        case "sync": return try lightClientSync(vector, files)
        case "data_collection": return try lightClientDataCollection(vector, files)
        default: return .unknownHandler(vector)
        }
    }

    /// Updates from best to worst: each is better than all after it, and none the other way round.
    private static func lightClientUpdateRanking(_ vector: VectorCase, _ files: CaseFiles) throws -> Verdict {
        let spec = try files.spec(of: vector)
        let count = Int(clamping: try files.yaml("meta").member("updates_count").int)
        let updates = try files.sszSequence("updates", count: count).map {
            try LightClientUpdate.decode($0, in: spec.context(vector.fork))
        }
        for (i, better) in updates.enumerated() {
            for (j, worse) in updates.enumerated().dropFirst(i + 1) {
                let forwards = spec.isBetterUpdate(better, than: worse)
                try expectEqual("is_better_update(\(i), \(j))", expected: true, got: forwards)
                let backwards = spec.isBetterUpdate(worse, than: better)
                try expectEqual("is_better_update(\(j), \(i))", expected: false, got: backwards)
            }
        }
        return .passed
    }
}

/// Finds the format of light client data by the digest beside it.
struct LightClientFormats {
    let spec: ChainSpec
    let genesisValidatorsRoot: Root
    private let forks: [[UInt8]: ForkName]

    init(_ spec: ChainSpec, genesisValidatorsRoot: Root) {
        self.spec = spec
        self.genesisValidatorsRoot = genesisValidatorsRoot
        let begins = ForkName.allCases.map(spec.forkEpoch) + spec.config.blobSchedule.map(\.epoch)
        var forks: [[UInt8]: ForkName] = [:]
        for epoch in begins where epoch != farFutureEpoch {
            forks[spec.computeForkDigest(genesisValidatorsRoot, epoch).bytes] = spec.fork(atEpoch: epoch)
        }
        self.forks = forks
    }

    /// The fork of a digest.
    func fork(_ digest: YAMLNode) throws -> ForkName {
        guard let fork = forks[try digest.hexBytes] else {
            throw Mismatch("fork_digest", expected: "one of this network", got: try digest.string)
        }
        return fork
    }

    /// That `digest` is the one in force at `slot`.
    func expectDigest(_ digest: YAMLNode, at slot: Slot) throws {
        let own = spec.computeForkDigest(genesisValidatorsRoot, slot / spec.preset.slotsPerEpoch)
        try expectEqual("fork_digest", expected: try digest.hexBytes, got: own.bytes)
    }
}
