import Foundation

@main
struct Martlet {
    static let program = Program(
        commands: [
            ReplayCommand.command, NodeCommand.command, QueryCommands.tree, QueryCommands.block, QueryCommands.head,
            StateCommand.command,
            DiffCommand.command, ContainerCommands.root, ContainerCommands.show, ContainerCommands.pack,
            SimulateCommand.command, BenchCommand.command, ConformanceCommand.command,
        ]
    )

    // Not on the main actor: an async `main` of a type runs on the pool.
    static func main() async {
        let code = await program.run(Array(CommandLine.arguments.dropFirst()), .standard)
        exit(code.value)
    }
}
