/// How many operands a command takes, and what they are called.
struct Operands: Hashable, Sendable {
    let name: String
    let count: ClosedRange<Int>

    static let none = Operands(name: "", count: 0...0)

    static func one(_ name: String) -> Operands { Operands(name: name, count: 1...1) }

    static func some(_ name: String) -> Operands { Operands(name: name, count: 1...4096) }

    /// As a usage line shows them.
    var usage: String {
        switch count {
        case 0...0: ""
        case 1...1: " \(name)"
        default: count.lowerBound == 0 ? " [\(name)…]" : " \(name)…"
        }
    }

    /// As an error names them.
    var phrase: String {
        switch count {
        case 0...0: "no operands"
        case 1...1: "one operand, \(name)"
        default: "at least \(count.lowerBound) operands \(name)"
        }
    }
}

/// How a command ended.
struct ExitCode: Hashable, Sendable {
    let value: Int32

    static let good = ExitCode(value: 0)
    static let failed = ExitCode(value: 1)
    static let usage = ExitCode(value: 2)
}

/// A subcommand: its declaration and what it does.
struct Command: Sendable {
    let name: String
    let operands: Operands
    let summary: String
    let options: [OptionDeclaration]
    private let body: Body

    private enum Body: Sendable {
        case parsed(@Sendable (Arguments, Terminal) async throws -> ExitCode)
        /// Another room parses what follows.
        case own(usage: String, @Sendable ([String]) -> Int32)
    }

    init(
        _ name: String,
        _ operands: Operands = .none,
        _ summary: String,
        _ options: [OptionDeclaration] = [],
        run: @escaping @Sendable (Arguments, Terminal) async throws -> ExitCode
    ) {
        self.name = name
        self.operands = operands
        self.summary = summary
        self.options = options
        body = .parsed(run)
    }

    /// A command that another room parses and runs.
    init(_ name: String, _ summary: String, usage: String, own: @escaping @Sendable ([String]) -> Int32) {
        self.name = name
        operands = .none
        self.summary = summary
        options = []
        body = .own(usage: usage, own)
    }

    /// Parses and runs; usage errors are thrown before anything happens.
    func run(_ words: [String], _ terminal: Terminal) async throws -> ExitCode {
        switch body {
        case .parsed(let run): try await run(Arguments(words, for: self), terminal)
        case .own(_, let run): ExitCode(value: run(words))
        }
    }

    /// The command's page of help, made from its declarations.
    var help: String {
        if case .own(let usage, _) = body { return summary + "\n\n" + usage }
        var lines = ["usage: martlet \(name)\(options.isEmpty ? "" : " [OPTION…]")\(operands.usage)", "", summary]
        if !options.isEmpty { lines += ["", "options:"] }
        let heads = options.map { option in option.name + (option.placeholder.map { " \($0)" } ?? "") }
        let width = min(28, heads.map(\.count).max() ?? 0)
        for (head, option) in zip(heads, options) {
            if head.count > width {
                lines += ["  \(head)", "  \(String(repeating: " ", count: width))  \(option.help)"]
            } else {
                lines.append("  \(head)\(String(repeating: " ", count: width - head.count))  \(option.help)")
            }
        }
        return lines.joined(separator: "\n")
    }
}
