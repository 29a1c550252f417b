import Node

/// The options that say which network's rules hold.
enum NetworkOptions {
    static let network = Option.text("--network", "NAME", "rules of a known network")
    static let config = Option.text("--config", "FILE", "rules of a config.yaml")
    static let preset = Option.text("--preset", "mainnet|minimal", "preset, if not that of the configuration")

    static let declarations = [network.declaration, config.declaration, preset.declaration]

    static func settings(_ arguments: Arguments, command: String) throws(UsageError) -> NetworkSettings {
        guard arguments[network] == nil || arguments[config] == nil else {
            throw .conflict("--network and --config exclude each other", command: command)
        }
        return NetworkSettings(
            network: arguments[network],
            configPath: arguments[config],
            preset: arguments[preset]
        )
    }
}

/// Options that several commands share.
enum SharedOptions {
    static let json = Option.flag("--json", "one JSON object on standard output")
    static let dataDirectory = Option.text("--data-dir", "DIR", "where the chain is stored")
}
