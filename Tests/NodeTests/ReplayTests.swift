import BlockPipeline
import ConsensusTypes
import ForkChoice
import Foundation
import GossipIngest
import Hashing
import Node
import Snappy
import Synchronization
import Testing

/// Replays against the executable spec's word on every block, head and checkpoint.
@Suite struct ReplayTests {
    @Test(arguments: ["fulu-linear", "fulu-checkpoint", "electra-to-fulu"])
    func aLinearStreamEndsOnTheSpecsState(stream: String) async throws {
        var options = ReplayOptions(streams: [Fixtures.path(stream)])
        options.expectedPost = Fixtures.path("\(stream)/post.ssz_snappy")
        let report = try await Replay.run(options)
        #expect(try Expected(stream: stream).differences(from: report) == [])
        #expect(report.problems == [])
        #expect(report.isGood)
    }

    @Test(arguments: ReplayOptions.Order.allCases.filter { $0 != .shuffle })
    func theForkyStreamHasTheSpecsFates(order: ReplayOptions.Order) async throws {
        var options = ReplayOptions(streams: [Fixtures.path("fulu-forky")])
        options.order = order
        try await expectForky(options)
    }

    /// 200 orders in release; in debug, where a transition is slow, a few.
    @Test func theOrderOfDeliveryMakesNoDifference() async throws {
        let orders: UInt64 = Extent.isFull ? 200 : 6
        for seed in 1...orders {
            var options = ReplayOptions(streams: [Fixtures.path("fulu-forky")])
            options.order = .shuffle
            options.seed = seed
            try await expectForky(options)
        }
    }

    private func expectForky(_ options: ReplayOptions) async throws {
        let expected = try Expected(stream: "fulu-forky")
        let nodes = Box<[ForkChoiceNode]>([])
        let report = try await Replay.run(options) { _, _ in
        } inspect: { chain in
            nodes.value = Array(chain.choice.snapshot.nodes)
        }
        // The report lists messages by their place in the delivery; the expectation by file.
        var sorted = report
        sorted.results.sort { fileNumber($0.name) < fileNumber($1.name) }
        let order = "\(options.order) \(options.seed)"
        #expect(expected.differences(from: sorted) == [], "order \(order)")
        for node in nodes.value {
            #expect(expected.weights["\(node.root)"] == node.weight, "weight of \(node.root), order \(order)")
        }
        #expect(!report.isGood)
    }

    @Test(arguments: ReplayOptions.Order.allCases.filter { $0 != .shuffle })
    func aStreamThroughEveryForkEndsOnTheSpecsStates(order: ReplayOptions.Order) async throws {
        var options = ReplayOptions(streams: [Fixtures.path("every-fork")])
        options.order = order
        try await expectEveryFork(options)
    }

    /// Blocks and envelopes shuffled: 200 orders in release or with `MARTLET_FULL`, else a few.
    @Test func envelopesComeInAnyOrder() async throws {
        for seed in 1...UInt64(Extent.isFull ? 200 : 5) {
            var options = ReplayOptions(streams: [Fixtures.path("every-fork")])
            options.order = .shuffle
            options.seed = seed
            try await expectEveryFork(options)
        }
    }

    private func expectEveryFork(_ options: ReplayOptions) async throws {
        let expected = try Expected(stream: "every-fork")
        var options = options
        options.expectedPost = Fixtures.path("every-fork/post.ssz_snappy")
        let nodes = Box<[ForkChoiceNode]>([])
        var report = try await Replay.run(options) { _, _ in
        } inspect: { chain in
            nodes.value = Array(chain.choice.snapshot.nodes)
        }
        let order = "\(options.order) \(options.seed)"
        report.results.sort { fileNumber($0.name) < fileNumber($1.name) }
        #expect(expected.differences(from: report) == [], "order \(order)")
        #expect(report.isGood, "order \(order): \(report.problems)")
        #expect(report.envelopeCounts == ["included": expected.envelopes.count], "order \(order)")
        #expect(Set(report.envelopes.compactMap(\.root).map { "\($0)" }) == Set(expected.envelopes), "order \(order)")
        // Those whose payload was withheld are empty; the finalized ones before are not in the tree any more.
        for node in nodes.value where node.hasSeparatePayload {
            #expect(node.isPayloadVerified == expected.envelopes.contains("\(node.root)"), "slot \(node.slot)")
        }
    }

