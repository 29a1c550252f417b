import ConsensusTypes
import ForkChoice
import Hashing
import SSZ
import YAML

extension VectorRunner {
    /// `sync`: the steps of `fork_choice`, with the execution engine's answers announced before the blocks.
    static let sync = VectorRunner("sync") { vector, files in
        var replay = OptimisticSyncReplay(choice: try ForkChoiceReplay(vector, files))
        return try files.carryOutSteps { step in try replay.carryOut(step) }
    }
}

private struct OptimisticSyncReplay {
    var choice: ForkChoiceReplay

    mutating func carryOut(_ step: YAMLNode) throws -> Verdict? {
        if let status = step["payload_status"] {
            let hash = try OptimisticSyncReplay.hash(try step.member("block_hash"))
            choice.verdicts[hash] = try OptimisticSyncReplay.verdict(status)
            return nil
        }
        let verdict = try choice.carryOut(step)
        if let name = step["block"] { try judgeChain(of: try name.string) }
        return verdict
    }

    /// Lets the engine's answer count for the blocks before, and sees that the store has it as it was given.
    private mutating func judgeChain(of file: String) throws {
        let signed = try SignedBeaconBlock.decode(try choice.files.ssz(file), in: choice.context)
        let block = signed.message
        let root = block.hashTreeRoot(in: choice.context)
        let hash = block.body.executionPayload.blockHash
        guard let verdict = choice.verdicts[hash] else {
            throw Mismatch("payload_status of \(hash)", expected: "one before the block", got: "none")
        }
        if case .invalid(let latestValidHash) = verdict {
            try expectEqual("the block is known", expected: false, got: choice.store.contains(root))
            _ = try choice.store.onInvalidPayload(parentRoot: block.parentRoot, latestValidHash: latestValidHash)
        } else {
            try expectEqual("is_optimistic", expected: verdict == .notValidated, got: choice.store.isOptimistic(root))
        }
    }

    private static func verdict(_ node: YAMLNode) throws -> PayloadVerdict {
        let latest = try node.member("latest_valid_hash")
        switch try node.member("status").string {
        case "VALID": return .valid
        case "SYNCING", "ACCEPTED": return .notValidated
        case "INVALID": return .invalid(latestValidHash: latest.isNull ? nil : try hash(latest))
        case "INVALID_BLOCK_HASH": return .invalid(latestValidHash: nil)
        case let other: throw Mismatch("payload_status.status", expected: "a known one", got: other)
        }
    }

    private static func hash(_ node: YAMLNode) throws -> Hash32 {
        let bytes = try node.hexBytes
        guard let hash = Hash32(bytes) else { throw Mismatch("length of a hash", expected: 32, got: bytes.count) }
        return hash
    }
}
