import ConsensusTypes
import Foundation
import GossipIngest
import Hashing
import SSZ
import Simulation
import Snappy

/// Where a simulated chain goes, message by message: nothing is kept in memory.
protocol SimulationSink {
    /// The state that the chain begins with, first of all.
    mutating func begin(_ anchor: BeaconState, _ simulator: ChainSimulator) throws
    /// The block of a number with what belongs to it; `file` says where each part went.
    mutating func put(
        _ message: SimulatedMessage,
        number: Int,
        _ simulator: ChainSimulator,
        file: (WrittenMessage.Kind, String) throws -> Void
    ) throws
    mutating func finish(_ simulator: ChainSimulator) throws
}

/// One message of a simulated chain in a file, and what has to come of it.
struct WrittenMessage: Encodable, Sendable {
    enum Kind: String, Encodable, Sendable { case block, envelope, blob, column }

    var file: String
    var kind: Kind
    /// Of the message's block.
    var slot: UInt64
    var root: Root
    var stateRoot: Root
    var branch: UInt64
    /// Whether it ends up on its branch.
    var isCanonical: Bool
    /// Whether it comes after most voters of its slot have voted.
    var isLate: Bool

    private enum CodingKeys: String, CodingKey {
        case file, kind, slot, root, stateRoot, branch, isCanonical, isLate
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(file, forKey: .file)
        try container.encode(kind, forKey: .kind)
        try container.encode(slot, forKey: .slot)
        try container.encode("\(root)", forKey: .root)
        try container.encode("\(stateRoot)", forKey: .stateRoot)
        try container.encode(branch, forKey: .branch)
        try container.encode(isCanonical, forKey: .isCanonical)
        try container.encode(isLate, forKey: .isLate)
    }
}

/// A block, or something that belongs to it, encoded.
private struct SimulatedPart {
    let kind: WrittenMessage.Kind
    let ssz: [UInt8]
    /// Of a sidecar.
    var index: Int?

    /// How it is wrapped in an e2store.
    var type: E2Type {
        switch kind {
        case .block: .compressedSignedBeaconBlock
        case .envelope: .compressedPayloadEnvelope
        case .blob: .compressedBlobSidecar
        case .column: .compressedDataColumnSidecar
        }
    }
}

extension SimulatedMessage {
    /// The block, its sidecars, its envelope.
    fileprivate func parts(_ spec: ChainSpec) -> [SimulatedPart] {
        let context = spec.context(fork)
        var parts = [SimulatedPart(kind: .block, ssz: block.encoded(in: context))]
        for sidecar in sidecars {
            let kind: WrittenMessage.Kind = sidecar.kind == .blob ? .blob : .column
            parts.append(SimulatedPart(kind: kind, ssz: sidecar.ssz, index: sidecar.index))
        }
        if let envelope { parts.append(SimulatedPart(kind: .envelope, ssz: envelope.encoded(in: context))) }
        return parts
    }
}

/// A stream directory: a file a message.
struct DirectorySink: SimulationSink {
    let path: String

    func begin(_ anchor: BeaconState, _ simulator: ChainSimulator) throws {
        let context = simulator.spec.context(anchor.forkName)
        try write(anchor.encoded(in: context), "pre")
    }

    func put(
        _ message: SimulatedMessage,
        number: Int,
        _ simulator: ChainSimulator,
        file: (WrittenMessage.Kind, String) throws -> Void
    ) throws {
        for part in message.parts(simulator.spec) {
            let index = part.index.map { "_\($0)" } ?? ""
            try file(part.kind, try write(part.ssz, "\(part.kind.rawValue)s_\(number)\(index)"))
        }
    }

    func finish(_ simulator: ChainSimulator) {}

    @discardableResult
    private func write(_ ssz: [UInt8], _ stem: String) throws -> String {
        let name = "\(stem).ssz_snappy"
        try OutputFile.write(try Snappy.compress(ssz), to: "\(path)/\(name)")
        return name
    }
}

