/// What was typed behind a command's name, taken apart and checked.
struct Arguments: Sendable {
    let operands: [String]
    private let values: [String: any Sendable]

    /// The value of an option, if it was given.
    subscript<Value>(option: Option<Value>) -> Value? { values[option.name] as? Value }

    /// Whether a flag was given.
    subscript(flag option: Option<Bool>) -> Bool { self[option] ?? false }

    /// Whether an option of that name was given.
    func has(_ name: String) -> Bool { values[name] != nil }

    /// Takes `words` apart: `--name VALUE`, `--name=VALUE`, operands; behind `--` everything is an operand.
    init(_ words: [String], for command: Command) throws(UsageError) {
        var operands: [String] = []
        var values: [String: any Sendable] = [:]
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                operands += rest
                break
            }
            guard word.hasPrefix("-"), word != "-" else {
                operands.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let option = command.options.first(where: { $0.name == name }) else {
                throw .unknownOption(name, command: command.name)
            }
            guard values[name] == nil else { throw .repeated(name, command: command.name) }
            var text = parts.count > 1 ? String(parts[1]) : nil
            if let placeholder = option.placeholder {
                if text == nil { text = rest.popFirst() }
                guard text != nil else { throw .missingValue(name, placeholder, command: command.name) }
            } else if let text {
                throw .unexpectedValue(name, text, command: command.name)
            }
            do throws(BadValue) {
                values[name] = try option.read(text ?? "")
            } catch {
                throw .badValue(name, expected: error.expected, got: text ?? "", command: command.name)
            }
        }
        guard command.operands.count.contains(operands.count) else {
            throw .operands(command.operands, got: operands.count, command: command.name)
        }
        self.operands = operands
        self.values = values
    }
}

/// A command line that makes no sense; exit status 2.
enum UsageError: Error, Hashable, CustomStringConvertible {
    case noCommand
    case unknownCommand(String)
    case unknownOption(String, command: String)
    case repeated(String, command: String)
    case missingValue(String, String, command: String)
    case unexpectedValue(String, String, command: String)
    case badValue(String, expected: String, got: String, command: String)
    case operands(Operands, got: Int, command: String)
    /// Options that do not go together, or one without which the command cannot run.
    case conflict(String, command: String)

    var description: String {
        switch self {
        case .noCommand: "expected a command; `martlet help` lists them"
        case .unknownCommand(let name): "unknown command \(name); `martlet help` lists them"
        case .unknownOption(let name, let command): "\(command): unknown option \(name); \(hint(command))"
        case .repeated(let name, let command): "\(command): option \(name) was given twice"
        case .missingValue(let name, let placeholder, let command):
            "\(command): option \(name): expected \(placeholder) behind it, got nothing"
        case .unexpectedValue(let name, let text, let command):
            "\(command): option \(name): expected no value, got \(text)"
        case .badValue(let name, let expected, let got, let command):
            "\(command): option \(name): expected \(expected), got \(got.isEmpty ? "nothing" : got)"
        case .operands(let operands, let got, let command):
            "\(command): expected \(operands.phrase), got \(got == 0 ? "none" : "\(got)"); \(hint(command))"
        case .conflict(let text, let command): "\(command): \(text); \(hint(command))"
        }
    }

    private func hint(_ command: String) -> String { "see `martlet help \(command)`" }
}
