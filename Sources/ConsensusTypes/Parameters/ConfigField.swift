internal import Hashing

/// A value of `config.yaml`: where it is kept and how its text reads.
enum ConfigField: Sendable {
    case number(any WritableKeyPath<Config, UInt64> & Sendable)
    case text(any WritableKeyPath<Config, String> & Sendable)
    case version(any WritableKeyPath<Config, Version> & Sendable)
    case bytes20(any WritableKeyPath<Config, Bytes20> & Sendable)
    case bytes32(any WritableKeyPath<Config, Bytes32> & Sendable)

    /// Stores the value that `text` spells; `false` when it spells none.
    func store(_ text: String, in config: inout Config) -> Bool {
        switch self {
        case .number(let path):
            guard let value = UInt64(text) else { return false }
            config[keyPath: path] = value
        case .text(let path): config[keyPath: path] = text
        case .version(let path):
            guard let value = Version(Hex.decode(text) ?? []) else { return false }
            config[keyPath: path] = value
        case .bytes20(let path):
            guard let value = Bytes20(Hex.decode(text) ?? []) else { return false }
            config[keyPath: path] = value
        case .bytes32(let path):
            guard let value = Bytes32(Hex.decode(text) ?? []) else { return false }
            config[keyPath: path] = value
        }
        return true
    }

    /// What a correct text would be.
    var expectation: String {
        switch self {
        case .number: "a number below 2^64"
        case .text: "text"
        case .version: "4 bytes in hexadecimal"
        case .bytes20: "20 bytes in hexadecimal"
        case .bytes32: "32 bytes in hexadecimal"
        }
    }
}

/// Why a configuration could not be taken over.
public struct ConfigError: Error, Hashable, Sendable, CustomStringConvertible {
    public var key: String
    public var expected: String
    public var got: String

    public init(key: String, expected: String, got: String) {
        self.key = key
        self.expected = expected
        self.got = got
    }

    public var description: String { "config: \(key): expected \(expected), got \(got)" }
}

extension Config {
    /// A configuration from the scalars of a `config.yaml` and its blob schedule.
    ///
    /// Keys that are missing keep the value of the network's preset base, but a fork that is not mentioned never
    /// happens: files written before a fork was named say nothing of it. Unknown keys are let pass.
    public init(scalars: [String: String], blobSchedule: [BlobParameters]?) throws(ConfigError) {
        let base = scalars["PRESET_BASE"] ?? "mainnet"
        guard Preset.named(base) != nil else {
            throw ConfigError(key: "PRESET_BASE", expected: "mainnet or minimal", got: base)
        }
        self = base == "minimal" ? .minimal : .mainnet
        for (name, field) in Config.entries {
            guard let text = scalars[name] else {
                if name.hasSuffix("_FORK_EPOCH") { _ = field.store(String(farFutureEpoch), in: &self) }
                continue
            }
            guard field.store(text, in: &self) else {
                throw ConfigError(key: name, expected: field.expectation, got: text)
            }
        }
        // Files from before the slot duration was given in milliseconds give seconds.
        if scalars["SLOT_DURATION_MS"] == nil, let text = scalars["SECONDS_PER_SLOT"] {
            guard let seconds = UInt64(text), seconds > 0, seconds < 86_400 else {
                throw ConfigError(key: "SECONDS_PER_SLOT", expected: "seconds from 1 to 86399", got: text)
            }
            slotDurationMs = seconds * 1000
        }
        guard slotDurationMs > 0 else {
            throw ConfigError(key: "SLOT_DURATION_MS", expected: "more than 0", got: "0")
        }
        self.blobSchedule = (blobSchedule ?? []).sorted { $0.epoch < $1.epoch }
    }
}
