import ConsensusTypes
import Foundation
import Hashing
import SSZ

/// `martlet root`, `martlet show`, `martlet pack`: one container from one file.
enum ContainerCommands {
    private static let compact = Option.flag("--compact", "everything on one line")
    private static let out = Option.text("--out", "FILE", "where the SSZ goes; packed where the name ends in _snappy")
    private static let operands = Operands.exactly(2, "TYPE FILE")

    static let root = Command(
        "root",
        operands,
        "the hash tree root of a container in a file\n\n" + ContainerType.help,
        ContainerRules.declarations + [SharedOptions.json.declaration]
    ) { arguments, terminal in
        let reading = try await read(arguments, "root") { $0.root }
        let root = try await onOwnThread("root") { reading.root }
        guard arguments[flag: SharedOptions.json] else {
            terminal.print("\(root)")
            return .good
        }
        terminal.print(
            try jsonText(
                RootAnswer(
                    type: arguments.operands[0],
                    fork: reading.setting.fork.name,
                    preset: reading.setting.preset,
                    root: "\(root)"
                )
            )
        )
        return .good
    }

    static let show = Command(
        "show",
        operands,
        "a container in a file as JSON, spelled as the Beacon API does\n\n" + ContainerType.help,
        ContainerRules.declarations + [compact.declaration]
    ) { arguments, terminal in
        let reading = try await read(arguments, "show") { $0.value.json(in: $0.setting.context) }
        let isIndented = !arguments[flag: compact]
        try await onOwnThread("show") {
            var writer = JSONWriter(isIndented: isIndented) { terminal.put(String(decoding: $0, as: UTF8.self)) }
            reading.value.writeJSON(to: &writer, .plain, in: reading.setting.context)
            writer.finish()
        }
        terminal.print("")
        return .good
    }

    static let pack = Command(
        "pack",
        operands,
        """
        the SSZ of a container given as JSON; says its root

        FILE is what `martlet show` prints, or an answer of the Beacon API with the container in its data.
        """,
        ContainerRules.declarations + [out.declaration]
    ) { arguments, terminal in
        guard let path = arguments[out] else { throw UsageError.conflict("expected --out", command: "pack") }
        let reading = try await read(arguments, "pack", isJSON: true) { $0.ssz }
        let root = try await onOwnThread("pack") {
            let ssz = reading.ssz
            try ContainerFile.write(ssz, to: path)
            return reading.root
        }
        terminal.print("\(root)")
        return .good
    }

    private struct RootAnswer: Encodable {
        let type, fork, preset, root: String
    }

    private static func read<Aspect: Equatable & Sendable>(
        _ arguments: Arguments,
        _ command: String,
        isJSON: Bool? = nil,
        by aspect: @Sendable @escaping (ContainerFile.Reading) -> Aspect
    ) async throws -> ContainerFile.Reading {
        let type = try ContainerType.named(arguments.operands[0], command: command)
        let rules = try ContainerRules(arguments, command: command)
        let path = arguments.operands[1]
        return try await onOwnThread(command) {
            try ContainerFile(path, type, isJSON: isJSON).reading(rules, by: aspect)
        }
    }
}
