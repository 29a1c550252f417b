internal import Hashing

/// What opening a store expects to find.
public enum OpenMode: Hashable, Sendable {
    /// Makes the store if the directory holds none; one that is there must belong to this network.
    case create(NetworkIdentity)
    /// Opens what is there; of this network, if one is named.
    case existing(NetworkIdentity?)

    var expected: NetworkIdentity? {
        switch self {
        case .create(let identity): identity
        case .existing(let identity): identity
        }
    }

    var creates: Bool { if case .create = self { true } else { false } }
}

extension ChainStore {
    /// The version of `docs/storage-format.md` this program reads and writes.
    public static let schemaVersion: UInt32 = 3
    /// The oldest version that is brought up to this one when a store is opened.
    static let oldestVersion: UInt32 = 1
    /// The first whose signed messages lie in a database of their own.
    private static let firstVersionInTwo: UInt32 = 3

    /// Opens the store in `directory`.
    ///
    /// One process at a time: LevelDB has no mode for readers only, so a query while the daemon runs gets
    /// `StoreError.alreadyOpen` and should ask the daemon. Recovery of the logs happens here, on a thread of its own.
    public static func open(
        directory: String,
        mode: OpenMode,
        configuration: StoreConfiguration = .init()
    ) async throws -> ChainStore {
        try await OwnThread.run("store-open") {
            try ChainStore(directory: StoreDirectory(directory), mode: mode, configuration: configuration)
        }
    }

    /// Opens a store over any engine, which the store then owns and closes.
    ///
    /// `secondary` engines take the named tables away from the first. The tables of one batch must stay together:
    /// only `.publicKeys` and `.blockVariants` can be moved without breaking imports apart.
    public static func open(
        engine: any KeyValueStore,
        secondary: [(engine: any KeyValueStore, tables: Set<TableCode>)] = [],
        mode: OpenMode,
        configuration: StoreConfiguration = .init()
    ) async throws -> ChainStore {
        try await OwnThread.run("store-open") {
            try ChainStore(
                engine: engine,
                name: "memory",
                secondary: secondary,
                mode: mode,
                configuration: configuration
            )
        }
    }

    /// Opens both databases of a directory; one that is `isRepaired` may have lost that of the messages.
    init(
        directory: StoreDirectory,
        mode: OpenMode,
        configuration: StoreConfiguration,
        isRepaired: Bool = false
    ) throws(StoreError) {
        let options = configuration.levelDB
        let index = try directory.openIndex(options, create: mode.creates)
        let messages: LevelDBEngine
        do throws(StoreError) {
            let found = try ChainStore.found(in: index, name: directory.path, mode: mode)
            let isNeeded = found.map { $0.version >= ChainStore.firstVersionInTwo } ?? false
            messages = try directory.openMessages(options, create: !isNeeded || isRepaired)
        } catch {
            index.close()
            throw error
        }
        try self.init(
            engine: PairedEngine(index: index, bulk: messages),
            name: directory.path,
            secondary: [],
            mode: mode,
            configuration: configuration
        )
    }

    private init(
        engine: any KeyValueStore,
        name: String,
        secondary: [(engine: any KeyValueStore, tables: Set<TableCode>)],
        mode: OpenMode,
        configuration: StoreConfiguration
    ) throws(StoreError) {
        do throws(StoreError) {
            let identity = try ChainStore.identify(engine, name: name, mode: mode)
            let places = try Places(in: engine)
            let counters = StoreCounters()
            let cache = ValueCache(bytes: configuration.cacheBytes)
            var rest = TableSet.all
            for (_, tables) in secondary { rest = rest.subtracting(TableSet(tables)) }
            var shards: [Shard] = []
            for (engine, tables) in [(engine, rest)] + secondary.map({ ($0.engine, TableSet($0.tables)) }) {
                shards.append(
                    try Shard(engine, tables: tables, cache: cache, configuration: configuration, counters: counters)
                )
            }
            core = Core(
                router: Router(shards),
                cache: cache,
                counters: counters,
                places: places,
                identity: identity
            )
        } catch {
            engine.close()
            for (engine, _) in secondary { engine.close() }
            throw error
        }
    }

    /// Checks schema and network, writing both into a store that is new.
    private static func identify(
        _ engine: any KeyValueStore,
        name: String,
        mode: OpenMode
    ) throws(StoreError) -> NetworkIdentity {
        guard let found = try found(in: engine, name: name, mode: mode) else {
            guard case .create(let identity) = mode else { throw .noStore(directory: name) }
            var batch = WriteBatch()
            batch.put(Tables.metadata.encode(.schema), versionRecord)
            batch.put(Tables.metadata.encode(.network), identity.bytes)
            try engine.write(batch, durability: .synced)
            return identity
        }
        if found.version < schemaVersion { try upgrade(engine, from: found.version) }
        return found.identity
    }

    /// The value of the schema record.
    static var versionRecord: [UInt8] {
        var version: [UInt8] = []
        version.append(bigEndian: schemaVersion)
        return version
    }

    /// What store an engine holds; `nil` where it holds nothing and may become one.
    ///
    /// Changes nothing.
    private static func found(
        in engine: any KeyValueStore,
        name: String,
        mode: OpenMode
    ) throws(StoreError) -> (version: UInt32, identity: NetworkIdentity)? {
        let table = Tables.metadata
        let view = EngineView(engine: engine)
        guard let schema = try view.get(table, .schema) else {
            let everything = KeyRange(from: [], upTo: nil)
            let isEmpty = try engine.page(everything, limit: PageLimit(entries: 1), order: .ascending).entries.isEmpty
            guard isEmpty else { throw .notAChainStore(directory: name) }
            guard mode.creates else { throw .noStore(directory: name) }
            return nil
        }
        let version = try decode(schema, .schema) { reader throws(CodecError) in try reader.uint32() }
        guard version >= oldestVersion, version <= schemaVersion else {
            throw .schemaMismatch(directory: name, expected: schemaVersion, got: version)
        }
        guard let stored = try view.get(table, .network) else { throw .notAChainStore(directory: name) }
        let identity = try decode(stored, .network, NetworkIdentity.init)
        if let expected = mode.expected, expected != identity {
            throw .networkMismatch(directory: name, expected: expected, got: identity)
        }
        return (version, identity)
    }

    /// Reads one metadata record, all of it.
    static func decode<R>(
        _ bytes: [UInt8],
        _ key: MetadataKey,
        _ read: (inout ByteReader) throws(CodecError) -> R
    ) throws(StoreError) -> R {
        do throws(CodecError) {
            var reader = ByteReader(bytes)
            let record = try read(&reader)
            try reader.finish()
            return record
        } catch {
            throw .malformed(
                table: .metadata,
                key: Hex.encode(Tables.metadata.encode(key)),
                expected: error.expected,
                got: error.got
            )
        }
    }
}
