import ConsensusTypes
import Hashing
import LightClient
import SSZ
import YAML

extension VectorRunner {
    /// `sync`: a store started from a bootstrap, moved by updates, by force and by upgrades.
    static func lightClientSync(_ vector: VectorCase, _ files: CaseFiles) throws -> Verdict {
        let spec = try files.spec(of: vector)
        let meta = try files.yaml("meta")
        let steps = try files.yaml("steps").elements
        let versions =
            [try meta.member("store_fork_version")]
            + steps.compactMap { $0["upgrade_store"]?["store_fork_version"] }
        let forks = try versions.map { try fork($0, spec) }
        let genesisValidatorsRoot = try root(try meta.member("genesis_validators_root"))
        let formats = LightClientFormats(spec, genesisValidatorsRoot: genesisValidatorsRoot)

        let digest = try meta.member("bootstrap_fork_digest")
        let context = spec.context(try formats.fork(digest))
        let bootstrap = try LightClientBootstrap.decode(try files.ssz("bootstrap"), in: context)
        try formats.expectDigest(digest, at: bootstrap.header.beacon.slot)
        var store = try LightClientStore(
            trustedBlockRoot: try root(try meta.member("trusted_block_root")),
            bootstrap: spec.upgradeLcBootstrap(bootstrap, to: forks[0]),
            in: forks[0],
            spec: spec
        )
        for (i, step) in steps.enumerated() {
            do {
                try carryOut(step, on: &store, formats, files)
            } catch let mismatch as Mismatch {
                throw Mismatch("step \(i): \(mismatch.what)", expected: mismatch.expected, got: mismatch.got)
            }
        }
        return .passed
    }

    private static func carryOut(
        _ step: YAMLNode,
        on store: inout LightClientStore,
        _ formats: LightClientFormats,
        _ files: CaseFiles
    ) throws {
        let spec = formats.spec
        if let process = step["process_update"] {
            let digest = try process.member("update_fork_digest")
            let bytes = try files.ssz(try process.member("update").string)
            let update = try LightClientUpdate.decode(bytes, in: spec.context(try formats.fork(digest)))
            try formats.expectDigest(digest, at: update.attestedHeader.beacon.slot)
            try store.processLightClientUpdate(
                spec.upgradeLcUpdate(update, to: store.fork),
                currentSlot: try process.member("current_slot").int,
                genesisValidatorsRoot: formats.genesisValidatorsRoot
            )
            try check(try process.member("checks"), store)
        } else if let force = step["force_update"] {
            try store.processLightClientStoreForceUpdate(currentSlot: try force.member("current_slot").int)
            try check(try force.member("checks"), store)
        } else if let upgrade = step["upgrade_store"] {
            try store.upgradeLcStore(to: try fork(try upgrade.member("store_fork_version"), spec))
            try check(try upgrade.member("checks"), store)
        } else {
            throw Mismatch("step", expected: "a known kind", got: try step.entries.map(\.key))
        }
    }

    private static func check(_ checks: YAMLNode, _ store: LightClientStore) throws {
        for entry in try checks.entries {
            let header: LightClientHeader
            switch entry.key {
            case "finalized_header": header = store.finalizedHeader
            case "optimistic_header": header = store.optimisticHeader
            default: throw Mismatch("check", expected: "a known one", got: entry.key)
            }
            let beacon = header.beacon
            try expectEqual("\(entry.key).slot", expected: try entry.value.member("slot").int, got: beacon.slot)
            try expectEqual(
                "\(entry.key).beacon_root",
                expected: try entry.value.member("beacon_root").hexBytes,
                got: beacon.hashTreeRoot(in: .invariant).bytes
            )
            guard store.fork >= .capella else { continue }
            try expectEqual(
                "\(entry.key).execution_root",
                expected: try entry.value.member("execution_root").hexBytes,
                got: store.spec.getLcExecutionRoot(header, in: store.fork).bytes
            )
        }
        try expectEqual("checks", expected: 2, got: try checks.entries.count)
    }

    private static func fork(_ version: YAMLNode, _ spec: ChainSpec) throws -> ForkName {
        guard let version = Version(try version.hexBytes), let fork = spec.fork(ofVersion: version) else {
            throw Mismatch("fork version", expected: "one of this network", got: try version.string)
        }
        return fork.lightClientFork
    }

    private static func root(_ node: YAMLNode) throws -> Root {
        guard let root = Root(try node.hexBytes) else { throw Mismatch("root", expected: "32 bytes", got: node) }
        return root
    }
}
