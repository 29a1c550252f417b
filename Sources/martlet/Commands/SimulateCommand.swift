import Concurrency
import ConsensusTypes
import Foundation
import GossipIngest
import Node
import Simulation

/// `martlet simulate`: a chain that looks like mainnet's, written as a stream, or sent to a daemon as it happens.
enum SimulateCommand {
    private static let validators = Option<Int>.integer(
        "--validators",
        "N",
        1...16_777_216,
        "size of the registry; default: 16384"
    )
    private static let fork = Option.text("--fork", "deneb|…|heze", "fork in force; default: deneb")
    private static let upgrade = Option<[ForkUpgrade]>.upgrades(
        "--upgrade",
        "later forks, each so many epochs after the first"
    )
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
    private static let noFinality = Option.flag("--no-finality", "too few votes to justify any epoch")
    private static let finalityAfter = Option<UInt64>.integer(
        "--finality-after",
        "N",
        0...1_048_576,
        "too few votes to justify any of the first N epochs; default: 0"
    )
    private static let preset = Option.text("--preset", "mainnet|minimal", "default: mainnet")

    // What blocks carry, one of a kind a block.
    private static let operations = Option<Int>.integer(
        "--operations",
        "N",
        0...4_096,
        "so many of each kind below that is not given; default: 0"
    )
    private static let deposits = Option<Int>.integer("--deposits", "N", 0...4_096, "deposits in all")
    private static let exits = Option<Int>.integer("--exits", "N", 0...1_000_000, "voluntary exits in all")
    private static let proposerSlashings = count("--proposer-slashings", "proposers who signed two headers of a slot")
    private static let attesterSlashings = count("--attester-slashings", "pairs who voted twice, or around a vote")
    private static let changes = count("--credential-changes", "credentials changed from a key to an address")
    private static let withdrawals = count("--withdrawal-requests", "requests to withdraw, a part or all (electra)")
    private static let consolidations = count("--consolidations", "requests to consolidate (electra)")
    private static let leavers = count("--leavers", "validators who have left and are paid out by the sweep")
    private static let blobs = Option<Int>.integer(
        "--blobs",
        "N",
        0...4_096,
        "most blobs of a block, within the fork's limit; default: 0"
    )
    private static let sidecars = Option.flag("--sidecars", "write the blobs and their proofs, too: large")
    private static let builders = Option<Int>.integer(
        "--builders",
        "N",
        0...65_536,
        "builders, who make half of the payloads (gloas); default: 0"
    )
    private static let withheld = Option.share("--withheld", "share of payloads never revealed (gloas); default: 0")

    // What becomes of blocks.
    private static let reorgs = Option.share(
        "--reorgs",
        "share of blocks that one or two late ones lose to; default: 0"
    )
    private static let late = Option.share("--late", "share of blocks that most votes are too early for; default: 0")
    private static let branches = Option<Int>.integer(
        "--branches",
        "K",
        1...1_024,
        "branches from one parent; default: 1"
    )
    private static let disjoint = Option.flag("--disjoint-voters", "each branch has voters and proposers of its own")

    // Where it goes.
    private static let out = Option.text("--out", "DIR|FILE.e2s", "what to write; must not be there yet")
    private static let eras = Option.flag(
        "--era",
        "write DIR as era files, one each; one branch, the last era filled up"
    )
    private static let realtime = Option.flag("--realtime", "send the chain to a daemon, each message at its time")
    private static let ingest = Option<IngestAddress>.ingest(
        "--ingest",
        "where the daemon listens: unix:PATH or 127.0.0.1:PORT; for --realtime"
    )
    private static let slotSeconds = Option<Double>.seconds(
        "--slot-seconds",
        0.1...3_600,
        "default: as the preset's network"
    )
    private static let startIn = Option<Double>.seconds(
        "--start-in",
        0...86_400,
        "from the anchor on disk to the first slot; default: 20; for --realtime"
    )
    private static let copies = Option<Int>.integer(
        "--copies",
        "N",
        1...1_000,
        "of each message; default: 1; for --realtime"
    )
    private static let jitter = Option<UInt64>.integer(
        "--jitter",
        "MS",
        0...60_000,
        "most that a message is late by chance; default: 100; for --realtime"
    )

