import ConsensusTypes
import SSZ
import StateTransition
import YAML

extension VectorRunner {
    /// `random`: blocks of chance, after states of chance.
    static let random = VectorRunner("random") { vector, files in try blocks(vector, files) }

    /// `finality`: epochs of attestations.
    static let finality = VectorRunner("finality") { vector, files in try blocks(vector, files) }

    /// `transition`: blocks before and after the epoch of a fork.
    static let transition = VectorRunner("transition") { vector, files in
        let meta = try files.yaml("meta")
        try expectEqual("post_fork", expected: vector.fork.name, got: try meta.member("post_fork").string)
        guard let before = vector.fork.previous else {
            throw Mismatch("post_fork", expected: "a fork with one before", got: vector.fork.name)
        }
        let spec = try files.spec(of: vector, forkEpoch: try meta.member("fork_epoch").int)
        // The number of the last block before the fork; there may be none.
        let lastBefore = try meta["fork_block"]?.int
        return try blocks(files, meta, spec, from: before) { number in
            number <= lastBefore ?? 0 && lastBefore != nil ? before : vector.fork
        }
    }

    /// A pre-state, blocks, and the state after them: `sanity/blocks`, `random`, `finality`.
    static func blocks(_ vector: VectorCase, _ files: CaseFiles) throws -> Verdict {
        let spec = try files.spec(of: vector)
        return try blocks(files, try files.yaml("meta"), spec, from: vector.fork) { _ in vector.fork }
    }

    private static func blocks(
        _ files: CaseFiles,
        _ meta: YAMLNode,
        _ spec: ChainSpec,
        from first: ForkName,
        fork: (UInt64) -> ForkName
    ) throws -> Verdict {
        let blocks = try files.sszSequence("blocks", count: Int(clamping: try meta.member("blocks_count").int))
        let transition = Transition(
            state: try BeaconState.decode(try files.ssz("pre"), in: spec.context(first)),
            spec: spec,
            signatures: try files.blsSetting().blockPolicy
        )
        return try judgeTransition(post: try files.sszIfPresent("post"), transition) { transition in
            for (number, bytes) in blocks.enumerated() {
                try transition.takeBlock(bytes, in: spec.context(fork(UInt64(number))))
            }
        }
    }
}

extension Transition {
    /// One block as a node takes it: signatures are collected, then verified together.
    mutating func takeBlock(_ bytes: [UInt8], in context: ShapeContext) throws {
        let block = try SignedBeaconBlock.decode(bytes, in: context)
        let met = signatures.claims.count
        try stateTransition(block)
        guard signatures.policy == .collect else { return }
        var randomness = SystemRandomNumberGenerator()
        try SignatureClaim.verifyTogether(
            Array(signatures.claims[met...]),
            caches: caches,
            randomness: &randomness
        )
    }
}
