import BeaconAPI
import BlockPipeline
import ChainStore
import ConsensusTypes
import Hashing
import Node
import SSZ

/// `martlet state`: a block's post-state out of a data directory.
enum StateCommand {
    private static let directory = Option.text(
        "--data-dir",
        "DIR",
        "the chain in this directory; no daemon may hold it"
    )
    private static let out = Option.text("--out", "FILE", "where its SSZ goes; packed where the name ends in _snappy")

    static let command = Command(
        "state",
        .one("ROOT|SLOT"),
        """
        the state after a block, read back from a data directory; named as in `martlet block`

        What FILE gets, `martlet show`, `martlet root` and `martlet diff` take as a BeaconState.
        """,
        [directory.declaration, out.declaration, SharedOptions.json.declaration]
    ) { arguments, terminal in
        let name: BlockName
        do throws(BlockNameError) {
            name = try BlockName(arguments.operands[0])
        } catch {
            throw UsageError.conflict("\(error)", command: "state")
        }
        guard let path = arguments[directory] else {
            throw UsageError.conflict("expected --data-dir", command: "state")
        }
        let chain = try await StoredChain.open(path)
        do {
            let code = try await answer(name, chain, arguments, terminal)
            try await chain.close()
            return code
        } catch {
            try? await chain.close()
            throw error
        }
    }

    private struct Answer: Encodable {
        let block, stateRoot, fork: String
        let slot: Slot
        /// Blocks carried through again, and differences gone through, unless the state was in memory.
        let blocks, differences: Int
    }

    private static func answer(
        _ name: BlockName,
        _ chain: Chain,
        _ arguments: Arguments,
        _ terminal: Terminal
    ) async throws -> ExitCode {
        let blocks = try await LocalChain(chain).blocks(name).compactMap { Hex.decode($0.root).flatMap { Root($0) } }
        guard !blocks.isEmpty else {
            terminal.error("martlet: state: no block \(name) is known")
            return .failed
        }
        guard blocks.count == 1 || arguments[out] == nil else {
            terminal.error("martlet: state: \(name) names \(blocks.count) blocks: say a root")
            return .failed
        }
        for block in blocks {
            let path = try await chain.store.replayPath(to: block)
            let chainOfStates = try await chain.store.storedChain(to: path.baseRoot)
            let post = try await chain.states.state(after: block)
            let answer = Answer(
                block: "\(block)",
                stateRoot: "\(post.stateRoot)",
                fork: post.state.forkName.name,
                slot: post.state.slot,
                blocks: path.blocks.count,
                differences: chainOfStates.count - 1
            )
            if arguments[flag: SharedOptions.json] {
                terminal.print(try jsonText(answer))
            } else {
                terminal.print(
                    "\(answer.stateRoot)  slot \(answer.slot), \(answer.fork), after block \(answer.block)"
                        + " (\(answer.differences) differences, \(answer.blocks) blocks)"
                )
            }
            if let file = arguments[out] { try await write(post.state, chain.spec, to: file) }
        }
        return .good
    }

    private static func write(_ state: BeaconState, _ spec: ChainSpec, to path: String) async throws {
        try await onOwnThread("state") {
            let ssz = state.encoded(in: spec.context(state.forkName))
            try ContainerFile.write(ssz, to: path)
        }
    }
}
