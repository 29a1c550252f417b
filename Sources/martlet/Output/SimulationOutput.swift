import ConsensusTypes
import Foundation
import GossipIngest
import Hashing
import SSZ
import Simulation
import Snappy

/// What `martlet simulate` made.
struct SimulationReport: Encodable, Sendable {
    /// The end of a branch.
    struct Tip: Encodable, Sendable {
        var branch: UInt64
        var slot: UInt64
        var head: String
        var stateRoot: String
    }

    var path: String
    var config: String
    var fork: String
    var validators: Int
    var seed: UInt64
    /// Of all branches.
    var blocks: Int
    var anchorSlot: UInt64
    var anchorStateRoot: String
    /// The head that a replay has to end with; not told where branches compete.
    var head: String?
    var tips: [Tip]
}

/// Writes a simulated chain as a directory of files or as one e2store.
struct SimulationOutput {
    private let simulator: ChainSimulator
    private let path: String
    private var isStore: Bool { path.hasSuffix(".e2s") }
    private var configPath: String { isStore ? path.dropLast(4) + ".yaml" : "\(path)/config.yaml" }

    /// Refuses to write over anything.
    init(_ simulator: ChainSimulator, path: String) throws {
        self.simulator = simulator
        self.path = path
        for file in [path, configPath] where FileManager.default.fileExists(atPath: file) {
            throw OutputError(path: file, problem: "is there already")
        }
    }

    /// Blocks of all branches in turn, as they would arrive.
    func write(
        blocks: Int,
        branches: Int,
        made: (SignedBeaconBlock) -> Void
    ) throws -> SimulationReport {
        if !isStore { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        try write(Array(simulator.spec.config.text.utf8), to: configPath)
        let context = simulator.spec.context(simulator.anchor.forkName)
        let state = simulator.anchor.encoded(in: context)
        let store = isStore ? try StoreFile(path: path) : nil
        try store?.append(.version, [])
        if let store {
            try store.append(.compressedBeaconState, try SnappyFrames.compress(state))
        } else {
            try write(try Snappy.compress(state), to: "\(path)/pre.ssz_snappy")
        }
        var tips = (0..<UInt64(branches)).map { simulator.tip(branch: $0) }
        var written = 0
        for _ in 0..<blocks {
            for branch in tips.indices {
                let signed = try simulator.advance(&tips[branch])
                let block = signed.encoded(in: context)
                if let store {
                    try store.append(.compressedSignedBeaconBlock, try SnappyFrames.compress(block))
                } else {
                    try write(try Snappy.compress(block), to: "\(path)/blocks_\(written).ssz_snappy")
                }
                written += 1
                made(signed)
            }
        }
        try store?.close()
        return SimulationReport(
            path: path,
            config: configPath,
            fork: simulator.parameters.fork.name,
            validators: simulator.parameters.validators,
            seed: simulator.parameters.seed,
            blocks: written,
            anchorSlot: simulator.anchor.slot,
            anchorStateRoot: "\(simulator.anchor.hashTreeRoot(in: context))",
            head: tips.count == 1 ? tips[0].root?.description : nil,
            tips: tips.enumerated().map { number, tip in
                .init(
                    branch: UInt64(number),
                    slot: tip.state.slot,
                    head: "\(tip.root ?? Root())",
                    stateRoot: "\(tip.stateRoot ?? Root())"
                )
            }
        )
    }

    private func write(_ bytes: [UInt8], to file: String) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: file))
        } catch {
            throw OutputError(path: file, problem: "\(error)")
        }
    }
}

/// An e2store that grows entry by entry.
private struct StoreFile {
    private let path: String
    private let handle: FileHandle

    init(path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw OutputError(path: path, problem: "cannot be written") }
        self.path = path
        self.handle = handle
    }

    func append(_ type: E2Type, _ content: [UInt8]) throws {
        guard let length = UInt32(exactly: content.count) else {
            throw OutputError(path: path, problem: "an entry of \(content.count) bytes is too long")
        }
        var header: [UInt8] = []
        withUnsafeBytes(of: type.rawValue.littleEndian) { header += $0 }
        withUnsafeBytes(of: length.littleEndian) { header += $0 }
        try handle.write(contentsOf: header + [0, 0])
        try handle.write(contentsOf: content)
    }

    func close() throws { try handle.close() }
}

/// A file that cannot be written.
struct OutputError: Error, CustomStringConvertible {
    let path: String
    let problem: String

    var description: String { "\(path): \(problem)" }
}
