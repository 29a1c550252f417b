import BeaconAPI
import Node

/// `martlet head`, `martlet tree`, `martlet block`: questions to a daemon or to a data directory.
enum QueryCommands {
    private static let url = Option.text("--url", "URL", "ask the daemon there: http://127.0.0.1:PORT")
    private static let dataDirectory = Option.text(
        "--data-dir",
        "DIR",
        "the chain in this directory; if a daemon holds it, the daemon is asked"
    )
    private static let options = [dataDirectory.declaration, url.declaration, SharedOptions.json.declaration]

    static let head = Command("head", .none, "where the chain stands", options) { arguments, terminal in
        let answer = try await ask(arguments, "head") { try await $0.head() }
        if arguments[flag: SharedOptions.json] {
            terminal.print(try jsonText(answer))
        } else {
            terminal.print(HeadText.render(answer))
        }
        return .good
    }

    static let tree = Command("tree", .none, "the fork tree: every known block and how it stands", options) {
        arguments,
        terminal in
        let answer = try await ask(arguments, "tree") { try await $0.tree() }
        if arguments[flag: SharedOptions.json] {
            terminal.print(try jsonText(answer))
        } else {
            terminal.print(TreeText.render(answer).joined(separator: "\n"))
        }
        return .good
    }

    static let block = Command(
        "block",
        .one("ROOT|SLOT"),
        "the life of one block; at least 4 bytes of a root will do, and so will head, justified, finalized",
        options
    ) { arguments, terminal in
        let name: BlockName
        do throws(BlockNameError) {
            name = try BlockName(arguments.operands[0])
        } catch {
            throw UsageError.conflict("\(error)", command: "block")
        }
        let answers = try await ask(arguments, "block") { try await $0.blocks(name) }
        if arguments[flag: SharedOptions.json] {
            terminal.print(try jsonText(BlocksAnswer(blocks: answers)))
        } else {
            terminal.print(answers.map(BlockText.render).joined(separator: "\n\n"))
        }
        guard answers.isEmpty else { return .good }
        terminal.error("martlet: block: no block \(name) is known")
        return .failed
    }

    private static func ask<R: Sendable>(
        _ arguments: Arguments,
        _ command: String,
        _ question: @Sendable (any ChainQuery) async throws -> R
    ) async throws -> R {
        let (url, directory) = (arguments[url], arguments[dataDirectory])
        guard (url == nil) != (directory == nil) else {
            throw UsageError.conflict("expected either --data-dir or --url", command: command)
        }
        return try await ChainAccess.query(url: url, directory: directory, question)
    }
}
