import BlockPipeline
import ChainTestSupport
import Concurrency
import ConsensusTypes
import ForkTree
import Foundation
import GossipIngest
import Hashing
import Node
import TestSupport
import Testing

/// Replays of real and recorded chains that lie outside the checkout.
enum Chains {
    static let root =
        ProcessInfo.processInfo.environment["MARTLET_CHAINS"]
        ?? Checkout.root + "/../shared/chains"

    static func path(_ name: String) -> String { "\(root)/\(name)" }

    static func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}

@Suite struct RealChainTests {
    /// A real block of Sepolia, every signature in it verified, ends on the state root that the network had.
    @Test(.enabled(if: Chains.has("sepolia-fulu"), "skipped: no sepolia-fulu in MARTLET_CHAINS"))
    func sepolia() async throws {
        var options = ReplayOptions(streams: [Chains.path("sepolia-fulu")])
        options.assumed = .none
        options.expectedPost = Chains.path("sepolia-fulu/post.ssz_snappy")
        let report = try await Replay.run(options)
        #expect(report.problems == [])
        #expect(report.included == 1 && report.isGood, "\(report.failures)")
        #expect("\(report.head)" == "0x8ee6f4c6dda66553b4aff543f9d371b9623dd8d66d375d6252b4f51903eae265")
        #expect("\(report.headStateRoot)" == "0x795d6fb820493535904e704d466258ab590765115d2fc2364efc587baefe7de2")
        #expect(report.headSlot == 9_552_075)
    }

    @Test(
        .enabled(if: Chains.has("phase0-gap"), "skipped: no bellatrix-256, capella-gap, phase0-gap in MARTLET_CHAINS"),
        arguments: [("bellatrix-256", 96), ("capella-gap", 2), ("phase0-gap", 2)]
    )
    func recordedByTheExecutableSpec(name: String, blocks: Int) async throws {
        var options = ReplayOptions(streams: [Chains.path(name)])
        options.assumed = .none
        options.expectedPost = Chains.path("\(name)/post.ssz_snappy")
        let report = try await Replay.run(options)
        #expect(report.problems == [])
        #expect(report.included == blocks && report.isGood, "\(report.failures.prefix(3))")
    }

    @Test(.enabled(if: Chains.has("mainnet-genesis"), "skipped: no mainnet-genesis in MARTLET_CHAINS"))
    func mainnetFromGenesis() async throws {
        let report = try await Replay.run(ReplayOptions(streams: [Chains.path("mainnet-genesis")]))
        #expect(report.included == 4 && report.isGood, "\(report.failures)")
        #expect(report.headSlot == 4)
        // Three orphans, below one block that never came.
        #expect(report.pending == 3)
        #expect(report.results.map(\.slot) == [1, 2, 3, 4, 8, 9, 10])
        #expect(report.missing.map(\.waiting) == [3])
        #expect(report.missing.first.map { "\($0.root)".hasPrefix("0x336fa27c77036379") } == true)
        // An orphan that is here before its parent asks for that one, too, and no block is asked for twice.
        #expect((1...3).contains(report.requests))
    }

    /// The orphans of mainnet in a chain that goes by the clock: one request, and an end when their time is up.
    @Test(.enabled(if: Chains.has("mainnet-genesis"), "skipped: no mainnet-genesis in MARTLET_CHAINS"))
    func orphansOfMainnetExpire() async throws {
        let run = try RecordedRun(path: Chains.path("mainnet-genesis"))
        let orphans = try StreamDirectory(path: Chains.path("mainnet-genesis/orphans"))
        let messages = try orphans.blockNames.indices.map { number in
            BlockMessage(bytes: try orphans.block(number).bytes, origin: .stream, receivedAt: 0)
        }
        #expect(messages.count == 3)
        // Slot 11 has begun.
        let clock = TestClock(now: (1_606_824_023 + 11 * 12) * 1_000)
        try await run.withChain {
            $0.time = .wallClock
            $0.clock = clock
        } _: { chain in
            try await chain.tick()
            let outcomes = await withTaskGroup { group in
                for (number, message) in messages.enumerated() {
                    group.addTask { await BlockTask(chain: chain).run(message) }
                    // A child that is here before its parent would ask for that one, too.
                    #expect(await eventually { chain.tree.counts().waiters == number + 1 })
                }
                #expect(chain.tree.outstandingFetches.map { "\($0)".prefix(18) } == ["0x336fa27c77036379"])
                #expect(chain.tree.fetchRequests.count == 1)
                #expect(chain.tree.counts().pending == 1)
                clock.advance(by: ForkTreeLimits().waitingAge - 1)
                chain.tree.expire()
                #expect(chain.tree.counts().waiters == 3)
                clock.advance(by: 1)
                chain.tree.expire()
                return await group.reduce(into: [BlockOutcome]()) { $0.append($1) }
            }
            #expect(outcomes.map(\.state) == [.expired, .expired, .expired])
            #expect(outcomes.map(\.record.slot).sorted() == [8, 9, 10])
            #expect(outcomes.allSatisfy { !$0.record.reasonText.isEmpty })
            #expect(chain.tree.statistics.fetchesAsked == 1)
            #expect(chain.tree.counts().live == 0)
            #expect(chain.tree.counts().missing == 0)
        }
    }
}
