import BlockPipeline
import Concurrency
import ConsensusTypes
import DataAvailability
import Foundation
import Hashing
import Node

/// `martlet replay`: recorded blocks through the daemon's pipeline.
enum ReplayCommand {
    private static let order = Option<ReplayOptions.Order>.choice("--order", "order of delivery; default: given")
    private static let seed = Option<UInt64>.integer("--seed", "N", 0...UInt64.max, "decides a shuffle; default: 0")
    private static let dataDirectory = Option.text(
        "--data-dir",
        "DIR",
        "where the chain is stored; default: a temporary one, removed afterwards"
    )
    private static let expectedPost = Option.text("--expect-post", "FILE", "state that the head has to have")
    private static let expectedHead = Option<Root>.root("--expect-head", "ROOT", "block that has to be the head")

    static let command = Command(
        "replay",
        .some("STREAM"),
        "carry recorded blocks (directories, .era, .e2s) through the pipeline and say what came of each",
        NetworkOptions.declarations + [
            order.declaration, seed.declaration, dataDirectory.declaration,
            expectedPost.declaration, expectedHead.declaration,
            EvidenceOption.directory.declaration, MemoryOption.limit.declaration, SharedOptions.json.declaration,
        ] + SignatureOptions.declarations + HistoryOptions.declarations + DataOptions.declarations,
        run: run
    )

    /// A list of all is for machines; people are told of what went wrong, as far as they may want to read it.
    ///
    /// A line takes a kilobyte and a stream has any number: where memory is limited, machines are told the same.
    static func listing(isJSON: Bool, _ limit: MemoryLimit?) -> ReplayReport.Listing {
        isJSON && limit == nil ? .all : .faults(atMost: 1_000)
    }

    /// The chain of the last replay: to free its states one by one would hold up the end of the process, which does it
    /// at once.
    private static let last = Guarded<Chain?>(nil)

    private static func run(_ arguments: Arguments, _ terminal: Terminal) async throws -> ExitCode {
        if arguments[seed] != nil, arguments[order] != .shuffle {
            throw UsageError.conflict("--seed is for --order shuffle", command: "replay")
        }
        var options = ReplayOptions(streams: arguments.operands)
        options.settings = try NetworkOptions.settings(arguments, command: "replay")
        options.order = arguments[order] ?? .given
        options.seed = arguments[seed] ?? 0
        options.assumed = try SignatureOptions.assumed(arguments, command: "replay")
        options.availability = arguments[DataOptions.availability] ?? .assume
        options.sampling = arguments[DataOptions.columns] ?? .recoverable
        options.history = HistoryOptions.history(arguments)
        options.dataDirectory = arguments[dataDirectory]
        options.expectedPost = arguments[expectedPost]
        options.expectedHead = arguments[expectedHead]
        options.memoryLimit = MemoryOption.limit(arguments)
        options.releaseMemory = { Allocator.release() }
        options.width = ProcessInfo.processInfo.activeProcessorCount
        options.listing = listing(isJSON: arguments[flag: SharedOptions.json], options.memoryLimit)
        let bar = ProgressBar(terminal)
        options.log = Log(level: .warning) { line in
            bar.clear()
            terminal.error(String(line.dropLast()))
        }
        options.evidence = try EvidenceOption.directory(arguments) { report in
            bar.clear()
            terminal.error(report.line)
        }
        let report: ReplayReport
        do {
            report = try await Replay.run(options) { done, total in
                bar.show(done, of: total)
            } inspect: { chain in
                last.withLock { $0 = chain }
            }
        } catch {
            bar.clear()
            throw error
        }
        bar.clear()
        for line in ReplayText.failures(report) { terminal.error(line) }
        if arguments[flag: SharedOptions.json] {
            terminal.print(try jsonText(ReplayDocument(report)))
        } else {
            terminal.print(ReplayText.summary(report))
        }
        return report.isGood ? .good : .failed
    }
}

extension Option<Root> {
    /// Thirty-two bytes in hexadecimal.
    static func root(_ name: String, _ placeholder: String, _ help: String) -> Option {
        Option(name: name, placeholder: placeholder, help: help) { text throws(BadValue) in
            guard let bytes = Hex.decode(text), let root = Root(bytes) else {
                throw BadValue(expected: "a root of 32 bytes in hexadecimal")
            }
            return root
        }
    }
}
