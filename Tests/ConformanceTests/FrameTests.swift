import Conformance
import ConsensusTypes
import Foundation
import Snappy
import Synchronization
import Testing
import YAML

@Suite struct FrameTests {
    /// Judges the one case of `fake`.
    private func judge(_ fake: FakeTree, _ runner: VectorRunner) throws -> Verdict {
        let run = ConformanceRun(tree: fake.tree, runners: [runner])
        let group = try #require(try fake.tree.groups().first)
        return run.judge(try #require(try fake.tree.cases(of: group).first))
    }

    @Test func treeIsWalkedInOrderAndFiltered() throws {
        let fake = try FakeTree()
        for path in ["sanity/blocks/s/b", "sanity/blocks/s/a", "sanity/slots/s/a", "random/random/s/a"] {
            try fake.add("minimal/altair/\(path)")
        }
        try fake.add("general/phase0/bls/sign/bls/x")
        func names(_ filter: String) throws -> [String] {
            let filter = VectorFilter(filter)
            return try fake.tree.groups(filter).flatMap { try fake.tree.cases(of: $0, filter).map(\.description) }
        }
        #expect(
            try names("") == [
                "general/phase0/bls/sign/bls/x", "minimal/altair/random/random/s/a",
                "minimal/altair/sanity/blocks/s/a", "minimal/altair/sanity/blocks/s/b",
                "minimal/altair/sanity/slots/s/a",
            ]
        )
        #expect(try names("minimal/*/sanity/slots") == ["minimal/altair/sanity/slots/s/a"])
        #expect(try names("general,minimal/altair/sanity/blocks/s/b").count == 2)
        #expect(try names("mainnet") == [])
        #expect(fake.tree.holds(preset: "minimal", fork: .altair))
        #expect(!fake.tree.holds(preset: "minimal", fork: .phase0))
    }

