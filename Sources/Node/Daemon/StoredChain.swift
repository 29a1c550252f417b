public import BlockPipeline
internal import ChainStore
public import ConsensusTypes
public import Hashing

/// Opens the chain that a data directory holds, by nothing but what lies in it.
public enum StoredChain {
    /// Opens the chain to answer questions: time is what the stored blocks say.
    public static func open(_ directory: String) async throws -> Chain {
        let store = try await ChainStore.open(directory: directory, mode: .existing(nil))
        do {
            var options = ChainOptions()
            options.time = .followBlocks
            options.durability = .written
            // A question lets go of nothing: how much is kept is for the daemon to say.
            options.history.keptEpochs = .max
            return try await Chain.open(store: store, spec: try await spec(of: store), anchor: nil, options: options)
        } catch {
            try? await store.close()
            throw error
        }
    }

    /// The rules that the store was made with: the text of their configuration lies in it, their preset in its identity.
    static func spec(of store: ChainStore) async throws -> ChainSpec {
        guard let text = try await store.named(Chain.configRecord) else { throw ChainOpenError.nothingStored }
        let config = try Config(yaml: text)
        for name in [config.presetBase, "mainnet", "minimal"] {
            guard let preset = Preset.named(name) else { continue }
            let spec = ChainSpec(preset: preset, config: config)
            let root = store.identity.genesisValidatorsRoot
            if Chain.identity(spec, genesisValidatorsRoot: root) == store.identity { return spec }
        }
        throw StoredChainError.configuration(expected: store.identity.configDigest, got: config.configName)
    }
}

/// Why a data directory's chain cannot be opened.
public enum StoredChainError: Error, Sendable, CustomStringConvertible {
    /// The stored configuration is not the one the store was made with.
    case configuration(expected: Root, got: String)
    /// Another process holds the store and has left no address to ask.
    case held(directory: String)
    case nowhereToAsk

    public var description: String {
        switch self {
        case .configuration(let expected, let got):
            "stored configuration: expected one with digest \(expected.short), got another named \(got)"
        case .held(let directory):
            "the store in \(directory) is held by another process, and no daemon has left its address there"
        case .nowhereToAsk: "expected a data directory or a daemon's URL"
        }
    }
}
