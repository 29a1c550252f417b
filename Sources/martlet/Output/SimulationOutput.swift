import ConsensusTypes
import Foundation
import GossipIngest
import Hashing
import SSZ
import Simulation

/// What `martlet simulate` made.
struct SimulationReport: Encodable, Sendable {
    /// The end of a branch.
    struct Tip: Encodable, Sendable {
        var branch: UInt64
        var slot: UInt64
        var fork: String
        var head: String
        var stateRoot: String
    }

    /// What the anchor cost.
    struct Setup: Encodable, Sendable {
        var seconds: Double
        var cpuSeconds: Double
    }

    var path: String
    var config: String
    var fork: String
    var validators: Int
    var seed: UInt64
    /// Of all branches, those that lose included.
    var blocks: Int
    /// Those that lose to a block on an older parent.
    var reorganized: Int
    /// Those that came late and stayed.
    var late: Int
    var envelopes: Int
    var sidecars: Int
    var anchorSlot: UInt64
    var anchorStateRoot: String
    /// The head that a replay has to end with; not told where branches compete.
    var head: String?
    var tips: [Tip]
    /// Not in the file: time is no matter of the seed.
    var setup: Setup?
}

/// How a simulated chain is written.
enum SimulationFormat: Sendable {
    case directory
    /// One e2store.
    case store
    /// Era files in a directory.
    case eras
}

/// Writes a simulated chain.
///
/// Beside it lie its `config.yaml`, `messages.jsonl` with a line for each message and what has to come of it, and
/// `expected.json` with the end of every branch.
struct SimulationOutput {
    private let simulator: ChainSimulator
    private let path: String
    private let format: SimulationFormat

    var configPath: String { sibling("config.yaml", ".yaml") }
    private var messagesPath: String { sibling("messages.jsonl", ".messages.jsonl") }
    private var expectedPath: String { sibling("expected.json", ".expected.json") }

    /// Beside a file its neighbours have its name.
    private func sibling(_ inDirectory: String, _ suffix: String) -> String {
        format == .store ? path.dropLast(4) + suffix : "\(path)/\(inDirectory)"
    }

    /// Refuses to write over anything.
    init(_ simulator: ChainSimulator, path: String, eras: Bool = false) throws {
        self.simulator = simulator
        self.path = path
        format = path.hasSuffix(".e2s") ? .store : eras ? .eras : .directory
        for file in [path, configPath, messagesPath, expectedPath] where FileManager.default.fileExists(atPath: file) {
            throw OutputError(path: file, problem: "is there already")
        }
    }

    /// Writes the anchor and what a daemon needs beside it; then blocks may follow.
    func begin() throws -> SimulationWriter {
        if format != .store {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        try OutputFile.write(Array(simulator.spec.config.text.utf8), to: configPath)
        var sink: any SimulationSink =
            switch format {
            case .directory: DirectorySink(path: path)
            case .store: try StoreSink(path: path)
            case .eras: try EraSink(path: path, simulator)
            }
        try sink.begin(simulator.anchor, simulator)
        return SimulationWriter(
            simulator: simulator,
            sink: sink,
            lines: try LineFile(path: messagesPath),
            report: SimulationReport(
                path: path,
                config: configPath,
                fork: simulator.parameters.fork.name,
                validators: simulator.parameters.validators,
                seed: simulator.parameters.seed,
                blocks: 0,
                reorganized: 0,
                late: 0,
                envelopes: 0,
                sidecars: 0,
                anchorSlot: simulator.anchor.slot,
                anchorStateRoot:
                    "\(simulator.anchor.hashTreeRoot(in: simulator.spec.context(simulator.anchor.forkName)))",
                tips: []
            ),
            expectedPath: expectedPath
        )
    }

    /// Blocks of all branches in the order of their slots, as they would arrive.
    func write(
        blocks: Int,
        branches: Int,
        made: (SimulatedMessage) throws -> Void
    ) throws -> SimulationReport {
        var writer = try begin()
        var run = try SimulatedRun(simulator, blocks: blocks, branches: branches)
        while let message = try run.next() {
            _ = try writer.put(message)
            try made(message)
        }
        return try writer.finish(run.tips)
    }
}

/// A simulated chain on its way into files.
struct SimulationWriter {
    private let simulator: ChainSimulator
    private var sink: any SimulationSink
    private let lines: LineFile
    private(set) var report: SimulationReport
    private let expectedPath: String

    fileprivate init(
        simulator: ChainSimulator,
        sink: any SimulationSink,
        lines: LineFile,
        report: SimulationReport,
        expectedPath: String
    ) {
        self.simulator = simulator
        self.sink = sink
        self.lines = lines
        self.report = report
        self.expectedPath = expectedPath
    }

    /// Writes a block and what belongs to it; returns the files in the order of delivery.
    mutating func put(_ message: SimulatedMessage) throws -> [WrittenMessage] {
        var written: [WrittenMessage] = []
        try sink.put(message, number: report.blocks, simulator) { kind, file in
            written.append(
                WrittenMessage(
                    file: file,
                    kind: kind,
                    slot: message.block.message.slot,
                    root: message.root,
                    stateRoot: message.block.message.stateRoot,
                    branch: message.branch,
                    isCanonical: message.isCanonical,
                    isLate: message.isLate
                )
            )
        }
        for line in written { try lines.add(try jsonText(line)) }
        report.blocks += 1
        if !message.isCanonical { report.reorganized += 1 }
        if message.isCanonical, message.isLate { report.late += 1 }
        if message.envelope != nil { report.envelopes += 1 }
        report.sidecars += message.sidecars.count
        return written
    }

    mutating func finish(_ tips: [SimulatedTip]) throws -> SimulationReport {
        try sink.finish(simulator)
        try lines.close()
        report.head = tips.count == 1 ? tips[0].root?.description : nil
        report.tips = tips.enumerated().map { number, tip in
            .init(
                branch: UInt64(number),
                slot: tip.state.slot,
                fork: tip.state.forkName.name,
                head: "\(tip.root ?? Root())",
                stateRoot: "\(tip.stateRoot ?? Root())"
            )
        }
        try OutputFile.write(Array((try jsonText(report) + "\n").utf8), to: expectedPath)
        return report
    }
}

/// A text file that grows line by line.
private struct LineFile {
    private let path: String
    private let handle: FileHandle

    init(path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw OutputError(path: path, problem: "cannot be written") }
        self.path = path
        self.handle = handle
    }

    func add(_ line: String) throws { try handle.write(contentsOf: Data((line + "\n").utf8)) }

    func close() throws { try handle.close() }
}
