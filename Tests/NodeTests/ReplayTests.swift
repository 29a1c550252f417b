import BlockPipeline
import ConsensusTypes
import ForkChoice
import Foundation
import GossipIngest
import Hashing
import Node
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
            nodes.value = chain.choice.snapshot.nodes
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

    private func fileNumber(_ name: String) -> Int {
        Int(name.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? -1
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