    private static func count(_ name: String, _ help: String) -> Option<Int> {
        .integer(name, "N", 0...1_000_000, help)
    }

    /// What a chain of one fork and one branch is made by.
    static let chain = [
        validators.declaration, fork.declaration, seed.declaration, participation.declaration, skip.declaration,
        payload.declaration, noFinality.declaration, finalityAfter.declaration, operations.declaration,
        deposits.declaration, exits.declaration,
        proposerSlashings.declaration, attesterSlashings.declaration, changes.declaration, withdrawals.declaration,
        consolidations.declaration, leavers.declaration, blobs.declaration, builders.declaration,
    ]

    static let command = Command(
        "simulate",
        .none,
        "make a chain that looks like mainnet's, every signature true, and write it as a stream\n"
            + "A directory gets config.yaml, messages.jsonl (a line for each message and what has to come of it) and\n"
            + "expected.json; beside FILE.e2s lie FILE.yaml, for --config, and the same two.\n"
            + "With --realtime the anchor and config.yaml are written first, and the first slot begins --start-in seconds\n"
            + "later: start `martlet node --anchor-state DIR/pre.ssz_snappy --ingest ADDRESS` meanwhile. Exit status 0 when\n"
            + "the daemon took in everything; ^C ends the chain, and counts what was sent.",
        chain + [
            upgrade.declaration, preset.declaration, withheld.declaration, sidecars.declaration, reorgs.declaration,
            late.declaration, blocks.declaration, branches.declaration, disjoint.declaration, out.declaration,
            eras.declaration, realtime.declaration, ingest.declaration, slotSeconds.declaration,
            startIn.declaration, copies.declaration, jitter.declaration,
        ],
        run: run
    )

    /// What the options that `chain` lists ask for.
    static func parameters(_ arguments: Arguments, command: String) throws(UsageError) -> SimulationParameters {
        var parameters = SimulationParameters()
        if let name = arguments[fork] {
            guard let fork = ForkName(name: name), fork >= .deneb else {
                throw .badValue("--fork", expected: "deneb or a later fork", got: name, command: command)
            }
            parameters.fork = fork
        }
        parameters.validators = arguments[validators] ?? parameters.validators
        parameters.seed = arguments[seed] ?? parameters.seed
        parameters.participation = arguments[participation] ?? parameters.participation
        parameters.skippedSlots = arguments[skip] ?? parameters.skippedSlots
        parameters.payloadBytes = arguments[payload] ?? parameters.payloadBytes
        parameters.finalizes = !arguments[flag: noFinality]
        parameters.unjustifiedEpochs = arguments[finalityAfter] ?? 0
        parameters.setOperations(arguments[operations] ?? 0)
        parameters.deposits = arguments[deposits] ?? parameters.deposits
        parameters.exits = arguments[exits] ?? parameters.exits
        parameters.proposerSlashings = arguments[proposerSlashings] ?? parameters.proposerSlashings
        parameters.attesterSlashings = arguments[attesterSlashings] ?? parameters.attesterSlashings
        parameters.credentialChanges = arguments[changes] ?? parameters.credentialChanges
        parameters.withdrawalRequests = arguments[withdrawals] ?? parameters.withdrawalRequests
        parameters.consolidations = arguments[consolidations] ?? parameters.consolidations
        parameters.leavers = arguments[leavers] ?? parameters.leavers
        parameters.blobs = arguments[blobs] ?? parameters.blobs
        parameters.builders = arguments[builders] ?? parameters.builders
        return parameters
    }