/// One e2store: the state, then everything in order of arrival.
struct StoreSink: SimulationSink {
    private let writer: E2Writer

    init(path: String) throws { writer = try E2Writer(path: path) }

    func begin(_ anchor: BeaconState, _ simulator: ChainSimulator) throws {
        let context = simulator.spec.context(anchor.forkName)
        try writer.append(.compressedBeaconState, try SnappyFrames.compress(anchor.encoded(in: context)))
    }

    func put(
        _ message: SimulatedMessage,
        number: Int,
        _ simulator: ChainSimulator,
        file: (WrittenMessage.Kind, String) throws -> Void
    ) throws {
        for part in message.parts(simulator.spec) {
            try file(part.kind, "@\(try writer.append(part.type, try SnappyFrames.compress(part.ssz)))")
        }
    }

    func finish(_ simulator: ChainSimulator) throws { try writer.close() }
}

/// A directory of era files: what ends up on the one branch, the last era filled up with empty slots.
struct EraSink: SimulationSink {
    private let path: String
    private var writer: EraWriter
    private let slots: UInt64
    private var tip: SimulatedTip

    init(path: String, _ simulator: ChainSimulator) throws {
        self.path = path
        slots = simulator.spec.preset.slotsPerHistoricalRoot
        tip = simulator.tip()
        writer = try EraWriter(
            directory: path,
            configName: simulator.spec.config.configName,
            era: simulator.anchor.slot / slots,
            slots: slots
        )
    }

    /// The blocks before the anchor are not known: its era has none.
    mutating func begin(_ anchor: BeaconState, _ simulator: ChainSimulator) throws {
        try end(with: anchor, simulator)
    }

    mutating func put(
        _ message: SimulatedMessage,
        number: Int,
        _ simulator: ChainSimulator,
        file: (WrittenMessage.Kind, String) throws -> Void
    ) throws {
        guard message.isCanonical else { return }
        let slot = message.block.message.slot
        while slot > writer.era * slots {
            try end(with: try simulator.state(of: tip, at: writer.era * slots), simulator)
        }
        // The state that ends an era has the block of its slot behind it, which begins the next era's blocks.
        if slot == writer.era * slots { try end(with: message.tip.state, simulator) }
        for part in message.parts(simulator.spec) {
            let bytes = try SnappyFrames.compress(part.ssz)
            if part.kind == .block {
                try writer.block(atSlot: slot, bytes)
            } else {
                try writer.entry(part.type, bytes)
            }
            try file(part.kind, "era \(writer.era)")
        }
        tip = message.tip
    }

    mutating func finish(_ simulator: ChainSimulator) throws {
        let state = try simulator.state(of: tip, at: writer.era * slots)
        _ = try writer.finish(state: try frames(state, simulator), root: root(state))
    }

    private mutating func end(with state: BeaconState, _ simulator: ChainSimulator) throws {
        _ = try writer.finish(state: try frames(state, simulator), root: root(state))
        writer = try EraWriter(
            directory: path,
            configName: simulator.spec.config.configName,
            era: writer.era + 1,
            slots: slots
        )
    }

    private func frames(_ state: BeaconState, _ simulator: ChainSimulator) throws -> [UInt8] {
        try SnappyFrames.compress(state.encoded(in: simulator.spec.context(state.forkName)))
    }

    /// What the name of an era file takes its last part from.
    private func root(_ state: BeaconState) -> [UInt8] {
        let summary = state.historicalSummaries.last?.hashTreeRoot(in: .invariant)
        return (writer.era == 0 ? state.genesisValidatorsRoot : summary ?? Root()).bytes
    }
}

/// A file written whole.
enum OutputFile {
    static func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        } catch {
            throw OutputError(path: path, problem: "\(error)")
        }
    }
}

/// A file that cannot be written.
struct OutputError: Error, CustomStringConvertible {
    let path: String
    let problem: String

    var description: String { "\(path): \(problem)" }
}
