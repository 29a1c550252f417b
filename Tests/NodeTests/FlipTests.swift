import ChainTestSupport
import ConsensusTypes
import ForkTree
import Foundation
import Hashing
import Node
import SSZ
import Snappy
import StateTransition
import TestSupport
import Testing

@testable import BlockPipeline

/// One byte changed anywhere in a block, in its signature or in the state: never accepted, never a trap, and the
/// error says what is wrong.
@Suite struct FlipTests {
    private static let share = Extent.isFull ? 1 : 8
    private static let seed: UInt64 = 20_261_121

    /// How the flips of one test ended.
    private struct Tally: CustomStringConvertible {
        private var classes: [String: Int] = [:]
        private(set) var problems: [String] = []

        mutating func count(_ name: String) { classes[name, default: 0] += 1 }

        /// Counts a refusal, which has to say something.
        mutating func refused(_ name: String, _ error: any Error, _ flip: String) {
            let text = "\(error)"
            // An error without words of its own would print as its type's cases.
            if text.count < 12 || !text.contains(":") { problems.append("\(flip): says only `\(text)`") }
            count(name)
        }

        mutating func accepted(_ flip: String) {
            problems.append("\(flip): accepted")
            count("accepted")
        }

        subscript(name: String) -> Int { classes[name] ?? 0 }
        var total: Int { classes.values.reduce(0, +) }
        var description: String {
            "\(total) flips: "
                + classes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
    }

    /// A run, its first block, and rules that verify every signature.
    private struct Bench {
        let run: RecordedRun
        let ssz: [UInt8]
        let block: DecodedBlock
        let pre: PostState
        let rules: TransitionRules

        init(_ path: String) throws {
            run = try RecordedRun(path: path)
            ssz = try run.ssz(0)
            block = try DecodedBlock(ssz: ssz, spec: run.spec)
            pre = Bench.post(run.anchor, run.spec)
            rules = TransitionRules(
                spec: run.spec,
                caches: TransitionCaches(),
                engine: OptimisticEngine(),
                signatures: .collect
            )
        }

        static func post(_ anchor: Anchor, _ spec: ChainSpec) -> PostState {
            PostState(anchor.state, blockRoot: anchor.blockRoot, stateRoot: anchor.stateRoot)
        }

        /// The pipeline's stages, one after the other.
        func carry(_ message: BlockMessage, _ tally: inout Tally, _ flip: String) throws {
            let plain: DecompressedBlock
            do {
                plain = try DecompressedBlock(message, limit: 10_485_760)
            } catch { return tally.refused("decompress", error, flip) }
            // Compressed bytes are not unique: this flip is another way to write the same block.
            guard plain.bytes != ssz else { return tally.count("same block") }
            let decoded: DecodedBlock
            do {
                decoded = try DecodedBlock(plain, spec: run.spec)
            } catch { return tally.refused("decode", error, flip) }
            do {
                let signedOff = try SignedOffBlock(
                    decoded,
                    registry: pre.state,
                    spec: run.spec,
                    caches: rules.caches
                )
                _ = try TransitionedBlock(signedOff, pre: pre, rules: rules)
                return tally.accepted(flip)
            } catch BlockError.proposerSignature(let proposer, let got) {
                tally.refused("signature", BlockError.proposerSignature(proposer: proposer, got: got), flip)
            } catch { tally.refused("transition", error, flip) }
            // As if whoever flipped the byte could sign: what is in the block is still refused, on its own account.
            guard decoded.root != block.root else { return }
            guard decoded.slot < block.slot + 2_000 else { return tally.count("far slot, signed") }
            do {
                _ = try TransitionedBlock(SignedOffBlock(trusted: decoded), pre: pre, rules: rules.trusting)
                tally.accepted("\(flip), signed")
            } catch { tally.refused("transition, signed", error, "\(flip), signed") }
        }
    }

    private static func flipped(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        _ random: inout SplitMix64
    ) -> (bytes: [UInt8], name: String) {
        var copy = bytes
        let at = Int.random(in: range, using: &random)
        let mask = UInt8.random(in: 1...255, using: &random)
        copy[at] ^= mask
        return (copy, "byte \(at) ^ \(mask)")
    }

    private static func flipBlock(_ bench: Bench, count: Int, _ tally: inout Tally, _ random: inout SplitMix64) throws {
        let ssz = bench.ssz
        for number in 0..<max(4, count / share) {
            let flip: (bytes: [UInt8], name: String)
            let message: BlockMessage
            switch number % 4 {
            case 0:
                flip = flipped(bench.run.blocks[0].bytes, 0..<bench.run.blocks[0].bytes.count, &random)
                message = BlockMessage(bytes: flip.bytes, origin: .stream, receivedAt: 0)
            case 1:
                flip = flipped(ssz, 0..<100, &random)
                message = BlockMessage(ssz: flip.bytes)
            default:
                flip = flipped(ssz, 100..<ssz.count, &random)
                message = BlockMessage(ssz: flip.bytes)
            }
            try bench.carry(message, &tally, "seed \(seed), flip \(number), \(flip.name)")
        }
    }

    @Test(arguments: ["fulu-checkpoint", "electra-to-fulu", "fulu-linear"])
    func blocks(stream: String) throws {
        var random = SplitMix64(seed: Self.seed)
        var tally = Tally()
        let bench = try Bench(Fixtures.path(stream))
        try Self.flipBlock(bench, count: 400, &tally, &random)
        print("block of \(stream), seed \(Self.seed): \(tally)")
        #expect(tally.problems == [])
        #expect(tally["signature"] > 0 && tally["decode"] > 0 && tally["transition, signed"] > 0)
    }

