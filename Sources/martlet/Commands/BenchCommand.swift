import Foundation
import Node

/// `martlet bench`: figures of the hot paths.
enum BenchCommand {
    private static let stream = Option.text("--stream", "DIR", "recorded chain for the figures of states and blocks")
    private static let filter = Option.text("--filter", "PREFIX", "only figures whose name begins so")
    private static let repeats = Option<Int>.integer("--repeats", "N", 1...1_000, "samples; default: 5")

    static let command = Command(
        "bench",
        .none,
        "measure the hot paths: the median of some repeats",
        [stream.declaration, filter.declaration, repeats.declaration] + SimulateCommand.chain
            + NetworkOptions.declarations + [SharedOptions.json.declaration],
        run: run
    )

    private static func run(_ arguments: Arguments, _ terminal: Terminal) async throws -> ExitCode {
        let prefix = arguments[filter] ?? ""
        var benchmarks = PrimitiveBenchmarks.all + ForkChoiceBenchmarks.all
        let scratch = FileManager.default.temporaryDirectory.appending(path: "martlet-bench-\(UUID().uuidString)")
        defer {
            for path in [scratch.path, scratch.path + "-branches"] { try? FileManager.default.removeItem(atPath: path) }
        }
        let chain = try await chain(arguments, scratch: scratch.path)
        benchmarks += chain?.all ?? []
        benchmarks += chain?.store(scratch: scratch.path) ?? []
        // Minutes rather than seconds: for those who ask for them by name.
        if prefix.hasPrefix("replay") {
            var branches = ReplayBenchmarks(scratch: scratch.path + "-branches")
            branches.parameters = try SimulateCommand.parameters(arguments, command: "bench")
            benchmarks += branches.all
        }
        for name in ChainBenchmarks.names
        where name.hasPrefix(prefix) && !benchmarks.contains(where: { $0.name == name }) {
            terminal.error(
                "skipped: \(name): \(chain == nil ? "no --stream, no --validators" : "the chain is too short")"
            )
        }
        benchmarks.removeAll { !$0.name.hasPrefix(prefix) }
        guard !benchmarks.isEmpty else {
            throw UsageError.conflict("no figure has a name that begins with \(prefix)", command: "bench")
        }
        let processor = processorName()
        #if DEBUG
        terminal.error("martlet: bench: a debug build: its figures say nothing")
        #endif
        if !arguments[flag: SharedOptions.json] { terminal.print("processor: \(processor)") }
        for benchmark in benchmarks {
            let figure = try await benchmark.measure(repeats: arguments[repeats] ?? 5, processor: processor)
            terminal.print(arguments[flag: SharedOptions.json] ? try jsonText(figure) : line(figure))
        }
        return .good
    }

    /// The chain that states and blocks are taken from: a recorded one, a simulated one, or none.
    private static func chain(_ arguments: Arguments, scratch: String) async throws -> ChainBenchmarks? {
        let isSimulated = SimulateCommand.chain.contains { arguments.has($0.name) }
        if let path = arguments[stream] {
            guard !isSimulated else {
                throw UsageError.conflict(
                    "--stream and the options of a simulated chain exclude each other",
                    command: "bench"
                )
            }
            let settings = try NetworkOptions.settings(arguments, command: "bench")
            return try await onOwnThread("bench") { try ChainBenchmarks(path: path, settings: settings) }
        }
        guard isSimulated else { return nil }
        let parameters = try SimulateCommand.parameters(arguments, command: "bench")
        return try await onOwnThread("bench") { try ChainBenchmarks(simulating: parameters, path: scratch) }
    }

    private static func line(_ figure: Figure) -> String {
        var text = figure.name.right(26) + "\(figure.value.text(3)) \(figure.unit)".left(22)
        text += "  " + (figure.cpu.map { "cpu \($0.text(3))" } ?? "").right(20) + "  n \(figure.n)"
        if figure.threads > 1 { text += ", \(figure.threads) threads" }
        if let validators = figure.validators { text += ", \(validators) validators" }
        if let fork = figure.fork { text += ", \(fork)" }
        return text
    }

    /// What the system calls its processor.
    private static func processorName() -> String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
            ?? "unknown"
    }
}
