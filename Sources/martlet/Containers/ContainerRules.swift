import ConsensusTypes
import Hashing
import Node
import SSZ

/// Under which fork and preset a file is to be read, as far as the command line says it.
struct ContainerRules: Sendable {
    private static let fork = Option<ForkName>.fork("--fork", "fork; default: the one that fits the file")

    static let declarations = [fork.declaration] + NetworkOptions.declarations

    /// The fork and preset of a value, and the shapes that follow.
    struct Setting: Hashable, Sendable, CustomStringConvertible {
        let fork: ForkName
        let preset: String
        let context: ShapeContext

        init(_ spec: ChainSpec, _ fork: ForkName) {
            self.fork = fork
            preset = spec.preset.name
            context = spec.context(fork)
        }

        var description: String { "\(fork.name), \(preset) preset" }

        static func == (a: Self, b: Self) -> Bool { a.fork == b.fork && a.preset == b.preset }

        func hash(into hasher: inout Hasher) {
            hasher.combine(fork)
            hasher.combine(preset)
        }
    }

    private let fork: ForkName?
    private let network: ChainSpec?
    /// What is looked in where no network is named: the public ones, and both presets.
    private let known: [ChainSpec]
    /// Whether the network's schedule of forks is known, and not its preset alone.
    private let hasSchedule: Bool

    init(_ arguments: Arguments, command: String) throws {
        let settings = try NetworkOptions.settings(arguments, command: command)
        fork = arguments[Self.fork]
        hasSchedule = settings.network != nil || settings.configPath != nil
        do {
            if hasSchedule {
                network = try settings.spec()
            } else {
                network = nil
            }
            let preset = settings.preset
            if let preset, Preset.named(preset) == nil {
                throw SettingsError.unknown(what: "preset", expected: "mainnet, minimal", got: preset)
            }
            known = Config.names.compactMap(Config.named).compactMap { config in
                guard preset == nil || preset == config.presetBase else { return nil }
                return Preset.named(config.presetBase).map { ChainSpec(preset: $0, config: config) }
            }
        } catch {
            throw UsageError.conflict("\(error)", command: command)
        }
    }

    /// What a file of that type may be, likeliest first.
    ///
    /// A state says its fork itself; a block says its slot, which tells the fork where the network is named.
    func settings(of type: any SSZContainer.Type, ssz: [UInt8]?) -> [Setting] {
        if let fork { return presets.map { Setting($0, fork) } }
        if let ssz, type == BeaconState.self, let version = Version(ssz.dropFirst(52).prefix(4)) {
            let stated = (network.map { [$0] } ?? known).compactMap { spec in
                spec.fork(ofVersion: version).map { Setting(spec, $0) }
            }
            if !stated.isEmpty { return unique(stated) }
        }
        if let ssz, let network, let slot = Self.slot(type, ssz) {
            return [Setting(network, network.fork(atSlot: slot))]
        }
        return presets.flatMap { spec in ForkName.allCases.reversed().map { Setting(spec, $0) } }
    }

    /// The same with a fork that the file was delivered with.
    func settings(version: String?) -> [Setting]? {
        guard fork == nil, let version, let fork = ForkName(name: version) else { return nil }
        return presets.map { Setting($0, fork) }
    }

    /// One network of each preset in question.
    private var presets: [ChainSpec] {
        if let network { return [network] }
        var seen: Set<String> = []
        return known.filter { seen.insert($0.preset.name).inserted }
    }

    private func unique(_ settings: [Setting]) -> [Setting] {
        var seen: Set<Setting> = []
        return settings.filter { seen.insert($0).inserted }
    }

    private static func slot(_ type: any SSZContainer.Type, _ ssz: [UInt8]) -> Slot? {
        let start = type == SignedBeaconBlock.self ? 100 : type == BeaconBlock.self ? 0 : nil
        guard let start, ssz.count >= start + 8 else { return nil }
        return ssz[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension Option<ForkName> {
    static func fork(_ name: String, _ help: String) -> Option {
        let names = ForkName.allCases.map(\.name)
        return Option(name: name, placeholder: "FORK", help: help) { text throws(BadValue) in
            guard let fork = ForkName(name: text) else {
                throw BadValue(expected: "one of \(names.joined(separator: ", "))")
            }
            return fork
        }
    }
}
