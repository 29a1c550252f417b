import ConsensusTypes
import Foundation
import Hashing
import SSZ
import Snappy
import TestSupport
import Testing

@testable import martlet

@Suite struct ContainerCommandsTests {
    /// A folder for files, removed with the value.
    private final class Folder {
        let path = NSTemporaryDirectory() + "martlet-containers-\(UUID().uuidString)"

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ name: String, _ bytes: [UInt8]) throws -> String {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
            return "\(path)/\(name)"
        }
    }

    private static let fixture = Checkout.fixtures + "/fulu-linear"
    private static let state = fixture + "/pre.ssz_snappy"
    private static let block = fixture + "/blocks_0.ssz_snappy"

    private func run(_ words: String...) async -> (code: ExitCode, out: String, err: String) {
        await run(words)
    }

    private func run(_ words: [String]) async -> (code: ExitCode, out: String, err: String) {
        let paper = Paper()
        let code = await Martlet.program.run(words, paper.terminal())
        return (code, paper.out, paper.err)
    }

    private func ssz(_ path: String) throws -> [UInt8] {
        try Snappy.uncompress([UInt8](Data(contentsOf: URL(fileURLWithPath: path))), maximum: 1 << 24)
    }

    @Test func theRootIsThatOfTheForkThatTheFileNames() async throws {
        let state = try BeaconState.decode(ssz(Self.state), in: ChainSpec.minimal.context(.fulu))
        let expected = state.hashTreeRoot(in: ChainSpec.minimal.context(.fulu))
        let got = await run("root", "BeaconState", Self.state)
        #expect(got.code == .good)
        #expect(got.out == "\(expected)\n")
        let json = await run("root", "BeaconState", Self.state, "--preset", "minimal", "--fork", "fulu", "--json")
        #expect(json.out.contains("\"fork\":\"fulu\"") && json.out.contains("\"root\":\"\(expected)\""))
    }

    /// Everything that a file may be packed as comes to the same.
    @Test func packingDoesNotMatter() async throws {
        let folder = try Folder()
        let bytes = try ssz(Self.block)
        let plain = try folder.write("block.ssz", bytes)
        let framed = try folder.write("framed.ssz_snappy", try SnappyFrames.compress(bytes))
        let context = ChainSpec.minimal.context(.fulu)
        let json = try folder.write("block.json", try SignedBeaconBlock.decode(bytes, in: context).json(in: context))
        for file in [plain, framed, json] {
            let got = await run("diff", "SignedBeaconBlock", Self.block, file)
            #expect(got.code == .good, "\(file): \(got.err)")
            #expect(got.out == "no difference (fulu, minimal preset)\n")
        }
    }

    @Test func whatIsShownPacksToTheSameBytes() async throws {
        let folder = try Folder()
        for (type, file) in [("BeaconState", Self.state), ("SignedBeaconBlock", Self.block)] {
            for style in [[], ["--compact"]] {
                let shown = await run(["show", type, file] + style)
                #expect(shown.code == .good, "\(shown.err)")
                let text = try folder.write("shown", Array(shown.out.utf8))
                let packed = await run("pack", type, text, "--out", folder.path + "/packed.ssz_snappy")
                #expect(packed.code == .good, "\(packed.err)")
                #expect(try ssz(folder.path + "/packed.ssz_snappy") == ssz(file))
                #expect(await run("root", type, file).out == packed.out)
            }
        }
        let answer = #"{"version":"fulu","finalized":true,"data":"#
        let shown = await run("show", "BeaconState", Self.state).out
        let text = try folder.write("answer.json", Array((answer + shown + "}").utf8))
        #expect(await run("diff", "BeaconState", Self.state, text).code == .good)
    }

    @Test func differencesAreToldByPath() async throws {
        let folder = try Folder()
        let context = ChainSpec.minimal.context(.fulu)
        var state = try BeaconState.decode(ssz(Self.state), in: context)
        let slashings = state.slashings[3]
        state.slashings[3] = slashings + 5
        state.validators[2].exitEpoch = 77
        let other = try folder.write("other.ssz", state.encoded(in: context))
        let got = await run("diff", "BeaconState", Self.state, other)
        #expect(got.code == .failed)
        #expect(
            got.out == """
                validators[2].exit_epoch: 18446744073709551615 → 77
                slashings[3]: \(slashings) → \(slashings + 5)
                2 places differ (fulu, minimal preset)

                """
        )
        let json = await run("diff", "BeaconState", Self.state, other, "--json", "--limit", "1")
        #expect(json.code == .failed)
        #expect(json.out.contains(#""a":"18446744073709551615","b":"77","path":"validators[2].exit_epoch""#))
        #expect(json.out.contains(#""count":2"#))
        #expect(await run("diff", "BeaconState", other, other).code == .good)
    }

    /// A state before and after an upgrade has other fields, and all that is common is compared.
    @Test func statesOfDifferentForksAreCompared() async throws {
        let folder = try Folder()
        var state = try BeaconState.decode(ssz(Self.state), in: ChainSpec.minimal.context(.fulu))
        state.fork.currentVersion = ChainSpec.minimal.forkVersion(.electra)
        state.forkName = .electra
        let electra = try folder.write("electra.ssz", state.encoded(in: ChainSpec.minimal.context(.electra)))
        let got = await run("diff", "BeaconState", electra, Self.state)
        #expect(got.code == .failed)
        #expect(got.out.contains("fork.current_version: 0x05000001 → 0x06000001\n"))
        #expect(got.out.contains("proposer_lookahead: nothing → ["))
        #expect(got.out.contains("2 places differ (electra, minimal preset → fulu, minimal preset)"))
    }

    /// The same bytes are a container of many forks, whose roots differ: nobody guesses.
    @Test func whatMayBeSeveralIsNotGuessed() async throws {
        let folder = try Folder()
        let indexed = IndexedAttestation().encoded(in: ChainSpec.mainnet.context(.phase0))
        let file = try folder.write("a.ssz", indexed)
        let got = await run("root", "IndexedAttestation", file, "--preset", "mainnet")
        #expect(got.code == .failed)
        #expect(got.err.contains("electra, mainnet preset"))
        #expect(got.err.contains("say --fork, --preset or --network"))
        #expect(await run("root", "IndexedAttestation", file, "--fork", "phase0", "--preset", "mainnet").code == .good)
        // Its fields are the same whichever fork it is of.
        #expect(await run("show", "IndexedAttestation", file).code == .good)
        #expect(await run("diff", "IndexedAttestation", file, file).code == .good)
        let checkpoint = try folder.write("c.ssz", Checkpoint().encoded(in: ChainSpec.mainnet.context(.phase0)))
        #expect(await run("root", "Checkpoint", checkpoint).code == .good)
    }

    @Test func filesThatAreNotTheContainerAreNamed() async throws {
        let folder = try Folder()
        let junk = try folder.write("junk.ssz", [1, 2, 3])
        let text = try folder.write("junk.json", Array(#"{"epoch":1}"#.utf8))
        let packed = try folder.write("junk.ssz_snappy", [9, 9, 9])
        for file in [junk, text, packed, folder.path + "/absent.ssz", folder.path] {
            for command in ["root", "show"] {
                let got = await run(command, "Checkpoint", file)
                #expect(got.code == .failed, "\(file)")
                #expect(got.err.contains(file), "\(got.err)")
                #expect(got.out.isEmpty)
            }
            #expect(await run("diff", "Checkpoint", file, file).code.value == 2)
            let packing = await run("pack", "Checkpoint", file, "--out", folder.path + "/out")
            #expect(packing.code == .failed)
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/out"))
        }
        let good = try folder.write("good.json", Checkpoint().json(in: ChainSpec.mainnet.context(.phase0)))
        let nowhere = await run("pack", "Checkpoint", good, "--out", "/nowhere/at/all")
        #expect(nowhere.code == .failed)
        #expect(nowhere.err.contains("/nowhere/at/all"))
    }

    @Test func nonsenseExitsWithTwo() async {
        for (words, text) in [
            (["root"], "expected 2 operands, TYPE FILE"),
            (["diff", "BeaconState", "a"], "expected 3 operands, TYPE A B"),
            (["show", "beaconstate", "a"], "expected BeaconState"), (["root", "Bird", "a"], "unknown container Bird"),
            (["root", "Fork", "a", "--fork", "spoon"], "one of phase0, altair"),
            (["root", "Fork", "a", "--preset", "maximal"], "preset: expected one of mainnet, minimal"),
            (["root", "Fork", "a", "--network", "moon"], "network: expected one of"),
            (["root", "Fork", "a", "--config", "/nowhere"], "/nowhere"),
            (["root", "Fork", "a", "--network", "mainnet", "--config", "x"], "exclude each other"),
            (["pack", "Fork", "a"], "expected --out"), (["diff", "Fork", "a", "b", "--limit", "0"], "a whole number"),
        ] as [([String], String)] {
            let got = await run(words)
            #expect(got.code == .usage, "\(words)")
            #expect(got.err.contains(text), "\(words): \(got.err)")
            #expect(got.out.isEmpty)
        }
    }
}