    @Test func unknownForkAndMissingFolderAreErrors() throws {
        let fake = try FakeTree()
        try fake.add("minimal/gloamas/sanity/blocks/s/a")
        #expect(throws: VectorTreeError.unknownFork(folder: "\(fake.root)/tests/minimal/gloamas")) {
            try fake.tree.groups()
        }
        let absent = VectorTree(root: "\(fake.root)/absent")
        #expect(!absent.isPresent)
        #expect(throws: VectorTreeError.unreadableFolder(path: "\(absent.root)/tests")) { try absent.groups() }
    }

    @Test func unreadFilesFailACaseThatPassed() throws {
        let fake = try FakeTree()
        try fake.add("minimal/altair/r/h/s/c", files: ["a.yaml": [0x31], "b.yaml": [0x31], "c.bin": []])
        let half = VectorRunner("r") { _, files in
            _ = try files.yaml("b")
            _ = files.has("a.yaml")
            return .passed
        }
        #expect(try judge(fake, half) == .failed("files not read: a.yaml, c.bin"))
        let whole = VectorRunner("r") { _, files in
            _ = try (files.yaml("a"), files.yaml("b"), files.bytes("c.bin"))
            return .passed
        }
        #expect(try judge(fake, whole) == .passed)
        #expect(try judge(fake, VectorRunner("r") { _, _ in .skipped("why") }) == .skipped("why"))
    }

    @Test func manifestMarksAWholeCase() throws {
        let passing = VectorRunner("r") { _, _ in .passed }
        let without = try FakeTree()
        try without.add("minimal/altair/r/h/s/c", manifest: nil)
        #expect(try judge(without, passing) == .failed("half-written: no manifest.yaml"))
        #expect(try judge(without, VectorRunner("r", needsManifest: false) { _, _ in .passed }) == .passed)

        let wrong = try FakeTree()
        try wrong.add(
            "minimal/altair/r/h/s/c",
            manifest: "{preset: minimal, fork: bellatrix, runner: r, handler: h, suite: s, case: c}"
        )
        #expect(try judge(wrong, passing) == .failed("manifest.yaml: fork: expected altair, got bellatrix"))
    }

    @Test func thrownErrorsFailWithTheirText() throws {
        let fake = try FakeTree()
        try fake.add("minimal/altair/r/h/s/c", files: ["x.ssz_snappy": [9, 9], "bad.yaml": [0x5b]])
        func text(_ body: @escaping @Sendable (CaseFiles) throws -> Void) throws -> String {
            let runner = VectorRunner("r") { _, files in
                try body(files)
                return .passed
            }
            guard case .failed(let reason) = try judge(fake, runner) else { return "" }
            return reason
        }
        #expect(try text { _ = try $0.ssz("y") } == "y.ssz_snappy is missing")
        #expect(try text { _ = try $0.ssz("x") }.hasPrefix("x.ssz_snappy: "))
        #expect(try text { _ = try $0.yaml("bad") }.hasPrefix("bad.yaml: syntax(line: "))
        #expect(try text { _ in try expectEqual("root", expected: 1, got: 2) } == "root: expected 1, got 2")
        #expect(
            try text { _ in try expectEqualBytes("post", expected: [1, 2, 3], got: [1, 2]) }
                == "post: lengths 3 and 2, first difference at byte 2, from 0 on: expected 0x010203, got 0x0102"
        )
    }

    @Test func partsOfACase() throws {
        let fake = try FakeTree()
        try fake.add(
            "minimal/deneb/r/h/s/c",
            files: [
                "blocks_0.ssz_snappy": try Snappy.compress([1]), "blocks_1.ssz_snappy": try Snappy.compress([2]),
                "meta.yaml": Array("{bls_setting: 2, blocks_count: 2}".utf8),
            ]
        )
        let runner = VectorRunner("r") { vector, files in
            try expectEqual("setting", expected: .ignored, got: try files.blsSetting())
            let blocks = try files.sszSequence("blocks", count: 2)
            try expectEqual("blocks", expected: [[1], [2]], got: blocks)
            try expectEqual("post", expected: nil, got: try files.sszIfPresent("post"))
            let spec = try files.spec(of: vector)
            try expectEqual("deneb", expected: 0, got: spec.forkEpoch(.deneb))
            try expectEqual("electra", expected: farFutureEpoch, got: spec.forkEpoch(.electra))
            try expectEqual("transition", expected: 2, got: try files.spec(of: vector, forkEpoch: 2).forkEpoch(.deneb))
            try expectEqual("slots", expected: 8, got: spec.preset.slotsPerEpoch)
            return .passed
        }
        #expect(try judge(fake, runner) == .passed)

        let configured = try FakeTree()
        try configured.add(
            "minimal/fulu/r/h/s/c",
            files: [
                "config.yaml": Array(
                    """
                    PRESET_BASE: 'minimal'
                    FULU_FORK_EPOCH: 7
                    BLOB_SCHEDULE:
                      - EPOCH: 9
                        MAX_BLOBS_PER_BLOCK: 21
                    """.utf8
                )
            ]
        )
        let reader = VectorRunner("r") { vector, files in
            let spec = try files.spec(of: vector)
            try expectEqual("fulu", expected: 7, got: spec.forkEpoch(.fulu))
            try expectEqual("blobs", expected: [.init(epoch: 9, maxBlobsPerBlock: 21)], got: spec.config.blobSchedule)
            return .passed
        }
        #expect(try judge(configured, reader) == .passed)
    }

    @Test func severalThreadsCountEveryCaseOnce() throws {
        let fake = try FakeTree()
        for index in 0..<40 {
            try fake.add("minimal/altair/r/h/s/c\(index)")
            try fake.add("minimal/bellatrix/r/h/s/c\(index)")
            try fake.add("minimal/altair/nobody/h/s/c\(index)")
        }
        let seen = Mutex<[String: Int]>([:])
        let runner = VectorRunner("r") { vector, _ in
            seen.withLock { $0[vector.description, default: 0] += 1 }
            return vector.name.hasSuffix("7") ? .failed("seven") : .passed
        }
        let report = try ConformanceRun(tree: fake.tree, runners: [runner]).run(jobs: 4)
        #expect(seen.withLock { $0.count == 80 && $0.values.allSatisfy { $0 == 1 } })
        #expect(report.counts.passed == 72 && report.counts.failed == 8 && report.counts.skipped == 40)
        #expect(report.skips == ["no runner for nobody": 40])
        #expect(report.failures.count == 8)
        #expect(report.failures.map(\.vector.description) == report.failures.map(\.vector.description).sorted())
        #expect(report.slowest.count == 10)
    }

    @Test func reportTables() throws {
        let fake = try FakeTree()
        try fake.add("minimal/altair/r/h/s/good")
        try fake.add("minimal/altair/r/g/s/good")
        try fake.add("minimal/bellatrix/r/h/s/bad")
        try fake.add("minimal/bellatrix/other/h/s/x")
        let runner = VectorRunner("r") { vector, _ in vector.name == "bad" ? .failed("1 | 2\nmore") : .passed }
        let report = try ConformanceRun(tree: fake.tree, runners: [runner]).run(jobs: 1)
        let text = report.text.split(separator: "\n", omittingEmptySubsequences: false)
        let expected = """
            FAILED minimal/bellatrix/r/h/s/bad: 1 | 2
                more
            skipped: 1 vectors: no runner for other

            vectors        altair          bellatrix                all
            minimal other       –  0 of 1, 1 skipped  0 of 1, 1 skipped
            minimal r           2   0 of 1, 1 failed   2 of 3, 1 failed
            passed              2                  0                  2
            failed              0                  1                  1
            skipped             0                  1                  1

            """
        #expect(text.dropLast().joined(separator: "\n") == expected)
        #expect(report.summary.hasPrefix("4 vectors: 2 passed, 1 failed, 1 skipped; "))
        let markdown = report.markdown.split(separator: "\n")
        #expect(markdown[0] == "| vectors | altair | bellatrix | all |")
        #expect(markdown[1] == "|---|---:|---:|---:|")
        #expect(markdown[3] == "| minimal r | 2 | 0 of 1, 1 failed | 2 of 3, 1 failed |")
        #expect(markdown.contains("| minimal r h | 1 | 0 of 1, 1 failed |"))
        #expect(markdown.contains("| minimal r g | 1 | – |"))
        let json = try JSONSerialization.jsonObject(with: Data(try report.json().utf8)) as? [String: Any]
        #expect((json?["groups"] as? [[String: Any]])?.count == 4)
        #expect((json?["failures"] as? [[String: String]])?.first?["reason"] == "1 | 2\nmore")
        #expect((json?["totals"] as? [String: Double])?["skipped"] == 1)
        #expect(json?["ok"] as? Bool == false)
    }

    /// A tree is taken with and without `tests`, and from any folder of the layout on.
    @Test func anyFolderOfTheLayoutWillDo() throws {
        let fake = try FakeTree()
        for path in ["minimal/altair/r/h/s/a", "minimal/fulu/r/h/s/a", "mainnet/fulu/q/h/s/a", "mainnet/fulu/r/h/s/b"] {
            try fake.add(path)
        }
        func names(_ folder: String) throws -> [String] {
            let tree = VectorTree(root: fake.root + folder)
            #expect(tree.isPresent)
            return try tree.groups().flatMap { try tree.cases(of: $0).map(\.description) }
        }
        let all = try names("")
        #expect(all.count == 4)
        #expect(try names("/tests") == all)
        #expect(try names("/tests/") == all)
        #expect(try names("/tests/minimal") == all.filter { $0.hasPrefix("minimal/") })
        #expect(try names("/tests/../tests/mainnet/fulu") == all.filter { $0.hasPrefix("mainnet/fulu/") })
        #expect(try names("/tests/mainnet/fulu/r/h") == ["mainnet/fulu/r/h/s/b"])
        #expect(try names("/tests/mainnet/fulu/r/h/s/b") == ["mainnet/fulu/r/h/s/b"])
        let part = VectorTree(root: fake.root + "/tests/minimal")
        #expect(!part.holds(preset: "mainnet", fork: .fulu))
        #expect(part.holds(preset: "minimal", fork: .fulu))
    }

    @Test func expressionsNarrow() throws {
        let fake = try FakeTree()
        for path in [
            "minimal/altair/r/h/s/case_0", "minimal/fulu/r/h/s/case_10", "mainnet/fulu/rr/h/s/case_1",
            "minimal/fulu/rr/hh/s/other",
        ] { try fake.add(path) }
        func names(_ filter: VectorFilter) throws -> [String] {
            try fake.tree.groups(filter).flatMap { try fake.tree.cases(of: $0, filter).map(\.description) }
        }
        let all = VectorFilter.everything
        #expect(try names(all.narrowed(fork: "fulu")).count == 3)
        #expect(try names(all.narrowed(fork: "altair,fulu", runner: "r")).count == 2)
        #expect(try names(all.narrowed(runner: "r+", handler: "h.")) == ["minimal/fulu/rr/hh/s/other"])
        #expect(try names(all.narrowed(preset: "mainnet|none")) == ["mainnet/fulu/rr/h/s/case_1"])
        #expect(try names(all.narrowed(matching: "case_1")).count == 2)
        #expect(try names(all.narrowed(matching: "^case_1$")) == ["mainnet/fulu/rr/h/s/case_1"])
        #expect(try names(all.narrowed(matching: "fulu/.*/case_10")) == ["minimal/fulu/r/h/s/case_10"])
        #expect(try names(VectorFilter("minimal").narrowed(matching: "case")).count == 2)
        #expect(throws: Mismatch.self) { try all.narrowed(fork: "(") }
        #expect(try !all.narrowed(matching: "x").choosesWholeGroups)
        #expect(try all.narrowed(fork: "fulu").choosesWholeGroups)
        #expect(try !all.narrowed(fork: "fulu").isEverything)
    }

    /// What nobody knows is named and counted, and fails only where it is asked to.
    @Test func strangeForksHandlersAndFilesAreNamed() throws {
        let fake = try FakeTree()
        for path in ["altair/sanity/gymnastics/s/a", "whisk/r/h/s/a", "whisk/r/h/s/b"] {
            try fake.add("minimal/" + path)
        }
        try Data().write(to: URL(fileURLWithPath: "\(fake.root)/tests/minimal/altair/notes.txt"))
        try Data().write(to: URL(fileURLWithPath: "\(fake.root)/tests/minimal/altair/sanity/gymnastics/notes.txt"))
        let report = try ConformanceRun(tree: fake.tree).run(jobs: 1)
        #expect(report.skips == ["no handler sanity/gymnastics": 1, "no fork of this name: minimal/whisk": 2])
        #expect(report.counts.skipped == 3)
        #expect(report.strayFiles == ["minimal/altair/notes.txt", "minimal/altair/sanity/gymnastics/notes.txt"])
        #expect(report.isGood())
        #expect(!report.isGood(isStrict: true))
        #expect(report.text.contains("3 vectors: 0 passed, 0 failed, 3 skipped"))
    }

    /// A release from before manifests has none; one case without among others is half-written.
    @Test func manifestsAreExpectedWhereThereAreAny() throws {
        let runner = VectorRunner("r") { _, _ in .passed }
        let old = try FakeTree()
        try old.add("minimal/altair/r/h/s/a", manifest: nil)
        #expect(try ConformanceRun(tree: old.tree, runners: [runner]).run(jobs: 1).counts.passed == 1)
        try old.add("minimal/altair/r/h/s/b")
        let report = try ConformanceRun(tree: old.tree, runners: [runner]).run(jobs: 1)
        #expect(report.failures.map(\.reason) == ["half-written: no manifest.yaml"])
    }

    @Test func progressCountsEveryVector() throws {
        let fake = try FakeTree()
        for index in 0..<20 { try fake.add("minimal/altair/r/h/s/c\(index)") }
        let seen = Mutex<[Int]>([])
        let run = ConformanceRun(tree: fake.tree, runners: [VectorRunner("r") { _, _ in .passed }])
        _ = try run.run(jobs: 3) { done, total in
            #expect(total == 20)
            seen.withLock { $0.append(done) }
        }
        #expect(seen.withLock { $0.sorted() } == Array(1...20))
    }

    @Test func expectedCountsReadBackWhatTheyWrite() throws {
        let text = "general phase0 bls sign 10\nminimal altair sanity blocks 5 2\n"
        let counts = try ExpectedCounts(parsing: "# comment\n\n" + text)
        #expect(counts.text == text)
        let group = VectorGroup(preset: "minimal", fork: .altair, runner: "sanity", handler: "blocks")
        #expect(counts.groups[group] == .init(cases: 5, skipped: 2))
        for bad in [
            "minimal altair sanity blocks", "minimal nofork a b 1", "minimal altair a b x", "minimal altair a b 1 2",
        ] {
            #expect(throws: Mismatch.self) { try ExpectedCounts(parsing: bad) }
        }
    }

    @Test func reportsAreHeldAgainstExpectedCounts() throws {
        let fake = try FakeTree()
        for name in ["a", "b", "c"] { try fake.add("minimal/altair/r/h/s/\(name)") }
        try fake.add("minimal/altair/nobody/h/s/a")
        let runner = VectorRunner("r") { vector, _ in vector.name == "c" ? .skipped("why") : .passed }
        let run = ConformanceRun(tree: fake.tree, runners: [runner])
        func compare(_ text: String, _ filter: String = "") throws -> ([String], [String]) {
            let filter = VectorFilter(filter)
            let report = try run.run(filter: filter, jobs: 1)
            let result = try ExpectedCounts(parsing: text).compare(report, of: run, filter: filter)
            return (result.differences, result.notCompared)
        }
        #expect(try compare("minimal altair r h 3 1") == ([], ["nobody: no runner"]))
        #expect(try compare("minimal altair r h 4 1").0 == ["minimal/altair/r/h: expected 4 vectors, got 3"])
        #expect(try compare("minimal altair r h 3").0 == ["minimal/altair/r/h: expected 0 skipped, got 1"])
        #expect(try compare("").0 == ["minimal/altair/r/h: expected a line with its count, got none"])
        let more = "minimal altair r h 3 1\nminimal altair r gone 2\nminimal fulu r h 1"
        #expect(try compare(more).0 == ["minimal/altair/r/gone: expected 2 vectors, got no folder"])
        #expect(try compare(more).1 == ["minimal/fulu: no folder", "nobody: no runner"])
        #expect(try compare(more, "minimal/*/r/h").0 == [])
        let part = try compare("minimal altair r h 9", "minimal/altair/r/h/s/a")
        #expect(part == ([], ["minimal/altair/r/h: 1 vectors were chosen"]))
    }

    /// The runners that are registered do say no.
    @Test func aWrongOutputFails() throws {
        let infinity = "'0xc0\(String(repeating: "0", count: 190))'"
        for (output, verdict) in [
            ("null", Verdict.failed("output: expected nil, got 0xc0")),
            (infinity, .passed),
        ] {
            let fake = try FakeTree()
            let text = "input: [\(infinity)]\noutput: \(output)\n"
            try fake.add("general/phase0/bls/aggregate/bls/x", files: ["data.yaml": Array(text.utf8)], manifest: nil)
            let group = try #require(try fake.tree.groups().first)
            let vector = try #require(try fake.tree.cases(of: group).first)
            switch (verdict, ConformanceRun(tree: fake.tree).judge(vector)) {
            case (.failed(let expected), .failed(let got)): #expect(got.hasPrefix(expected), "\(got)")
            case (let expected, let got): #expect(expected == got)
            }
        }
    }
}
