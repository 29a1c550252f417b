public import ConsensusTypes
import Snappy
public import YAML

/// What `bls_setting` in `meta.yaml` asks for.
public enum BLSSetting: UInt64, Sendable {
    /// The result is the same with and without signature checks.
    case optional = 0
    /// Signatures must be verified.
    case required = 1
    /// Signatures are not valid, and must not be verified.
    case ignored = 2
}

extension CaseFiles {
    /// The SSZ bytes of `name.ssz_snappy`.
    public func ssz(_ name: String) throws -> [UInt8] {
        let file = "\(name).ssz_snappy"
        do {
            return try Snappy.uncompress(try bytes(file), maximum: Self.limit)
        } catch let error as SnappyError {
            throw CaseFileError.malformed(file: file, problem: String(describing: error))
        }
    }

    /// The same, or `nil` where there is no such file.
    ///
    /// No `post` means that the input must be rejected.
    public func sszIfPresent(_ name: String) throws -> [UInt8]? {
        has("\(name).ssz_snappy") ? try ssz(name) : nil
    }

    /// `blocks_0`, `blocks_1`, … up to `count` of them; one too many in the folder stays unread and fails the case.
    public func sszSequence(_ stem: String, count: Int) throws -> [[UInt8]] {
        var parts: [[UInt8]] = []
        while parts.count < count { parts.append(try ssz("\(stem)_\(parts.count)")) }
        return parts
    }

    /// `name.yaml`, parsed.
    public func yaml(_ name: String) throws -> YAMLNode {
        let file = "\(name).yaml"
        do {
            return try YAML.parse(try bytes(file))
        } catch let error as YAMLError {
            throw CaseFileError.malformed(file: file, problem: String(describing: error))
        }
    }

    /// The same, or `nil` where there is no such file.
    public func yamlIfPresent(_ name: String) throws -> YAMLNode? {
        has("\(name).yaml") ? try yaml(name) : nil
    }

    /// `bls_setting` of `meta.yaml`; `optional` where either is missing.
    public func blsSetting() throws -> BLSSetting {
        guard let value = try yamlIfPresent("meta")?["bls_setting"] else { return .optional }
        guard let setting = BLSSetting(rawValue: try value.int) else {
            throw CaseFileError.malformed(file: "meta.yaml", problem: "bls_setting: expected 0, 1 or 2")
        }
        return setting
    }

    /// The rules that a case was made under.
    ///
    /// Where the case brings a `config.yaml`, that; else the preset's configuration with all forks up to the case's
    /// own in force from epoch 0, and later ones never. With `forkEpoch` (`transition` cases) the case's own fork
    /// begins there.
    public func spec(of vector: VectorCase, forkEpoch: UInt64 = 0) throws -> ChainSpec {
        guard let preset = Preset.named(vector.preset) else {
            throw Mismatch("preset", expected: "mainnet or minimal", got: vector.preset)
        }
        if let node = try yamlIfPresent("config") {
            return ChainSpec(preset: preset, config: try Config(node))
        }
        var config: Config = vector.preset == "minimal" ? .minimal : .mainnet
        func epoch(_ fork: ForkName) -> UInt64 {
            fork > vector.fork ? farFutureEpoch : fork == vector.fork ? forkEpoch : 0
        }
        config.altairForkEpoch = epoch(.altair)
        config.bellatrixForkEpoch = epoch(.bellatrix)
        config.capellaForkEpoch = epoch(.capella)
        config.denebForkEpoch = epoch(.deneb)
        config.electraForkEpoch = epoch(.electra)
        config.fuluForkEpoch = epoch(.fulu)
        config.gloasForkEpoch = epoch(.gloas)
        config.hezeForkEpoch = epoch(.heze)
        return ChainSpec(preset: preset, config: config)
    }
}

extension Config {
    /// A configuration from the tree of a `config.yaml`.
    init(_ node: YAMLNode) throws {
        var schedule: [BlobParameters]?
        if let entries = node["BLOB_SCHEDULE"] {
            schedule = []
            for entry in try entries.elements {
                schedule?.append(
                    .init(
                        epoch: try entry.member("EPOCH").int,
                        maxBlobsPerBlock: try entry.member("MAX_BLOBS_PER_BLOCK").int
                    )
                )
            }
        }
        try self.init(scalars: try node.scalars, blobSchedule: schedule)
    }
}