    @Test(.enabled(if: Chains.has("sepolia-fulu"), "skipped: no sepolia-fulu in MARTLET_CHAINS"))
    func theBlockOfSepolia() throws {
        var random = SplitMix64(seed: Self.seed)
        var tally = Tally()
        try Self.flipBlock(try Bench(Chains.path("sepolia-fulu")), count: 80, &tally, &random)
        print("block of sepolia, seed \(Self.seed): \(tally)")
        #expect(tally.problems == [])
    }

    /// Every flip changes the state's root, and with it which block the state is of, unless it is refused before.
    ///
    /// Behind that the state is carried on by force, over the block and over an epoch: that must end, however.
    private static func flipState(_ bench: Bench, count: Int, _ tally: inout Tally, _ random: inout SplitMix64) {
        let spec = bench.run.spec
        for number in 0..<max(8, count / share) {
            let isSnappy = number % 4 == 0
            let original = isSnappy ? bench.run.state.snappy : bench.run.state.ssz
            let flip = flipped(original, 0..<original.count, &random)
            let name = "seed \(seed), flip \(number), \(flip.name)"
            var ssz = flip.bytes
            if isSnappy {
                do throws(SnappyError) {
                    ssz = try Snappy.uncompress(flip.bytes, maximum: 1 << 30)
                } catch {
                    tally.refused("decompress", error, name)
                    continue
                }
                if ssz == bench.run.state.ssz {
                    tally.count("same state")
                    continue
                }
            }
            let anchor: Anchor
            do throws(AnchorError) {
                anchor = try Anchor(ssz: ssz, spec: spec)
            } catch {
                tally.refused("anchor", error, name)
                continue
            }
            let pre = Bench.post(anchor, spec)
            if anchor.blockRoot == bench.block.parentRoot {
                do throws(BlockError) {
                    _ = try TransitionedBlock(SignedOffBlock(trusted: bench.block), pre: pre, rules: bench.rules)
                    tally.accepted(name)
                } catch { tally.refused("transition", error, name) }
            } else {
                let error = AnchorError.firstBlock(expected: bench.block.parentRoot, got: anchor.blockRoot)
                tally.refused("other block's state", error, name)
            }
            carryOn(pre, bench, &tally, name)
        }
    }

    private static func carryOn(_ pre: PostState, _ bench: Bench, _ tally: inout Tally, _ name: String) {
        let spec = bench.run.spec
        // A slot far back would make the block one behind years of empty slots; the pipeline bounds those.
        if pre.state.slot + 2_000 > bench.block.slot {
            do throws(BlockError) {
                _ = try TransitionedBlock(SignedOffBlock(trusted: bench.block), pre: pre, rules: bench.rules.trusting)
            } catch { if "\(error)".count < 12 { tally.refused("by force", error, name) } }
        }
        // Caches of its own: a damaged state may claim to be of the same epoch as a good one.
        var transition = Transition(state: pre.state, spec: spec, signatures: .trust)
        let next = (pre.state.slot / spec.preset.slotsPerEpoch + 1) * spec.preset.slotsPerEpoch
        do throws(TransitionError) {
            try transition.processSlots(next + 1)
        } catch { if "\(error)".count < 12 { tally.refused("epoch by force", error, name) } }
    }

    @Test(arguments: ["fulu-checkpoint", "electra-to-fulu"])
    func states(stream: String) throws {
        var random = SplitMix64(seed: Self.seed)
        var tally = Tally()
        Self.flipState(try Bench(Fixtures.path(stream)), count: 500, &tally, &random)
        print("state of \(stream), seed \(Self.seed): \(tally)")
        #expect(tally.problems == [])
        #expect(tally["other block's state"] > 0 && tally["decompress"] + tally["anchor"] > 0)
    }

    @Test(.enabled(if: Chains.has("sepolia-fulu"), "skipped: no sepolia-fulu in MARTLET_CHAINS"))
    func theStateOfSepolia() throws {
        var random = SplitMix64(seed: Self.seed)
        var tally = Tally()
        Self.flipState(try Bench(Chains.path("sepolia-fulu")), count: 64, &tally, &random)
        print("state of sepolia, seed \(Self.seed): \(tally)")
        #expect(tally.problems == [])
    }

    /// The same through a whole replay, from files: the report is not good, or the error says why there is none.
    @Test func aReplayOfDamagedFilesIsNotGood() async throws {
        var random = SplitMix64(seed: Self.seed)
        let scratch = try Scratch()
        let folder = try scratch.part(of: "fulu-checkpoint", blocks: { _ in 1 })
        let intact = try await Replay.run(ReplayOptions(streams: [folder]))
        #expect(intact.isGood && intact.included == 1)
        var ended: [String: Int] = [:]
        for number in 0..<max(12, 160 / Self.share) {
            let file = "\(folder)/\(number % 2 == 0 ? "blocks_0" : "pre").ssz_snappy"
            let url = URL(fileURLWithPath: file)
            let original = Array(try Data(contentsOf: url))
            let ssz = try Snappy.uncompress(original, maximum: 1 << 30)
            let flip = Self.flipped(ssz, 0..<ssz.count, &random)
            try Data(try Snappy.compress(flip.bytes)).write(to: url)
            do {
                let report = try await Replay.run(ReplayOptions(streams: [folder]))
                let reasons = report.failures.map(\.reason) + report.problems
                #expect(!report.isGood && report.included == 0, "flip \(number), \(flip.name)")
                #expect(!reasons.joined().isEmpty, "flip \(number), \(flip.name)")
                ended["bad report", default: 0] += 1
            } catch {
                #expect("\(error)".contains(":"), "flip \(number), \(flip.name)")
                ended["error", default: 0] += 1
            }
            try Data(original).write(to: url)
        }
        print("replays of damaged files, seed \(Self.seed): \(ended)")
    }
}
