internal import ConsensusTypes
internal import Foundation
internal import GossipIngest
internal import Hashing
internal import Snappy

/// The blocks and envelopes of one or more streams, in the order found, each read when it is needed.
struct RecordedStream: Sendable {
    /// One block, envelope or sidecar of a stream: where it is, not what is in it.
    ///
    /// A stream may have hundreds of thousands, so its name is made when somebody asks for it.
    struct Item: Sendable {
        fileprivate let source: Source
        /// A number in the directory, or an offset in the file.
        fileprivate let place: Int
        fileprivate let kind: Kind

        fileprivate enum Kind: UInt8, Sendable { case block, orphan, envelope, sidecar }

        /// For people: a file, or a file and an offset.
        var name: String { source.name(self) }
        /// The stream says that an ancestor of the block is not in it.
        var isOrphan: Bool { kind == .orphan }
        /// The payload of a block: it goes by the block that it lies behind.
        var isEnvelope: Bool { kind == .envelope }

        func load() throws -> RecordedMessage { try source.load(self) }
    }

    /// A directory or a file that items are in.
    fileprivate final class Source: Sendable {
        private enum Holder: Sendable {
            case directory(StreamDirectory)
            case file(E2Store)
        }

        private let holder: Holder

        init(_ directory: StreamDirectory) { holder = .directory(directory) }
        init(_ file: E2Store) { holder = .file(file) }

        func name(_ item: Item) -> String {
            switch holder {
            case .file(let store): "\(store.file.path)@\(item.place)"
            case .directory(let directory):
                switch item.kind {
                case .block: directory.blockNames[item.place]
                case .orphan: "orphans/\(directory.blockNames[item.place])"
                case .envelope: directory.envelopeNames[item.place] ?? "envelopes_\(item.place)"
                case .sidecar: directory.sidecarNames[item.place]
                }
            }
        }

        func load(_ item: Item) throws -> RecordedMessage {
            switch holder {
            case .file(let store):
                let entry = try store.entry(at: item.place)
                return RecordedMessage(
                    kind: try Self.kind(entry, store),
                    encoding: .snappyFrames,
                    bytes: try store.content(of: entry, maximum: 1 << 25),
                    origin: name(item)
                )
            case .directory(let directory):
                switch item.kind {
                case .block, .orphan: return try directory.block(item.place)
                case .sidecar: return try directory.sidecar(directory.sidecarNames[item.place])
                case .envelope:
                    guard let message = try directory.envelope(item.place) else {
                        throw StreamError.missingFile(path: directory.path, name: name(item))
                    }
                    return message
                }
            }
        }

        private static func kind(_ entry: E2Entry, _ store: E2Store) throws -> RecordedMessage.Kind {
            switch entry.type {
            case .compressedSignedBeaconBlock: return .signedBlock
            case .compressedPayloadEnvelope: return .payloadEnvelope
            case .compressedBlobSidecar: return .blobSidecar
            case .compressedDataColumnSidecar: return .dataColumnSidecar
            default:
                // It was another when the stream was listed.
                throw SettingsError.unreadable(path: store.file.path, problem: "it was changed while it was read")
            }
        }
    }

    private(set) var items: [Item] = []
    /// The sidecars of all streams, in the order found.
    private(set) var sidecars: [Item] = []
    /// The state that the first stream with one begins with.
    private(set) var state: RecordedMessage?
    private(set) var anchorBlock: RecordedMessage?
    private(set) var configPath: String?

    /// Lists the streams; reads no block yet.
    init(_ paths: [String]) throws {
        for path in paths {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw SettingsError.unreadable(path: path, problem: "no such file or directory")
            }
            if isDirectory.boolValue { try add(directory: path) } else { try add(file: path) }
        }
    }

    private mutating func add(directory path: String) throws {
        let directory = try StreamDirectory(path: path)
        configPath = configPath ?? directory.configPath
        if state == nil {
            state = try directory.state()
            anchorBlock = try directory.anchorBlock()
        }
        let source = Source(directory)
        for number in directory.blockNames.indices {
            items.append(Item(source: source, place: number, kind: .block))
            guard directory.envelopeNames[number] != nil else { continue }
            items.append(Item(source: source, place: number, kind: .envelope))
        }
        for number in directory.sidecarNames.indices {
            sidecars.append(Item(source: source, place: number, kind: .sidecar))
        }
        guard let path = directory.orphansPath else { return }
        let orphans = try StreamDirectory(path: path)
        let place = Source(orphans)
        for number in orphans.blockNames.indices {
            items.append(Item(source: place, place: number, kind: .orphan))
        }
    }

    /// Reads headers only: an e2store's blocks are read when they are wanted.
    private mutating func add(file path: String) throws {
        let store = try E2Store(path: path)
        let sibling = URL(fileURLWithPath: path).deletingLastPathComponent().appending(path: "config.yaml").path
        if configPath == nil, FileManager.default.fileExists(atPath: sibling) { configPath = sibling }
        let source = Source(store)
        var entry: E2Entry? = try store.entry(at: 0)
        while let current = entry {
            func item(_ kind: Item.Kind) -> Item { Item(source: source, place: current.offset, kind: kind) }
            switch current.type {
            case .compressedSignedBeaconBlock: items.append(item(.block))
            case .compressedPayloadEnvelope: items.append(item(.envelope))
            case .compressedBlobSidecar, .compressedDataColumnSidecar: sidecars.append(item(.sidecar))
            case .compressedBeaconState where state == nil && items.isEmpty:
                state = RecordedMessage(
                    kind: .state,
                    encoding: .snappyFrames,
                    bytes: try store.content(of: current, maximum: EraFile.maximumEntryLength),
                    origin: "\(path)@\(current.offset)"
                )
            default: break
            }
            entry = try store.entry(after: current)
        }
    }

    /// How many of the items are blocks.
    var blockCount: Int { items.count { !$0.isEnvelope } }

    /// Puts blocks and envelopes in another order; `forward` and `reverse` read each block once to learn its slot.
    mutating func arrange(_ order: ReplayOptions.Order, seed: UInt64) throws {
        switch order {
        case .given: break
        case .forward: items = bySlot()
        case .reverse: items = bySlot().reversed()
        case .shuffle:
            var generator = SeededGenerator(seed: seed)
            items.shuffle(using: &generator)
        }
    }

    /// Blocks that cannot be read stand last; envelopes behind the block that they lie behind.
    private func bySlot() -> [Item] {
        var slots: [UInt64] = []
        for item in items {
            slots.append(item.isEnvelope ? slots.last ?? .max : slot(of: item))
        }
        return zip(items, slots).enumerated()
            .sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }
            .map { $0.element.0 }
    }
    private func slot(of item: Item) -> UInt64 {
        guard let ssz = try? item.load().ssz(maximum: 10_485_760), ssz.count >= 108 else { return .max }
        return ssz[100..<108].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
