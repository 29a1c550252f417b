public import ConsensusTypes
internal import Foundation
internal import GossipIngest
internal import YAML

/// Which network's rules hold, as the command line says it.
public struct NetworkSettings: Sendable {
    /// A network by name.
    public var network: String?
    /// A `config.yaml`.
    public var configPath: String?
    /// The preset, where it is not that of the configuration.
    public var preset: String?

    public init(network: String? = nil, configPath: String? = nil, preset: String? = nil) {
        self.network = network
        self.configPath = configPath
        self.preset = preset
    }

    /// The rules; those of `fallback`, a `config.yaml` that lies beside the data, where nothing else is said.
    public func spec(fallback: String? = nil) throws -> ChainSpec {
        let config: Config
        if let path = configPath {
            config = try Config(path: path)
        } else if let name = network {
            guard let known = Config.named(name) else {
                throw SettingsError.unknown(
                    what: "network",
                    expected: Config.names.joined(separator: ", "),
                    got: name
                )
            }
            config = known
        } else if let path = fallback {
            config = try Config(path: path)
        } else {
            config = .mainnet
        }
        let name = preset ?? config.presetBase
        guard let preset = Preset.named(name) else {
            throw SettingsError.unknown(what: "preset", expected: "mainnet, minimal", got: name)
        }
        return ChainSpec(preset: preset, config: config)
    }
}

/// A setting that names nothing we know.
public enum SettingsError: Error, Sendable, CustomStringConvertible {
    case unknown(what: String, expected: String, got: String)
    case unreadable(path: String, problem: String)

    public var description: String {
        switch self {
        case .unknown(let what, let expected, let got): "\(what): expected one of \(expected), got \(got)"
        case .unreadable(let path, let problem): "\(path): \(problem)"
        }
    }
}

extension Config {
    /// The most bytes that a configuration file may have.
    private static let maximumFileBytes = 1 << 20

    /// Reads a `config.yaml`.
    init(path: String) throws {
        do {
            try self.init(yaml: try ByteFile.contents(of: path, maximum: Self.maximumFileBytes))
        } catch {
            throw SettingsError.unreadable(path: path, problem: "\(error)")
        }
    }

    /// Reads the text of a `config.yaml`.
    public init(yaml: [UInt8]) throws {
        let node = try YAML.parse(yaml)
        var schedule: [BlobParameters]?
        if let rows = node["BLOB_SCHEDULE"], !rows.isNull {
            schedule = try rows.elements.map { row in
                BlobParameters(
                    epoch: try row.member("EPOCH").int,
                    maxBlobsPerBlock: try row.member("MAX_BLOBS_PER_BLOCK").int
                )
            }
        }
        try self.init(scalars: try node.scalars, blobSchedule: schedule)
    }
}
