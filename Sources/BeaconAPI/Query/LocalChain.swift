public import BlockPipeline
internal import ChainStore
internal import ConsensusTypes
internal import ForkChoice
internal import ForkTree
internal import Hashing
internal import SSZ
internal import StateTransition

/// Answers from a chain that is open in this process.
///
/// Fork choice is read as it was last published, the tree under its short lock, the rest from the store: no question
/// waits for a block.
public struct LocalChain: ServedChain {
    /// Lifecycle records looked through for blocks that are not in the tree.
    private static let listedRecords = 16_384
    private static let recordsPerPage = 512

    let chain: Chain
    private let moreMetrics: @Sendable () -> [MetricFamily]

    /// - Parameters:
    ///   - moreMetrics: what others count, shown with the chain's own figures.
    public init(_ chain: Chain, moreMetrics: @escaping @Sendable () -> [MetricFamily] = { [] }) {
        self.chain = chain
        self.moreMetrics = moreMetrics
    }

    public func head() async throws -> HeadAnswer {
        let snapshot = chain.choice.snapshot
        let head = snapshot.head
        return HeadAnswer(
            root: "\(head.root)",
            slot: head.slot,
            parentRoot: "\(head.block.parentRoot)",
            stateRoot: "\(head.block.stateRoot)",
            currentSlot: snapshot.currentSlot,
            justified: CheckpointAnswer(snapshot.justified),
            finalized: CheckpointAnswer(snapshot.finalized),
            unrealizedJustified: CheckpointAnswer(snapshot.unrealizedJustified),
            executionOptimistic: snapshot.isHeadOptimistic,
            network: chain.spec.config.configName,
            counts: chain.tree.counts().byName,
            memory: MemoryAnswer(chain)
        )
    }

    public func health() -> ChainHealth {
        let snapshot = chain.choice.snapshot
        return ChainHealth(
            headSlot: snapshot.head.slot,
            currentSlot: snapshot.currentSlot,
            tolerance: chain.spec.preset.slotsPerEpoch,
            isOptimistic: snapshot.isHeadOptimistic
        )
    }

    public func forkChoice() -> ListedAnswer<ForkChoiceAnswer, ForkChoiceAnswer.Node> {
        ForkChoiceAnswer.listed(chain.choice.snapshot)
    }

    public func metrics() -> [MetricFamily] { MetricFamily.families(of: chain) + moreMetrics() }

    public func tree() async throws -> TreeAnswer { try await listedTree().whole }

    public func listedTree() async throws -> ListedAnswer<TreeAnswer, TreeAnswer.Block> {
        let remembered = try await rememberedBlocks()
        let tree = chain.tree.listing()
        let snapshot = chain.choice.snapshot
        let frame = TreeAnswer(
            head: "\(snapshot.head.root)",
            justified: CheckpointAnswer(snapshot.justified),
            finalized: CheckpointAnswer(snapshot.finalized),
            blocks: [],
            missing: []
        )
        return TreeListing(tree, nodes: snapshot.nodes, remembered: remembered).answer(frame)
    }

    /// Blocks that were not included, from the records of a small store; of a large one from those stored last by slot.
    private func rememberedBlocks() async throws -> [TreeListing.Remembered] {
        var blocks: [TreeListing.Remembered] = []
        func take(_ bytes: [UInt8]) throws {
            let record = try LifecycleRecord(decoding: bytes)
            if record.state != .included { blocks.append(TreeListing.Remembered(record)) }
        }
        var page = try await chain.store.lifecycles(limit: Self.recordsPerPage)
        var seen = page.elements.count
        for entry in page.elements { try take(entry.record) }
        while let next = page.next, seen < Self.listedRecords {
            page = try await chain.store.lifecycles(limit: Self.recordsPerPage, from: next)
            seen += page.elements.count
            for entry in page.elements { try take(entry.record) }
        }
        if page.next == nil { return blocks }
        blocks = []
        let slots = try await chain.store.slots(in: 0...UInt64.max, limit: 4_096, order: .descending)
        for slot in slots.elements {
            guard let bytes = try await chain.store.lifecycle(slot.root) else { continue }
            try take(bytes)
        }
        return blocks
    }
}

extension MemoryAnswer {
    init(_ chain: Chain) {
        let cache = chain.states.cache
        self.init(
            states: cache.count,
            stateBytes: cache.bytes,
            stateLimit: cache.limit,
            statesEvicted: cache.evicted,
            caches: chain.cacheBytes
        )
    }
}

extension Chain {
    /// Bytes of all caches but that of states, by name.
    var cacheBytes: [String: Int] {
        var bytes = ["store": store.cachedBytes, "fork_choice": choice.snapshot.tree.bytes]
        for holding in rules.caches.holdings { bytes[holding.name] = holding.bytes }
        return bytes
    }
}

extension TreeAnswer.Block {
    init(root: String, slot: UInt64, parentRoot: String, state: Lifecycle) {
        self.init(root: root, slot: slot, parentRoot: parentRoot, state: state.name)
        switch state {
        case .invalid(let reason, let at):
            cause = reason.name
            stage = at.name
        case .evicted(let why): cause = why.name
        default: break
        }
    }
}

extension ForkTreeCounts {
    /// The counts under the names of the states, and of what is missing.
    var byName: [String: Int] {
        [
            "new": new, "pending": pending, "child": child, "block_child": blockChild, "state_child": stateChild,
            "included": included, "missing": missing,
        ]
    }
}
