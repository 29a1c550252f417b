import DataAvailability
import GossipIngest
import Node
import Synchronization
import Testing

@testable import martlet

/// A terminal that keeps what is written to it.
final class Paper: Sendable {
    private let text = Mutex((out: "", err: ""))

    var out: String { text.withLock { $0.out } }
    var err: String { text.withLock { $0.err } }

    func terminal(isWatched: Bool = false) -> Terminal {
        Terminal(
            isWatched: isWatched,
            out: { [self] line in text.withLock { $0.out += line } },
            err: { [self] line in text.withLock { $0.err += line } }
        )
    }
}

@Suite struct ArgumentsTests {
    private static let flag = Option.flag("--loud", "says more")
    private static let count = Option<UInt64>.integer("--count", "N", 1...9, "how many")
    private static let name = Option.text("--name", "NAME", "what it is called")
    private static let order = Option<ReplayOptions.Order>.choice("--order", "which first")

    private static func command(_ operands: Operands) -> Command {
        Command(
            "try",
            operands,
            "tries things",
            [flag.declaration, count.declaration, name.declaration, order.declaration]
        ) { _, _ in .good }
    }

    private func parse(_ words: [String], _ operands: Operands = .some("FILE")) throws(UsageError) -> Arguments {
        try Arguments(words, for: Self.command(operands))
    }

    @Test func columnsAreAListOfDifferentNumbers() throws {
        let columns = DataOptions.columns
        #expect(try columns.read("0,127,5") == .columns([0, 5, 127]))
        for text in ["", "1,", "1,1", "128", "-1", "a", "1 2"] {
            #expect(throws: BadValue.self) { try columns.read(text) }
        }
    }

    @Test func optionsAndOperandsMayBeMixed() throws {
        let got = try parse(["a", "--count", "3", "--name=x=y", "b", "--loud", "--order", "shuffle", "--", "--count"])
        #expect(got.operands == ["a", "b", "--count"])
        #expect(got[Self.count] == 3)
        #expect(got[Self.name] == "x=y")
        #expect(got[flag: Self.flag])
        #expect(got[Self.order] == .shuffle)
        let bare = try parse(["-"])
        #expect(bare.operands == ["-"])
        #expect(bare[Self.count] == nil)
        #expect(!bare[flag: Self.flag])
    }

    @Test(arguments: [
        (["a", "--speed", "3"], UsageError.unknownOption("--speed", command: "try")),
        (["a", "-x"], .unknownOption("-x", command: "try")),
        (["a", "--count", "1", "--count", "2"], .repeated("--count", command: "try")),
        (["a", "--count"], .missingValue("--count", "N", command: "try")),
        (["a", "--loud=yes"], .unexpectedValue("--loud", "yes", command: "try")),
        (["a", "--name", ""], .badValue("--name", expected: "something", got: "", command: "try")),
        ([], .operands(.some("FILE"), got: 0, command: "try")),
    ])
    func nonsenseIsNamed(words: [String], error: UsageError) {
        #expect(throws: error) { try parse(words) }
    }

    @Test(arguments: ["0", "10", "-1", "1e1", "", "x", "18446744073709551616", "3 "])
    func integersAreChecked(text: String) {
        let wanted = "a whole number from 1 to 9"
        #expect(throws: UsageError.badValue("--count", expected: wanted, got: text, command: "try")) {
            try parse(["a", "--count", text])
        }
    }

    @Test func operandsAreCounted() {
        #expect(throws: UsageError.operands(.none, got: 1, command: "try")) { try parse(["a"], .none) }
        #expect(throws: UsageError.operands(.one("X"), got: 2, command: "try")) { try parse(["a", "b"], .one("X")) }
        #expect(throws: Never.self) { try parse(["a"], .one("X")) }
    }

    @Test func helpIsMadeFromTheDeclarations() {
        let expected = """
            usage: martlet try [OPTION…] FILE…

            tries things

            options:
              --loud                        says more
              --count N                     how many
              --name NAME                   what it is called
              --order given|forward|reverse|shuffle
                                            which first
            """
        #expect(Self.command(.some("FILE")).help == expected)
    }
}

@Suite struct ProgramTests {
    private func run(_ words: String...) async -> (code: Int32, out: String, err: String) {
        let paper = Paper()
        let code = await Martlet.program.run(words, paper.terminal())
        return (code.value, paper.out, paper.err)
    }

    @Test func nonsenseExitsWithTwoAndSaysWhy() async {
        for (words, text) in [
            ([], "expected a command"), (["fly"], "unknown command fly"), (["help", "fly"], "unknown command fly"),
            (["replay"], "expected at least 1 operands STREAM"),
            (["replay", "x", "--sed", "1"], "unknown option --sed"),
            (["replay", "x", "--seed", "1"], "--seed is for --order shuffle"),
            (["replay", "x", "--network", "a", "--config", "b"], "exclude each other"),
            (["tree"], "either --data-dir or --url"), (["head", "--data-dir", "a", "--url", "b"], "either"),
            (["block", "0x12", "--data-dir", "a"], "at least 4 bytes of a root"), (["node"], "expected --data-dir"),
            (["node", "--data-dir", "a", "--ingest", "0.0.0.0:1"], "expected unix:PATH or 127.0.0.1:PORT"),
            (["replay", "x", "--expect-head", "0x1234"], "a root of 32 bytes"),
        ] as [([String], String)] {
            let paper = Paper()
            let code = await Martlet.program.run(words, paper.terminal())
            #expect(code == .usage, "\(words)")
            #expect(paper.err.contains(text), "\(words): \(paper.err)")
            #expect(paper.out.isEmpty)
        }
    }

    @Test func failuresExitWithOne() async {
        let missing = await run("replay", "/nonexistent/stream")
        #expect(missing.code == 1)
        #expect(missing.err.contains("/nonexistent/stream"))
        let nothing = await run("tree", "--data-dir", "/nonexistent/directory")
        #expect(nothing.code == 1)
        let nobody = await run("head", "--url", "http://127.0.0.1:1")
        #expect(nobody.code == 1)
        #expect(nobody.err.contains("127.0.0.1:1"))
    }

    @Test func helpAndVersionAreAlwaysThere() async {
        let help = await run("help")
        #expect(help.code == 0)
        for command in Martlet.program.commands {
            #expect(help.out.contains(command.name))
            let page = await run("help", command.name)
            #expect(page.code == 0)
            for option in command.options { #expect(page.out.contains(option.name)) }
            #expect(await run(command.name, "--help").out == page.out)
        }
        let version = await run("--version")
        #expect(version.code == 0)
        #expect(version.out.hasPrefix("martlet \(Program.version)"))
    }

    @Test func commandsHaveNamesOfTheirOwn() {
        #expect(Set(Martlet.program.commands.map(\.name)).count == Martlet.program.commands.count)
        for command in Martlet.program.commands {
            #expect(Set(command.options.map(\.name)).count == command.options.count, "\(command.name)")
        }
    }
}