    private static func run(_ arguments: Arguments, _ terminal: Terminal) async throws -> ExitCode {
        guard let path = arguments[out] else { throw conflict("--out is missing") }
        let isRealtime = arguments[flag: realtime]
        if !isRealtime {
            for option in [ingest.declaration, startIn.declaration, copies.declaration, jitter.declaration]
            where arguments.has(option.name) {
                throw conflict("\(option.name) is for --realtime")
            }
        }
        if arguments[flag: eras], path.hasSuffix(".e2s") || isRealtime || (arguments[branches] ?? 1) > 1 {
            throw conflict("--era writes a directory with one branch, and not --realtime")
        }
        let wanted = try allParameters(arguments)
        var job = SimulationJob(
            parameters: wanted,
            path: path,
            eras: arguments[flag: eras],
            blocks: arguments[blocks] ?? 64,
            branches: arguments[branches] ?? 1
        )
        guard isRealtime else { return try await job.write(terminal) }
        guard let address = arguments[ingest] else { throw conflict("--realtime needs --ingest") }
        guard !path.hasSuffix(".e2s") else { throw conflict("--realtime writes a directory") }
        job.startInMs = UInt64((arguments[startIn] ?? 20) * 1_000)
        let plan = DeliveryPlan(
            copies: arguments[copies] ?? 1,
            jitterMs: arguments[jitter] ?? 100,
            seed: wanted.seed
        )
        return try await job.send(to: address, plan, terminal)
    }

    private static func allParameters(_ arguments: Arguments) throws(UsageError) -> SimulationParameters {
        var parameters = try parameters(arguments, command: "simulate")
        if let name = arguments[preset] {
            guard let known = Preset.named(name) else {
                throw .badValue("--preset", expected: "mainnet or minimal", got: name, command: "simulate")
            }
            parameters.preset = known
        }
        parameters.upgrades = (arguments[upgrade] ?? []).map { ($0.fork, $0.after) }
        parameters.withheldPayloads = arguments[withheld] ?? 0
        parameters.hasSidecars = arguments[flag: sidecars]
        parameters.reorgs = arguments[reorgs] ?? 0
        parameters.late = arguments[late] ?? 0
        parameters.branchesAreDisjoint = arguments[flag: disjoint]
        parameters.slotMilliseconds = arguments[slotSeconds].map { UInt64($0 * 1_000) }
        return parameters
    }

    private static func conflict(_ text: String) -> UsageError { .conflict(text, command: "simulate") }
}

/// A fork that begins so many epochs after the first of a chain.
struct ForkUpgrade: Hashable, Sendable {
    var fork: ForkName
    var after: UInt64
}

extension Option<[ForkUpgrade]> {
    /// `FORK@N`, separated by commas.
    static func upgrades(_ name: String, _ help: String) -> Option {
        Option(name: name, placeholder: "FORK@N,…", help: help) { text throws(BadValue) in
            var upgrades: [ForkUpgrade] = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                let words = part.split(separator: "@", omittingEmptySubsequences: false)
                guard words.count == 2, let fork = ForkName(name: String(words[0])), let after = UInt64(words[1]) else {
                    throw BadValue(expected: "FORK@N, separated by commas")
                }
                upgrades.append(ForkUpgrade(fork: fork, after: after))
            }
            return upgrades
        }
    }
}

extension Option<Double> {
    /// A number from 0 to 1.
    static func share(_ name: String, _ help: String) -> Option {
        number(name, "SHARE", 0...1, help)
    }

    static func seconds(_ name: String, _ range: ClosedRange<Double>, _ help: String) -> Option {
        number(name, "SECONDS", range, help)
    }

    private static func number(
        _ name: String,
        _ placeholder: String,
        _ range: ClosedRange<Double>,
        _ help: String
    ) -> Option {
        Option(name: name, placeholder: placeholder, help: help) { text throws(BadValue) in
            guard let value = Double(text), range.contains(value) else {
                throw BadValue(expected: "a number from \(range.lowerBound.text(3)) to \(range.upperBound.text(3))")
            }
            return value
        }
    }
}