    /// Where an envelope never comes, what builds on its payload is pending, and says on whose.
    @Test func aMissingEnvelopeIsNamed() async throws {
        let expected = try Expected(stream: "every-fork")
        let scratch = try Scratch()
        let folder = try scratch.part(of: "every-fork", blocks: { $0 })
        let number = try #require(expected.messages.firstIndex { $0.root == expected.envelopes[10] })
        try FileManager.default.removeItem(atPath: "\(folder)/envelopes_\(number).ssz_snappy")
        for order in [ReplayOptions.Order.given, .reverse] {
            var options = ReplayOptions(streams: [folder])
            options.order = order
            options.assumed = .all
            let report = try await Replay.run(options)
            #expect(report.included == number + 1, "order \(order)")
            #expect(report.pending == expected.messages.count - number - 1, "order \(order)")
            let pending = report.results.filter { $0.state == "pending" }
            #expect(pending.allSatisfy { $0.missingEnvelope.map { "\($0)" } == expected.envelopes[10] })
            // Envelopes of pending blocks wait for them.
            #expect(report.envelopeCounts == ["included": 10, "pending": expected.envelopes.count - 11])
            #expect(report.envelopeFailures.allSatisfy { $0.reason.contains("which never came") })
            #expect(!report.isGood)
        }
    }

    private func fileNumber(_ name: String) -> Int {
        Int(name.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? -1
    }

    @Test func anE2StoreHoldsEnvelopesToo() async throws {
        let directory = try StreamDirectory(path: Fixtures.path("every-fork"))
        func entry(_ type: [UInt8], _ ssz: [UInt8]?) throws -> [UInt8] {
            let content = try ssz.map { try SnappyFrames.compress($0) } ?? []
            return type + withUnsafeBytes(of: UInt32(content.count).littleEndian) { Array($0) } + [0, 0] + content
        }
        var bytes = try entry([0x65, 0x32], nil) + entry([2, 0], directory.state().ssz(maximum: 1 << 30))
        for number in directory.blockNames.indices {
            bytes += try entry([1, 0], directory.block(number).ssz(maximum: 1 << 24))
            guard let envelope = try directory.envelope(number) else { continue }
            bytes += try entry([0x62, 3], envelope.ssz(maximum: 1 << 24))
        }
        let scratch = try Scratch()
        let path = "\(scratch.path)/every-fork.e2s"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        var options = ReplayOptions(streams: [path])
        options.settings.configPath = directory.configPath
        options.order = .reverse
        options.assumed = .all
        let report = try await Replay.run(options)
        let expected = try Expected(stream: "every-fork")
        #expect("\(report.head)" == expected.headRoot)
        #expect(report.envelopeCounts == ["included": expected.envelopes.count])
        #expect(report.isGood)
    }

    @Test func anE2StoreReplaysLikeItsDirectory() async throws {
        let report = try await Replay.run(ReplayOptions(streams: [Fixtures.path("e2s/fulu-forky/arrival.e2s")]))
        let expected = try Expected(stream: "fulu-forky")
        #expect("\(report.head)" == expected.headRoot)
        #expect("\(report.headStateRoot)" == expected.headStateRoot)
        #expect(report.included == 67)
    }

    @Test func aWrongExpectationIsNamed() async throws {
        var options = ReplayOptions(streams: [Fixtures.path("fulu-checkpoint")])
        options.expectedPost = Fixtures.path("fulu-checkpoint/pre.ssz_snappy")
        options.expectedHead = Root()
        let report = try await Replay.run(options)
        #expect(!report.isGood)
        #expect(report.problems.contains { $0.contains("head root") })
        #expect(report.problems.contains { $0.contains("balances") })
    }
}

/// Something set in one task and read after it has ended.
final class Box<Value: Sendable>: Sendable {
    private let storage: Mutex<Value>

    init(_ value: Value) { storage = Mutex(value) }

    var value: Value {
        get { storage.withLock { $0 } }
        set { storage.withLock { $0 = newValue } }
    }
}
