internal import ConsensusTypes
internal import Foundation
internal import GossipIngest
internal import Hashing
internal import Snappy

/// The blocks and envelopes of one or more streams, in the order found, each read when it is needed.
struct RecordedStream: Sendable {
    /// One block, envelope or sidecar of a stream.
    struct Item: Sendable {
        /// For people: a file, or a file and an offset.
        let name: String
        /// The stream says that an ancestor of the block is not in it.
        var isOrphan = false
        /// The payload of a block: it goes by the block that it lies behind.
        var isEnvelope = false
        let load: @Sendable () throws -> RecordedMessage
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
        for (number, name) in directory.blockNames.enumerated() {
            items.append(Item(name: name) { try directory.block(number) })
            guard let envelope = directory.envelopeNames[number] else { continue }
            items.append(
                Item(name: envelope, isEnvelope: true) {
                    guard let message = try directory.envelope(number) else {
                        throw StreamError.missingFile(path: path, name: envelope)
                    }
                    return message
                }
            )
        }
        for name in directory.sidecarNames {
            sidecars.append(Item(name: name) { try directory.sidecar(name) })
        }
        guard let path = directory.orphansPath else { return }
        let orphans = try StreamDirectory(path: path)
        for (number, name) in orphans.blockNames.enumerated() {
            items.append(Item(name: "orphans/\(name)", isOrphan: true) { try orphans.block(number) })
        }
    }

    /// Reads headers only: an e2store's blocks are read when they are wanted.
    private mutating func add(file path: String) throws {
        let store = try E2Store(path: path)
        let sibling = URL(fileURLWithPath: path).deletingLastPathComponent().appending(path: "config.yaml").path
        if configPath == nil, FileManager.default.fileExists(atPath: sibling) { configPath = sibling }
        var entry: E2Entry? = try store.entry(at: 0)
        while let current = entry {
            let origin = "\(path)@\(current.offset)"
            func item(_ kind: RecordedMessage.Kind) -> Item {
                Item(name: origin, isEnvelope: kind == .payloadEnvelope) {
                    RecordedMessage(
                        kind: kind,
                        encoding: .snappyFrames,
                        bytes: try store.content(of: current, maximum: 1 << 25),
                        origin: origin
                    )
                }
            }
            switch current.type {
            case .compressedSignedBeaconBlock: items.append(item(.signedBlock))
            case .compressedPayloadEnvelope: items.append(item(.payloadEnvelope))
            case .compressedBlobSidecar: sidecars.append(item(.blobSidecar))
            case .compressedDataColumnSidecar: sidecars.append(item(.dataColumnSidecar))
            case .compressedBeaconState where state == nil && items.isEmpty:
                state = RecordedMessage(
                    kind: .state,
                    encoding: .snappyFrames,
                    bytes: try store.content(of: current, maximum: EraFile.maximumEntryLength),
                    origin: origin
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
