import Foundation
import Testing

@testable import martlet

@Suite struct ConformanceCommandTests {
    /// A tree with one case of `bls/aggregate`, right or wrong; removed with the value.
    private final class Tree {
        let root = NSTemporaryDirectory() + "martlet-tree-\(UUID().uuidString)"

        init(handler: String = "aggregate", output: String = "null") throws {
            try add(handler, "x", "input: []\noutput: \(output)\n")
        }

        deinit { try? FileManager.default.removeItem(atPath: root) }

        func add(_ handler: String, _ name: String, _ text: String) throws {
            let folder = "\(root)/tests/general/phase0/bls/\(handler)/bls/\(name)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/data.yaml"))
        }
    }

    private func run(_ words: [String], isWatched: Bool = false) async -> (code: ExitCode, out: String, err: String) {
        let paper = Paper()
        let code = await Martlet.program.run(["conformance"] + words, paper.terminal(isWatched: isWatched))
        return (code, paper.out, paper.err)
    }

    @Test func aTreeThatPassesIsGood() async throws {
        let tree = try Tree()
        for words in [[tree.root], ["--vectors", tree.root], [tree.root + "/tests"], [tree.root + "/tests/general"]] {
            let got = await run(words + ["--jobs", "2"])
            #expect(got.code == .good, "\(words): \(got.err)")
            #expect(got.out.contains("1 vectors: 1 passed, 0 failed, 0 skipped"))
            #expect(got.err.isEmpty)
        }
        #expect(await run([tree.root, "general/phase0/bls"]).code == .good)
        #expect(await run([tree.root, "--fork", "phase0", "--runner", "bls", "--case", "x"]).code == .good)
        let watched = await run([tree.root], isWatched: true)
        #expect(watched.err.contains("1/1"))
        #expect(watched.err.hasSuffix("\r\u{1b}[K"))
    }

    @Test func oneObjectOnStandardOutput() async throws {
        let tree = try Tree()
        let got = await run([tree.root, "--json"], isWatched: true)
        let json = try JSONSerialization.jsonObject(with: Data(got.out.utf8)) as? [String: Any]
        #expect(json?["ok"] as? Bool == true)
        #expect((json?["totals"] as? [String: Any])?["passed"] as? Int == 1)
        #expect(await run([tree.root, "--format", "markdown"]).out.hasPrefix("| vectors | phase0 | all |"))
    }

    @Test func aFailureIsNamedByPathAndExitsWithOne() async throws {
        let tree = try Tree(output: "'0x00'")
        let got = await run([tree.root])
        #expect(got.code == .failed)
        #expect(got.out.hasPrefix("FAILED general/phase0/bls/aggregate/bls/x: output: expected 0x00, got nil"))
    }

    @Test func aFileNobodyReadFails() async throws {
        let tree = try Tree()
        let path = "\(tree.root)/tests/general/phase0/bls/aggregate/bls/x/more.yaml"
        try Data().write(to: URL(fileURLWithPath: path))
        let got = await run([tree.root])
        #expect(got.code == .failed)
        #expect(got.out.contains("files not read: more.yaml"))
    }

    @Test func skipsAreCountedAndFailWhereTheyMustNot() async throws {
        let tree = try Tree(handler: "juggle")
        let got = await run([tree.root])
        #expect(got.code == .good)
        #expect(got.out.contains("skipped: 1 vectors: no handler bls/juggle"))
        #expect(got.out.contains("1 vectors: 0 passed, 0 failed, 1 skipped"))
        #expect(await run([tree.root, "--strict"]).code == .failed)
    }

    @Test func expectedCountsAreHeldAgainstIt() async throws {
        let tree = try Tree()
        let file = tree.root + "/counts.txt"
        try Data("general phase0 bls aggregate 2\n".utf8).write(to: URL(fileURLWithPath: file))
        let got = await run([tree.root, "--expected", file])
        #expect(got.code == .failed)
        #expect(got.err.contains("DIFFERS general/phase0/bls/aggregate: expected 2 vectors, got 1"))
        try Data("general phase0 bls aggregate 1\n".utf8).write(to: URL(fileURLWithPath: file))
        #expect(await run([tree.root, "--expected", file]).code == .good)
    }

    @Test func nonsenseExitsWithTwo() async throws {
        let tree = try Tree()
        for (words, text) in [
            (["/nowhere/at/all"], "no folder /nowhere/at/all"), (["./nowhere"], "no folder ./nowhere"),
            ([tree.root, tree.root], "expected one folder"),
            ([tree.root, "--vectors", tree.root], "expected one folder"),
            (["/etc/passwd"], "expected a folder of vectors, got the file"), ([tree.root, "mainnet"], "got none"),
            ([tree.root, "--case", "nothing"], "got none"), ([tree.root, "--fork", "("], "a regular expression"),
            ([tree.root, "--jobs", "0"], "a whole number from 1"), ([tree.root, "--format", "xml"], "one of text"),
            ([tree.root, "--expected", "/nowhere"], "/nowhere"), ([tree.root, "--what"], "unknown option"),
            ([NSTemporaryDirectory()], "got no tests/ and no preset"),
        ] as [([String], String)] {
            let got = await run(words)
            #expect(got.code == .usage, "\(words)")
            #expect(got.err.contains(text), "\(words): \(got.err)")
            #expect(got.out.isEmpty)
        }
    }
}
