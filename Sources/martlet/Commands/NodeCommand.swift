import BlockPipeline
import DataAvailability
import Foundation
import GossipIngest
import Node

/// `martlet node`: the daemon.
enum NodeCommand {
    private static let anchorState = Option.text("--anchor-state", "FILE", "state to begin with; for a new directory")
    private static let anchorBlock = Option.text("--anchor-block", "FILE", "block that made it; checked against it")
    private static let ingest = Option<IngestAddress>.ingest(
        "--ingest",
        "where blocks are taken: unix:PATH or 127.0.0.1:PORT"
    )
    private static let http = Option<UInt16>.integer(
        "--http-port",
        "PORT",
        0...UInt16.max,
        "port of the query endpoint on 127.0.0.1, 0 for any; default: 5052"
    )
    private static let dataWait = Option<UInt64>.integer(
        "--data-wait",
        "SECONDS",
        0...86_400,
        "how long a block waits for its sidecars; default: 12"
    )
    private static let drain = Option<UInt64>.integer(
        "--drain",
        "SECONDS",
        0...86_400,
        "time that blocks under way have to end at a stop; default: 5"
    )
    private static let idle = Option<UInt64>.integer(
        "--ingest-idle",
        "SECONDS",
        0...86_400,
        "silence after which a connection is closed, 0 for never; default: 600"
    )
    private static let level = Option<Log.Level>.choice("--log-level", "default: info")

    static let command = Command(
        "node",
        .none,
        "the daemon: takes blocks from a socket, answers questions over HTTP, stops on SIGTERM",
        [
            SharedOptions.dataDirectory.declaration, anchorState.declaration, anchorBlock.declaration,
            ingest.declaration, idle.declaration, http.declaration,
        ] + NetworkOptions.declarations + [
            EvidenceOption.directory.declaration
        ] + SignatureOptions.declarations + HistoryOptions.declarations + DataOptions.declarations + [
            MemoryOption.limit.declaration, dataWait.declaration, drain.declaration, level.declaration,
        ],
        run: run
    )

    private static func run(_ arguments: Arguments, _ terminal: Terminal) async throws -> ExitCode {
        guard let directory = arguments[SharedOptions.dataDirectory] else {
            throw UsageError.conflict("expected --data-dir", command: "node")
        }
        var options = DaemonOptions(dataDirectory: directory)
        options.anchorState = arguments[anchorState]
        options.anchorBlock = arguments[anchorBlock]
        options.settings = try NetworkOptions.settings(arguments, command: "node")
        options.ingest = arguments[ingest]
        if let seconds = arguments[idle] { options.socketLimits.idleMs = seconds * 1_000 }
        options.apiPort = arguments[http] ?? options.apiPort
        options.assumed = try SignatureOptions.assumed(arguments, command: "node")
        options.availability = arguments[DataOptions.availability] ?? .assume
        options.sampling = arguments[DataOptions.columns] ?? .recoverable
        options.history = HistoryOptions.history(arguments)
        if let seconds = arguments[dataWait] { options.dataLimits.waitMs = seconds * 1_000 }
        options.memoryLimit = MemoryOption.limit(arguments)
        options.releaseMemory = { Allocator.release() }
        options.drainMs = (arguments[drain] ?? 5) * 1_000
        options.width = ProcessInfo.processInfo.activeProcessorCount
        options.version = Program.version
        let log = Log(level: arguments[level] ?? .info) { terminal.draw($0) }
        options.log = log
        options.evidence = try EvidenceOption.directory(arguments) { log.report($0) }
        let stop = StopSignal()
        let signals = StopOnSignal([SIGTERM, SIGINT], stop)
        defer { signals.cancel() }
        _ = try await Daemon(options).run(stop: stop)
        return .good
    }
}

extension Option<IngestAddress> {
    static func ingest(_ name: String, _ help: String) -> Option {
        Option(name: name, placeholder: "ADDRESS", help: help) { text throws(BadValue) in
            do throws(IngestAddressError) {
                return try IngestAddress(text)
            } catch {
                throw BadValue(expected: "unix:PATH or 127.0.0.1:PORT")
            }
        }
    }
}
