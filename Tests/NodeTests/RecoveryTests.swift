import BlockPipeline
import ChainStore
import ConsensusTypes
import ForkChoice
import ForkTree
import Foundation
import Hashing
import Node
import Testing

/// A chain that was closed in the middle goes on where it stood.
@Suite struct RecoveryTests {
    /// What a chain says about itself.
    private struct Standing: Equatable, Sendable {
        let head: Root
        let justified: Checkpoint
        let finalized: Checkpoint
        let nodes: Set<Root>
        /// Those whose payload is verified.
        let payloads: Set<Root>

        init(_ chain: Chain) {
            let snapshot = chain.choice.snapshot
            head = snapshot.head.root
            justified = snapshot.justified
            finalized = snapshot.finalized
            nodes = Set(snapshot.nodes.map(\.root))
            payloads = Set(snapshot.nodes.filter(\.isPayloadVerified).map(\.root))
        }
    }

    @Test(arguments: ["fulu-linear", "fulu-forky", "electra-to-fulu", "every-fork"])
    func aChainReopenedInTheMiddleGoesOn(stream: String) async throws {
        let scratch = try Scratch()
        // The middle of `every-fork` is to lie where payloads come apart from their blocks.
        let half = try scratch.part(of: stream, blocks: { stream == "every-fork" ? $0 * 9 / 10 : $0 / 2 })
        let data = "\(scratch.path)/data"

        var options = ReplayOptions(streams: [half])
        options.dataDirectory = data
        let before = Box<Standing?>(nil)
        let first = try await Replay.run(options) { _, _ in
        } inspect: { chain in
            before.value = Standing(chain)
        }
        #expect(first.included > 10)

        let store = try await ChainStore.open(directory: data, mode: .existing(nil))
        var chainOptions = ChainOptions()
        chainOptions.time = .followBlocks
        let spec = try NetworkSettings().spec(fallback: "\(half)/config.yaml")
        let chain = try await Chain.open(store: store, spec: spec, anchor: nil, options: chainOptions)
        #expect(Standing(chain) == before.value)
        #expect(chain.tree.counts().waiters == 0)
        try await chain.close()

        options.streams = [Fixtures.path(stream)]
        let whole = try await Replay.run(options)
        let expected = try Expected(stream: stream)
        #expect("\(whole.head)" == expected.headRoot)
        #expect("\(whole.headStateRoot)" == expected.headStateRoot)
        #expect(whole.finalized.epoch == expected.finalized.epoch)
        // Nothing that was in is carried in again as if it were new.
        #expect(whole.counts["duplicate", default: 0] >= first.included)
    }

    @Test func aStoreOfAnotherNetworkIsRefused() async throws {
        let scratch = try Scratch()
        var options = ReplayOptions(streams: [try scratch.part(of: "fulu-linear", blocks: { _ in 2 })])
        options.dataDirectory = "\(scratch.path)/data"
        _ = try await Replay.run(options)
        options.streams = [Fixtures.path("electra-to-fulu")]
        await #expect(throws: StoreError.self) { try await Replay.run(options) }
    }
}

/// A folder that goes with the test.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "martlet-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A copy of a stream's first blocks.
    func part(of stream: String, blocks: (Int) -> Int) throws -> String {
        let source = Fixtures.path(stream)
        let target = "\(path)/\(stream)"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        let names = try FileManager.default.contentsOfDirectory(atPath: source)
        let count = blocks(names.filter { $0.hasPrefix("blocks_") }.count)
        let wanted = ["config.yaml", "pre.ssz_snappy"] + (0..<count).map { "blocks_\($0).ssz_snappy" }
        let envelopes = (0..<count).map { "envelopes_\($0).ssz_snappy" }.filter(names.contains)
        for name in wanted + envelopes {
            try FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: "\(target)/\(name)")
        }
        return target
    }
}
