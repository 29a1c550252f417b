/// The whole program: its commands, and the way from words to an exit status.
struct Program: Sendable {
    static let version = "0.1.0"
    /// The release of the consensus specification that is implemented.
    static let specification = "1.7.0b4"

    let commands: [Command]

    /// Runs what the words ask for: 0 fine, 1 failed, 2 not understood.
    func run(_ words: [String], _ terminal: Terminal) async -> ExitCode {
        do {
            return try await dispatch(words, terminal)
        } catch let error as UsageError {
            terminal.error("martlet: \(error)")
            return .usage
        } catch {
            terminal.error("martlet: \(error)")
            return .failed
        }
    }

    private func dispatch(_ words: [String], _ terminal: Terminal) async throws -> ExitCode {
        guard let name = words.first else { throw UsageError.noCommand }
        let rest = Array(words.dropFirst())
        switch name {
        case "--version", "version":
            terminal.print("martlet \(Program.version) (consensus specification \(Program.specification))")
            return .good
        case "help", "--help", "-h":
            terminal.print(try help(rest.first))
            return .good
        default:
            let command = try command(name)
            if let flag = rest.first, rest.count == 1, ["--help", "-h"].contains(flag) {
                terminal.print(command.help)
                return .good
            }
            return try await command.run(rest, terminal)
        }
    }

    private func command(_ name: String) throws(UsageError) -> Command {
        guard let command = commands.first(where: { $0.name == name }) else { throw .unknownCommand(name) }
        return command
    }

    private func help(_ topic: String?) throws(UsageError) -> String {
        if let topic { return try command(topic).help }
        let width = commands.map(\.name.count).max() ?? 0
        var lines = ["usage: martlet COMMAND …", "", "commands:"]
        for command in commands {
            let gap = String(repeating: " ", count: width - command.name.count)
            lines.append("  \(command.name)\(gap)  \(command.brief)")
        }
        lines += ["", "`martlet help COMMAND` tells more. Exit status: 0 fine, 1 failed, 2 not understood."]
        return lines.joined(separator: "\n")
    }
}
