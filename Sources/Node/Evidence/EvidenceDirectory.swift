public import BlockPipeline
internal import Concurrency
internal import ConsensusTypes
internal import Foundation
internal import Hashing
internal import SSZ
internal import Snappy

/// A folder for blocks whose post-state is not the one they name: each with the state before it and the one we made.
///
/// Keeps the first eight (`limit`), those of earlier runs counted; later ones are refused and counted, because whoever
/// can sign a block can send bad ones, and must not fill the disk. One folder a block, `<slot>-<root>`:
///
/// | file | what |
/// |---|---|
/// | `blocks_0.ssz_snappy`, `pre.ssz_snappy`, `config.yaml` | a stream that `martlet replay` carries through again |
/// | `post.ssz_snappy` | our state after the block |
/// | `explain.txt` | what was expected and what came, and the commands that look into it |
///
/// The state that the block names is on no disk of ours; `explain.txt` says how to ask another client for it.
public final class EvidenceDirectory: EvidenceKeeper {
    public static let standardLimit = 8

    public let path: String
    public let limit: Int
    private let report: @Sendable (EvidenceReport) -> Void
    private let state: Guarded<State>

    private struct State {
        /// Names of the folders that are there, or are being written.
        var kept: Set<String>
        var refused: UInt64 = 0
    }

    /// Makes the folder where it is missing, and looks what it holds.
    public init(
        _ path: String,
        limit: Int = EvidenceDirectory.standardLimit,
        report: @escaping @Sendable (EvidenceReport) -> Void
    ) throws {
        self.path = URL(fileURLWithPath: path).standardizedFileURL.path
        self.limit = limit
        self.report = report
        do {
            let files = FileManager.default
            try files.createDirectory(atPath: self.path, withIntermediateDirectories: true)
            var kept: Set<String> = []
            for name in try files.contentsOfDirectory(atPath: self.path) {
                if name.hasPrefix(Self.unfinished) {
                    try files.removeItem(atPath: "\(self.path)/\(name)")
                } else if name.contains("-0x") {
                    kept.insert(name)
                }
            }
            state = Guarded(State(kept: kept))
        } catch {
            throw SettingsError.unreadable(path: path, problem: "no folder for evidence: \(error.localizedDescription)")
        }
    }

    /// Blocks that came when the folder was full.
    public var refused: UInt64 { state.withLock { $0.refused } }

    private static let unfinished = ".unfinished-"

    public func keep(_ mismatch: StateRootMismatch) {
        let name = "\(mismatch.block.slot)-\(mismatch.block.root)"
        enum Turn { case known, keep, refuse(isFirst: Bool) }
        let turn: Turn = state.withLock { state in
            if state.kept.contains(name) { return .known }
            guard state.kept.count < limit else {
                state.refused += 1
                return .refuse(isFirst: state.refused == 1)
            }
            state.kept.insert(name)
            return .keep
        }
        let folder = "\(path)/\(name)"
        switch turn {
        case .known: break
        case .refuse(let isFirst):
            if isFirst { report(EvidenceReport(mismatch, .full(path: path, limit: limit))) }
        case .keep:
            do {
                try write(mismatch, to: folder, through: "\(path)/\(Self.unfinished)\(name)")
                report(EvidenceReport(mismatch, .kept(folder: folder)))
            } catch {
                state.withLock { _ = $0.kept.remove(name) }
                report(EvidenceReport(mismatch, .failed(problem: "\(folder): \(error.localizedDescription)")))
            }
        }
    }

    /// Under another name first: what has the right name is whole.
    private func write(_ mismatch: StateRootMismatch, to folder: String, through unfinished: String) throws {
        let files = FileManager.default
        try? files.removeItem(atPath: unfinished)
        do {
            try files.createDirectory(atPath: unfinished, withIntermediateDirectories: true)
            func add(_ name: String, _ bytes: [UInt8]) throws {
                try Data(bytes).write(to: URL(fileURLWithPath: "\(unfinished)/\(name)"))
            }
            let block = mismatch.block.signed.encoded(in: mismatch.spec.context(mismatch.block.fork))
            try add("blocks_0.ssz_snappy", try Snappy.compress(block))
            for (name, state) in [("pre", mismatch.pre), ("post", mismatch.post)] {
                let ssz = state.encoded(in: mismatch.spec.context(state.forkName))
                try add("\(name).ssz_snappy", try Snappy.compress(ssz))
            }
            try add("config.yaml", Array(mismatch.spec.config.text.utf8))
            try add("explain.txt", Array(EvidenceReport(mismatch, .kept(folder: folder)).explanation.utf8))
            try files.moveItem(atPath: unfinished, toPath: folder)
        } catch {
            try? files.removeItem(atPath: unfinished)
            throw error
        }
    }
}
