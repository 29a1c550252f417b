import ConsensusTypes
import Foundation
import Simulation

/// `martlet simulate`: a chain that looks like mainnet's, written as a stream.
enum SimulateCommand {
    private static let validators = Option<Int>.integer(
        "--validators",
        "N",
        1...16_777_216,
        "size of the registry; default: 16384"
    )
    private static let fork = Option.text("--fork", "deneb|electra|fulu", "fork in force; default: deneb")
    private static let blocks = Option<Int>.integer("--blocks", "N", 1...1_000_000, "blocks a branch; default: 64")
    private static let seed = Option<UInt64>.integer("--seed", "N", 0...UInt64.max, "decides everything; default: 0")
    private static let participation = Option.share("--participation", "share that votes; default: 0.99")
    private static let skip = Option.share("--skip", "share of slots without a block; default: 0")
    private static let payload = Option<Int>.integer(
        "--payload-bytes",
        "N",
        0...8_388_608,
        "transactions of a block; default: 65536"
    )
    private static let deposits = Option<Int>.integer("--deposits", "N", 0...4_096, "deposits in all; default: 0")
    private static let exits = Option<Int>.integer("--exits", "N", 0...1_000_000, "exits in all; default: 0")
    private static let branches = Option<Int>.integer(
        "--branches",
        "K",
        1...1_024,
        "branches from one parent; default: 1"
    )
    private static let noFinality = Option.flag("--no-finality", "too few votes to justify any epoch")
    private static let preset = Option.text("--preset", "mainnet|minimal", "default: mainnet")
    private static let out = Option.text("--out", "DIR|FILE.e2s", "what to write; must not be there yet")

    static let chain = [
        validators.declaration, fork.declaration, seed.declaration, participation.declaration, skip.declaration,
        payload.declaration, deposits.declaration, exits.declaration, noFinality.declaration,
    ]

    static let command = Command(
        "simulate",
        .none,
        "make a chain that looks like mainnet's, every signature true, and write it as a stream\n"
            + "A directory gets its config.yaml; beside FILE.e2s lies FILE.yaml, for --config.",
        chain + [
            preset.declaration, blocks.declaration, branches.declaration, out.declaration,
        ],
        run: run
    )

    /// What the options that `chain` lists ask for.
    static func parameters(_ arguments: Arguments, command: String) throws(UsageError) -> SimulationParameters {
        var parameters = SimulationParameters()
        if let name = arguments[fork] {
            guard let fork = ForkName(name: name) else {
                throw .badValue("--fork", expected: "deneb, electra or fulu", got: name, command: command)
            }
            parameters.fork = fork
        }
        parameters.validators = arguments[validators] ?? parameters.validators
        parameters.seed = arguments[seed] ?? parameters.seed
        parameters.participation = arguments[participation] ?? parameters.participation
        parameters.skippedSlots = arguments[skip] ?? parameters.skippedSlots
        parameters.payloadBytes = arguments[payload] ?? parameters.payloadBytes
        parameters.deposits = arguments[deposits] ?? parameters.deposits
        parameters.exits = arguments[exits] ?? parameters.exits
        parameters.finalizes = !arguments[flag: noFinality]
        return parameters
    }

    private static func run(_ arguments: Arguments, _ terminal: Terminal) async throws -> ExitCode {
        guard let path = arguments[out] else { throw UsageError.conflict("--out is missing", command: "simulate") }
        var parameters = try parameters(arguments, command: "simulate")
        if let name = arguments[preset] {
            guard let known = Preset.named(name) else {
                throw UsageError.badValue("--preset", expected: "mainnet or minimal", got: name, command: "simulate")
            }
            parameters.preset = known
        }
        let wanted = parameters
        let count = arguments[blocks] ?? 64
        let branchCount = arguments[branches] ?? 1
        let bar = ProgressBar(terminal)
        let report = try await onOwnThread("simulate") {
            let output = try SimulationOutput(try ChainSimulator(wanted), path: path)
            var done = 0
            return try output.write(blocks: count, branches: branchCount) { _ in
                done += 1
                bar.show(done, of: count * branchCount)
            }
        }
        bar.clear()
        terminal.print(try jsonText(report))
        return .good
    }
}

extension Option<Double> {
    /// A number from 0 to 1.
    static func share(_ name: String, _ help: String) -> Option {
        Option(name: name, placeholder: "SHARE", help: help) { text throws(BadValue) in
            guard let value = Double(text), value >= 0, value <= 1 else {
                throw BadValue(expected: "a number from 0 to 1")
            }
            return value
        }
    }
}
