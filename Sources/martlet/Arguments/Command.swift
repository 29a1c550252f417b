/// How many operands a command takes, and what they are called.
struct Operands: Hashable, Sendable {
    let name: String
    let count: ClosedRange<Int>

    static let none = Operands(name: "", count: 0...0)

    static func one(_ name: String) -> Operands { Operands(name: name, count: 1...1) }

    static func exactly(_ count: Int, _ name: String) -> Operands { Operands(name: name, count: count...count) }

    static func any(_ name: String) -> Operands { Operands(name: name, count: 0...4096) }

    static func some(_ name: String) -> Operands { Operands(name: name, count: 1...4096) }

    /// As a usage line shows them.
    var usage: String {
        switch count {
        case 0...0: ""
        case _ where count.count == 1: " \(name)"
        default: count.lowerBound == 0 ? " [\(name)…]" : " \(name)…"
        }
    }

    /// As an error names them.
    var phrase: String {
        switch count {
        case 0...0: "no operands"
        case 1...1: "one operand, \(name)"
        case _ where count.count == 1: "\(count.lowerBound) operands, \(name)"
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
    /// What it does, in one line; more lines, if any, are for its own page.
    let summary: String
    let options: [OptionDeclaration]
    private let body: @Sendable (Arguments, Terminal) async throws -> ExitCode

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
        body = run
    }

    /// The first line of the summary.
    var brief: String { summary.split(separator: "\n").first.map(String.init) ?? "" }

    /// Parses and runs; usage errors are thrown before anything happens.
    func run(_ words: [String], _ terminal: Terminal) async throws -> ExitCode {
        try await body(Arguments(words, for: self), terminal)
    }

    /// The command's page of help, made from its declarations.
    var help: String {
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
