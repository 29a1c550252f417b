import Testing

/// Every rule can fail: each is shown a bad sample beside a good one.
@Suite struct RulesTests {
    @Test func edges() {
        let allowed: [String: Set<String>] = ["SSZ": ["Hashing"], "Hashing": []]
        #expect(Rules.forbiddenEdges(["SSZ": ["Hashing"], "Hashing": []], allowed: allowed).isEmpty)
        #expect(Rules.forbiddenEdges(["Hashing": ["SSZ"]], allowed: allowed) == ["Hashing must not know SSZ"])
        #expect(Rules.forbiddenEdges(["New": []], allowed: allowed) == ["New: not in the table of rooms"])
    }

    @Test func imports() {
        let text = """
            public import SSZ
            import Foundation
            @preconcurrency import struct Dispatch.DispatchTime
            internal import Glibc.stdlib; import Hashing
            // import Comment
            let a = "import Text"
            """
        let source = SourceText(text)
        #expect(Rules.imports(source) == ["SSZ", "Foundation", "Dispatch", "Glibc"])
        #expect(Rules.impureImports(source, pure: ["SSZ"]).count == 3)
        #expect(Rules.impureImports(SourceText("import SSZ"), pure: ["SSZ"]).isEmpty)
        let modules: Set<String> = ["SSZ", "Hashing"]
        #expect(Rules.undeclaredImports(source, declared: [], modules: modules) == ["imports SSZ undeclared"])
        #expect(Rules.undeclaredImports(source, declared: ["SSZ"], modules: modules).isEmpty)
    }

    @Test func asynchrony() {
        let good = SourceText("// await\nlet asyncness = \"async\" /* actor */\nlet Tasks = 1\n")
        #expect(Rules.asynchrony(good).isEmpty)
        let bad = SourceText("func f() async {}\n  await f()\nactor A {}\nTask { }")
        #expect(
            Rules.asynchrony(bad) == [
                "line 1: a pure room says async", "line 2: a pure room says await", "line 3: a pure room says actor",
                "line 4: a pure room says Task",
            ]
        )
    }

    @Test func opaqueLocks() {
        #expect(Rules.opaqueLocks(SourceText("// Mutex\nlet a = Guarded(1)")).isEmpty)
        #expect(Rules.opaqueLocks(SourceText("\nlet a = Mutex(1)")) == ["line 2: Mutex instead of Guarded"])
    }

    @Test func traps() {
        let good = SourceText("try? f()\nx as? Int\n\"try! as!\"\n// fatalError()\nlet myfatalErrors = has!\n")
        #expect(Rules.traps(good).isEmpty)
        let bad = SourceText("fatalError()\nlet a = try! f()\nlet b = (x as! Int)\npreconditionFailure(\"\")\n")
        #expect(
            Rules.traps(bad).sorted() == [
                "line 1: fatalError", "line 2: try!", "line 3: as!", "line 4: preconditionFailure",
            ]
        )
    }

    @Test func uncheckedConcurrency() {
        let good = SourceText(
            "struct A: @unchecked Sendable {  // guarded by the lock below\n}\n// @unchecked Sendable\n"
        )
        #expect(Rules.uncheckedConcurrency(good).count == 1)
        #expect(Rules.uncheckedConcurrency(good).withoutReason.isEmpty)
        let bad = SourceText("nonisolated(unsafe) var a = 1\nclass B: @unchecked  Sendable {} // ok\n")
        #expect(Rules.uncheckedConcurrency(bad).count == 2)
        #expect(Rules.uncheckedConcurrency(bad).withoutReason.count == 2)
    }

    @Test func lengths() {
        #expect(Rules.tooLong(lines: 800, limit: 800).isEmpty)
        #expect(Rules.tooLong(lines: 801, limit: 800) == ["801 lines, expected at most 800"])
        #expect(Rules.readme(nil, limit: 2) == ["no README.md"])
        #expect(Rules.readme("# A\nb\n", limit: 2).isEmpty)
        #expect(Rules.readme("# A\nb\nc", limit: 2) == ["README.md: 3 lines, expected at most 2"])
    }

    @Test func commentsAndStringsAreBlanked() {
        let quotes = "\"\"\""
        let text = "a /* x /* y */ z */ b\nc \"d\\\"e\" f // g\nh #\"i\"j\"# k\n\(quotes)\nl\n\(quotes) m\nn"
        #expect(
            SourceText(text).codeLines.map { $0.split(separator: " ").map(String.init) } == [
                ["a", "b"], ["c", "f"], ["h", "k"], [], [], ["m"], ["n"],
            ]
        )
    }
}
