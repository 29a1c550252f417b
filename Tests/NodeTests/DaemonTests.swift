import BeaconAPI
import BlockPipeline
import ChainStore
import Concurrency
import DataAvailability
import Foundation
import GossipIngest
import Hashing
import Node
import Snappy
import Synchronization
import TestSupport
import Testing

/// A daemon from start to stop, with a clock that the test moves.
@Suite struct DaemonTests {
    private static let stream = "fulu-linear"
    /// The start of the stream's first slot, of its slot behind the last block, and the length of a slot.
    private static let genesis: UInt64 = 1_578_009_900_000
    private static let final: UInt64 = 1_578_010_578_000
    private static let slot: UInt64 = 6_000

    private func options(_ directory: TemporaryDirectory, _ clock: TestClock, isNew: Bool = true) -> DaemonOptions {
        var options = DaemonOptions(dataDirectory: directory.path + "/chain")
        if isNew {
            options.anchorState = Fixtures.path("\(Self.stream)/pre.ssz_snappy")
            options.anchorBlock = Fixtures.path("\(Self.stream)/anchor_block.ssz_snappy")
        }
        options.ingest = .unix(path: directory.path + "/s")
        options.apiPort = 0
        options.clock = clock
        return options
    }

    /// Runs a daemon and `body` beside it, then stops it.
    private func running(
        _ options: DaemonOptions,
        _ body: @escaping @Sendable (DaemonAddresses, StopSignal) async throws -> Void
    ) async throws -> DaemonReport {
        let stop = StopSignal()
        let failure = Guarded<(any Error)?>(nil)
        let report = try await Daemon(options).run(stop: stop) { addresses in
            do { try await body(addresses, stop) } catch { failure.withLock { $0 = error } }
            stop.request("test")
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return report
    }

    private static func message(_ number: Int) throws -> [UInt8] {
        let url = URL(fileURLWithPath: Fixtures.path("\(stream)/blocks_\(number).ssz_snappy"))
        return SocketClient.frame(Array(try Data(contentsOf: url)))
    }

    private static func ingest(_ addresses: DaemonAddresses) throws -> SocketClient {
        try SocketClient(try #require(addresses.ingest))
    }

    @Test func aDaemonStartsAgainWhereItStopped() async throws {
        let directory = try TemporaryDirectory()
        let clock = TestClock(now: Self.final)
        let expected = try Expected(stream: Self.stream)
        let first = options(directory, clock)
        let report = try await running(first) { addresses, _ in
            let client = try Self.ingest(addresses)
            // The first half by one, the other half by another connection, at the same time.
            let other = try Self.ingest(addresses)
            let count = expected.messages.count
            for i in 0..<count { try await (i < count / 2 ? client : other).send(try Self.message(i)) }
            client.endSending()
            other.endSending()
            let verdicts = try await client.verdicts() + other.verdicts()
            #expect(verdicts.map(\.state) == expected.messages.map { _ in "included" })
            #expect(Set(verdicts.compactMap(\.root)) == Set(expected.messages.compactMap(\.root)))
            let head = try await RemoteChain(url: addresses.api).head()
            #expect(head.root == expected.headRoot)
            #expect(head.stateRoot == expected.headStateRoot)
            #expect(head.finalized == CheckpointAnswer(epoch: expected.finalized.epoch, root: expected.finalized.root))
            // Whoever asks the directory is led to the daemon; whoever wants the store is told who has it.
            let asked = try await ChainAccess.query(url: nil, directory: first.dataDirectory) { try await $0.head() }
            #expect(asked == head)
            await #expect(throws: StoreError.alreadyOpen(directory: first.dataDirectory)) {
                try await Daemon(first).run(stop: StopSignal())
            }
            let tree = try await RemoteChain(url: addresses.api).tree()
            for block in tree.blocks { #expect(expected.weights[block.root] == block.weight) }
        }
        #expect(report == DaemonReport(reason: "test", drain: .drained, waiting: 0))
        #expect(!FileManager.default.fileExists(atPath: first.dataDirectory + "/api.address"))

        let second = options(directory, clock, isNew: false)
        _ = try await running(second) { addresses, _ in
            let remote = try RemoteChain(url: addresses.api)
            let head = try await remote.head()
            #expect(head.root == expected.headRoot)
            #expect(head.stateRoot == expected.headStateRoot)
            let tree = try await remote.tree()
            for block in tree.blocks { #expect(expected.weights[block.root] == block.weight) }
            // The record still tells how the block first came, not that it was read back.
            let block = try #require(try await remote.blocks(.head).first)
            #expect(block.origin == "socket")
            #expect(block.stages.contains { $0.stage == "transition" && $0.nanoseconds > 0 })
        }
        let offline = try await ChainAccess.query(url: nil, directory: first.dataDirectory) { try await $0.head() }
        #expect(offline.root == expected.headRoot)
    }

    @Test func whatWaitsAtTheStopIsLetGoAndFoundAgain() async throws {
        let directory = try TemporaryDirectory()
        let first = options(directory, TestClock(now: Self.final))
        let client = Guarded<SocketClient?>(nil)
        let report = try await running(first) { addresses, _ in
            let open = try Self.ingest(addresses)
            client.withLock { $0 = open }
            try await open.send(try Self.message(2))
            try await open.send(try Self.message(0))
            // Both are told first whether to pass the block on.
            var lines: [String] = []
            while lines.count < 3, let line = try await open.anyVerdict() {
                let words = [line.state, line.gossip ?? "", line.rule ?? "", "\(line.sequence)"]
                lines.append(words.joined(separator: " "))
            }
            #expect(
                lines.sorted() == [
                    "included   1", "judged accept  1", "judged ignore blocksParentHasNotBeenSeen 0",
                ]
            )
        }
        #expect(report == DaemonReport(reason: "test", drain: .drained, waiting: 1))
        let verdict = try #require(try await client.withLock { $0 }?.verdict())
        #expect(verdict.state == "evicted")
        #expect(verdict.cause == "shutdown")
        let expected = try Expected(stream: Self.stream)
        let tree = try await ChainAccess.query(url: nil, directory: first.dataDirectory) { try await $0.tree() }
        #expect(tree.blocks.map(\.state) == ["included", "included", "pending"])
        #expect(tree.missing == [expected.messages[1].root])
        let orphan = try #require(tree.blocks.last)
        let name = try BlockName(String(orphan.root.prefix(10)))
        let lives = try await ChainAccess.query(url: nil, directory: first.dataDirectory) { try await $0.blocks(name) }
        #expect(lives.map(\.root) == [orphan.root])
        #expect(lives.first?.missing == expected.messages[1].root)
    }

    @Test func timeEndsWaitsAndMovesSlots() async throws {
        let directory = try TemporaryDirectory()
        let clock = TestClock(now: Self.final)
        _ = try await running(options(directory, clock)) { addresses, _ in
            let client = try Self.ingest(addresses)
            try await client.send(try Self.message(2))
            // The slot's clock, the epoch's, and the end of the wait.
            await clock.sleepers(atLeast: 3)
            clock.advance(by: 400_001)
            #expect(try await client.verdict()?.state == "expired")
            await clock.sleepers(atLeast: 2)
            let head = try await RemoteChain(url: addresses.api).head()
            #expect(head.currentSlot == (Self.final + 400_001 - Self.genesis) / Self.slot)
        }
    }

    @Test func blocksUnderWayAreDroppedWhenTimeRunsOut() async throws {
        let directory = try TemporaryDirectory()
        let clock = TestClock(now: Self.genesis + Self.slot - 2_000)
        var options = options(directory, clock)
        options.drainMs = 1_000
        let client = Guarded<SocketClient?>(nil)
        let stop = StopSignal()
        let report = try await withThrowingTaskGroup(of: DaemonReport?.self) { group in
            let ready = BoundedQueue<DaemonAddresses>(capacity: 1, overflow: .suspend)
            let daemon = Daemon(options)
            group.addTask { try await daemon.run(stop: stop) { _ = try? await ready.send($0) } }
            let open = try Self.ingest(try #require(await ready.receive()))
            client.withLock { $0 = open }
            // The block of the next slot: its task sleeps until then.
            try await open.send(try Self.message(0))
            await clock.sleepers(atLeast: 3)
            stop.request("test")
            // Besides the clocks and the block: the end of the drain, and that of the connection's patience.
            await clock.sleepers(atLeast: 5)
            clock.advance(by: 1_000)
            return try await group.next() ?? nil
        }
        #expect(report == DaemonReport(reason: "test", drain: .dropped, waiting: 0))
        #expect(try await client.withLock { $0 }?.verdict()?.cause == "shutdown")
    }

    /// With no time to drain, what is under way is dropped, and nothing under way is still called drained.
    @Test(arguments: [false, true])
    func aStopWithoutTimeToDrain(isUnderWay: Bool) async throws {
        let directory = try TemporaryDirectory()
        let clock = TestClock(now: Self.genesis + Self.slot - 2_000)
        var options = options(directory, clock)
        options.drainMs = 0
        let report = try await running(options) { addresses, _ in
            guard isUnderWay else { return }
            // The block of the next slot: its task sleeps until then.
            let client = try Self.ingest(addresses)
            try await client.send(try Self.message(0))
            await clock.sleepers(atLeast: 3)
            // Closed before, its connection would be a sleeper, too.
            withExtendedLifetime(client) {}
        }
        #expect(report == DaemonReport(reason: "test", drain: isUnderWay ? .dropped : .drained, waiting: 0))
    }

    @Test func keysAreDecompressedOnceAndStored() async throws {
        let directory = try TemporaryDirectory()
        let clock = TestClock(now: Self.final)
        for isNew in [true, false] {
            let lines = Guarded("")
            var options = options(directory, clock, isNew: isNew)
            options.log = Log(level: .info, clock: clock) { line in lines.withLock { $0 += line } }
            let last = isNew ? "decompressed=64 stored=64" : "restored=64"
            _ = try await running(options) { _, _ in
                #expect(await eventually { lines.withLock { $0.contains(last) } })
            }
            let text = lines.withLock { $0 }
            #expect(text.contains("validators=64 restored=\(isNew ? 0 : 64)"), "\(text)")
            #expect(text.contains("decompressed") == isNew, "\(text)")
        }
    }

    /// Blocks and columns by one socket: the block waits for half of its columns, and its life says so.
    @Test func aBlockWaitsForSidecarsFromTheSocket() async throws {
        let made = try BlobBlock.fulu.get()
        let directory = try TemporaryDirectory()
        var options = options(directory, TestClock(now: Self.final))
        options.assumed = .all
        options.availability = .require
        _ = try await running(options) { addresses, _ in
            let client = try Self.ingest(addresses)
            try await client.send(SocketClient.frame(try Snappy.compress(made.ssz)))
            for sidecar in made.sidecars[32..<96] {
                var frame = SocketClient.frame(try Snappy.compress(made.ssz(sidecar)))
                frame[3] = 2
                try await client.send(frame)
            }
            client.endSending()
            let verdicts = try await client.verdicts()
            #expect(verdicts.filter { $0.state == "accepted" && $0.root == "\(made.root)" }.count == 64)
            #expect(verdicts.first { $0.sequence == 0 }?.state == "included")
            let block = try #require(try await RemoteChain(url: addresses.api).blocks(.head).first)
            #expect(block.root == "\(made.root)" && block.data == "available")
            #expect(block.stages.contains { $0.stage == "data" && $0.nanoseconds > 0 })
        }
    }

    @Test func aDaemonNeedsAnAnchorOfItsNetwork() async throws {
        let directory = try TemporaryDirectory()
        let clock = TestClock(now: Self.final)
        let bare = options(directory, clock, isNew: false)
        await #expect(throws: DaemonError.anchorNeeded(directory: bare.dataDirectory)) {
            try await Daemon(bare).run(stop: StopSignal())
        }
        var foreign = options(directory, clock)
        foreign.anchorBlock = Fixtures.path("fulu-checkpoint/anchor_block.ssz_snappy")
        await #expect(throws: (any Error).self) { try await Daemon(foreign).run(stop: StopSignal()) }
        var noFile = options(directory, clock)
        noFile.anchorState = directory.path + "/none"
        await #expect(throws: (any Error).self) { try await Daemon(noFile).run(stop: StopSignal()) }
        // None of these has left anything that hinders a good start.
        _ = try await running(options(directory, clock)) { _, _ in }
        var other = options(directory, clock, isNew: false)
        other.settings = NetworkSettings(network: "mainnet")
        await #expect(throws: StoreError.self) { try await Daemon(other).run(stop: StopSignal()) }
    }
}

@Suite struct LogTests {
    @Test func linesAreKeysAndValues() {
        let lines = Mutex("")
        let clock = TestClock(now: 1_578_010_578_123)
        let log = Log(level: .info, clock: clock) { line in lines.withLock { $0 += line } }
        log.debug("hidden")
        log.info("imported", [("slot", 7), ("reason", "a \"b\"\n=c"), ("empty", "")])
        log.error("broken")
        #expect(
            lines.withLock { $0 } == """
                time=2020-01-03T00:16:18.123Z level=info event=imported slot=7 reason="a \\"b\\"\\n=c" empty=""
                time=2020-01-03T00:16:18.123Z level=error event=broken

                """
        )
    }
}
