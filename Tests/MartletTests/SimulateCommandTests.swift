import Concurrency
import ConsensusTypes
import Foundation
import GossipIngest
import Hashing
import Node
import Simulation
import TestSupport
import Testing

@testable import martlet

@Suite struct SimulateCommandTests {
    private static let everything = [
        "--preset", "minimal", "--validators", "256", "--payload-bytes", "200", "--operations", "2", "--blobs", "1",
        "--builders", "2", "--withheld", "0.2", "--reorgs", "0.2", "--late", "0.2", "--skip", "0.1", "--seed", "5",
    ]

    private func run(_ words: [String]) async -> (code: ExitCode, out: String, err: String) {
        let paper = Paper()
        let code = await Martlet.program.run(words, paper.terminal())
        return (code, paper.out, paper.err)
    }

    private func head(_ json: String) throws -> String {
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        return try #require(object?["head"] as? String)
    }

    private func contents(_ path: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: path) where name != "expected.json" {
            files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
        }
        return files
    }

    @Test func aDirectoryAStoreAndErasEndAlike() async throws {
        let folder = try TemporaryDirectory()
        let words = ["simulate"] + Self.everything + ["--fork", "electra", "--upgrade", "gloas@2", "--blocks", "24"]
        let first = await run(words + ["--out", "\(folder.path)/a"])
        #expect(first.code == .good, "\(first.err)")
        let head = try head(first.out)
        #expect(await run(words + ["--out", "\(folder.path)/b"]).code == .good)
        #expect(try contents("\(folder.path)/a") == contents("\(folder.path)/b"))
        #expect(await run(words + ["--out", "\(folder.path)/c.e2s"]).code == .good)
        #expect(await run(words + ["--era", "--out", "\(folder.path)/d"]).code == .good)
        #expect(await run(words + ["--out", "\(folder.path)/a"]).code == .failed)

        let eras = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/d")
            .filter { $0.hasSuffix(".era") }.sorted().map { "\(folder.path)/d/\($0)" }
        #expect(eras.count == 2)
        for streams in [
            ["\(folder.path)/a"], ["\(folder.path)/c.e2s", "--config", "\(folder.path)/c.yaml"],
            eras + ["--config", "\(folder.path)/d/config.yaml"],
        ] {
            let replay = await run(["replay"] + streams + ["--expect-head", head, "--json"])
            #expect(replay.code == .good, "\(streams): \(replay.err.suffix(500))")
        }
        let lines = try String(contentsOfFile: "\(folder.path)/a/messages.jsonl", encoding: .utf8).split(
            separator: "\n"
        )
        #expect(lines.contains { $0.contains("\"is_canonical\":false") })
        #expect(lines.contains { $0.contains("\"is_late\":true") && $0.contains("\"is_canonical\":true") })
        #expect(lines.contains { $0.contains("\"kind\":\"envelope\"") })
        let expected = try String(contentsOfFile: "\(folder.path)/a/expected.json", encoding: .utf8)
        #expect(try self.head(expected) == head)
    }

    @Test(
        arguments: [
            ["--fork", "capella"], ["--upgrade", "fulu"], ["--upgrade", "fulu@x"], ["--copies", "2"],
            ["--era", "--branches", "2"], ["--realtime"], ["--start-in", "3"], ["--late", "2"],
            ["--slot-seconds", "0"],
        ]
    )
    func nonsenseIsRefused(_ words: [String]) async throws {
        let folder = try TemporaryDirectory()
        let got = await run(["simulate", "--out", "\(folder.path)/x"] + words)
        #expect(got.code == .usage, "\(got.err)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/x"))
    }

    // MARK: In real time

    /// How long a busy machine may take.
    private static let patienceMs: UInt64 = 600_000

    /// A chain on disk whose first slot begins soon, and its messages.
    private func chain(
        _ folder: TemporaryDirectory,
        blocks: Int
    ) throws -> (simulator: ChainSimulator, messages: [WrittenMessage]) {
        var parameters = SimulationParameters()
        parameters.preset = .minimal
        parameters.validators = 128
        parameters.fork = .fulu
        parameters.upgrades = [(.gloas, 1)]
        parameters.payloadBytes = 500
        parameters.slotMilliseconds = 200
        parameters.reorgs = 0.2
        parameters.late = 0.2
        var simulator = try ChainSimulator(parameters)
        simulator.startFirstSlot(at: SystemClock().now + 3_000)
        var writer = try SimulationOutput(simulator, path: "\(folder.path)/chain").begin()
        var run = try SimulatedRun(simulator, blocks: blocks)
        var messages: [WrittenMessage] = []
        while let message = try run.next() { messages += try writer.put(message) }
        _ = try writer.finish(run.tips)
        return (simulator, messages)
    }

    private func load(_ folder: TemporaryDirectory, _ simulator: ChainSimulator, copies: Int = 1) -> RealtimeLoad {
        RealtimeLoad(
            directory: "\(folder.path)/chain",
            address: .unix(path: "\(folder.path)/s"),
            plan: DeliveryPlan(copies: copies, jitterMs: 20, slotMs: 200, seed: 1),
            genesisMs: simulator.start(of: 0),
            connectUntilMs: SystemClock().now + Self.patienceMs,
            lingerMs: Self.patienceMs
        )
    }

    private func queue(_ messages: [WrittenMessage]) -> BoundedQueue<WrittenMessage> {
        let queue = BoundedQueue<WrittenMessage>(capacity: messages.count + 1, overflow: .rejectNewest)
        for message in messages { queue.trySend(message) }
        return queue
    }

    private func daemon(
        _ folder: TemporaryDirectory,
        _ body: @escaping @Sendable (StopSignal) async -> Void
    ) async throws {
        var options = DaemonOptions(dataDirectory: "\(folder.path)/data")
        options.anchorState = "\(folder.path)/chain/pre.ssz_snappy"
        options.ingest = .unix(path: "\(folder.path)/s")
        options.apiPort = 0
        options.socketLimits.lingerMs = Self.patienceMs
        let stop = StopSignal()
        _ = try await Daemon(options).run(stop: stop) { _ in
            await body(stop)
            stop.request("test")
        }
    }

    @Test func aDaemonTakesInEverythingItIsSent() async throws {
        let folder = try TemporaryDirectory()
        let (simulator, messages) = try chain(folder, blocks: 12)
        let load = load(folder, simulator, copies: 3)
        let queue = queue(messages)
        queue.finish()
        let result = Guarded<Result<LoadReport, any Error>?>(nil)
        try await daemon(folder) { _ in
            do {
                let report = try await load.run(queue, stop: StopSignal())
                result.withLock { $0 = .success(report) }
            } catch {
                result.withLock { $0 = .failure(error) }
            }
        }
        let report = try #require(try result.withLock { $0 }?.get())
        #expect(report.isGood, "\(report.problems)")
        #expect(report.expected == messages.count)
        #expect(report.sent["block"] == 3 * messages.count { $0.kind == .block })
        #expect(report.answers["block.duplicate"] == 2 * messages.count { $0.kind == .block })
        #expect(report.answers["envelope.included"] == messages.count { $0.kind == .envelope })
        #expect(report.latencyMs != nil)
        #expect(!report.interrupted)
    }

    @Test func aStopEndsTheLoadWithItsTally() async throws {
        let folder = try TemporaryDirectory()
        let (simulator, messages) = try chain(folder, blocks: 4)
        let load = load(folder, simulator)
        // More is to come, and never does.
        let queue = queue(messages)
        let stop = StopSignal()
        let result = Guarded<LoadReport?>(nil)
        try await daemon(folder) { _ in
            async let report = load.run(queue, stop: stop)
            stop.request("test")
            let made = try? await report
            result.withLock { $0 = made }
        }
        let report = try #require(result.withLock { $0 })
        #expect(report.interrupted)
        #expect(report.unanswered == 0)
        #expect(report.problems.isEmpty)
    }

    @Test func nobodyListeningIsAnError() async throws {
        let folder = try TemporaryDirectory()
        var load = RealtimeLoad(
            directory: folder.path,
            address: .unix(path: "\(folder.path)/s"),
            plan: DeliveryPlan(),
            genesisMs: 0,
            connectUntilMs: 1_000
        )
        load.clock = TestClock(now: 900)
        do {
            _ = try await load.run(queue([]), stop: StopSignal())
            Issue.record("connected to nobody")
        } catch let error as SocketError {
            #expect(error.call.hasPrefix("connect"))
        }
    }

    // MARK: The plan and the tally

    private func message(_ slot: UInt64, _ kind: WrittenMessage.Kind = .block, late: Bool = false) -> WrittenMessage {
        WrittenMessage(
            file: "\(kind.rawValue)_\(slot)",
            kind: kind,
            slot: slot,
            root: .init(),
            stateRoot: .init(),
            branch: 0,
            isCanonical: true,
            isLate: late
        )
    }

    @Test func timesFollowFromTheSeed() {
        let plan = DeliveryPlan(copies: 50, jitterMs: 100, slotMs: 2_000, seed: 3)
        let timely = plan.offsets(of: message(1), number: 7)
        #expect(timely == plan.offsets(of: message(1), number: 7))
        #expect(timely != plan.offsets(of: message(1), number: 8))
        #expect(timely[0] <= 100)
        #expect(timely.allSatisfy { $0 <= 5_000 })
        #expect(plan.offsets(of: message(1, late: true), number: 7).allSatisfy { $0 >= 800 })
        #expect(plan.offsets(of: message(1, .envelope), number: 7).allSatisfy { $0 >= 600 })
    }

    @Test func deliveriesComeInTheOrderOfTheirTimes() {
        var random = SplitMix64(seed: 9)
        var queue = DeliveryQueue()
        var model: [Delivery] = []
        func expectNext() {
            let place = model.indices.min { (model[$0].dueMs, model[$0].number) < (model[$1].dueMs, model[$1].number) }
            let expected = place.map { model.remove(at: $0) }
            #expect(queue.nextMs == expected?.dueMs)
            let got = queue.take()
            #expect(got?.number == expected?.number)
        }
        for number in 0..<500 {
            let delivery = Delivery(message: message(0), number: number, dueMs: random.next() % 64)
            queue.add(delivery)
            model.append(delivery)
            if random.next() % 3 == 0 { expectNext() }
        }
        while !model.isEmpty { expectNext() }
        #expect(queue.isEmpty)
    }

    @Test func theTallyKnowsGoodFromBad() {
        func report(_ lines: [String]) -> LoadReport {
            let tally = LoadTally()
            for number in 0..<2 {
                let delivery = Delivery(message: message(UInt64(number)), number: 0, dueMs: 100)
                tally.send(delivery, atMs: 120, slotEndMs: 2_000)
            }
            for line in lines { tally.answer(Array(line.utf8), atMs: 150) }
            return tally.report(interrupted: false)
        }
        let included = #"{"sequence":0,"state":"included"}"#
        let duplicate = #"{"sequence":1,"state":"duplicate"}"#
        let good = report([#"{"gossip":"accept","sequence":0,"state":"judged"}"#, included, duplicate])
        #expect(good.isGood)
        #expect(good.latencyMs?.median == 30)
        #expect(good.gossip == ["accept": 1])
        #expect(!report([included]).isGood)
        #expect(!report([#"{"sequence":0,"state":"duplicate"}"#, duplicate]).isGood)
        #expect(!report([included, #"{"sequence":1,"state":"invalid","reason":"x"}"#]).isGood)
        #expect(!report([included, duplicate, #"{"sequence":2,"state":"refused"}"#]).isGood)
        #expect(!report([included, duplicate, "nonsense"]).isGood)
        #expect(
            !report([#"{"gossip":"reject","rule":"x","sequence":0,"state":"judged"}"#, included, duplicate]).isGood
        )
    }
}
