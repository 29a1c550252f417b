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

    public func forkChoice() -> ForkChoiceAnswer { ForkChoiceAnswer(chain.choice.snapshot) }

    public func metrics() -> [MetricFamily] { MetricFamily.families(of: chain) + moreMetrics() }

    public func tree() async throws -> TreeAnswer {
        let snapshot = chain.choice.snapshot
        let tree = chain.tree.snapshot()
        var blocks: [Root: TreeAnswer.Block] = [:]
        for node in tree.nodes {
            blocks[node.root] = TreeAnswer.Block(
                root: "\(node.root)",
                slot: node.slot,
                parentRoot: "\(node.parent)",
                state: node.state
            )
        }
        for node in snapshot.nodes {
            blocks[node.root]?.weight = node.weight
            blocks[node.root]?.isViable = node.isViable
            blocks[node.root]?.executionOptimistic = node.execution == .notValidated
        }
        for record in try await storedRecords() where blocks[record.root] == nil && record.state != .included {
            blocks[record.root] = TreeAnswer.Block(
                root: "\(record.root)",
                slot: record.slot,
                parentRoot: "\(record.parent)",
                state: record.state
            )
        }
        let waiting = blocks.values.filter { $0.state == "pending" }.map(\.parentRoot)
        let known = Set(blocks.keys.map { "\($0)" })
        let missing = Set(tree.missing.map { "\($0.root)" } + waiting).subtracting(known)
        return TreeAnswer(
            head: "\(snapshot.head.root)",
            justified: CheckpointAnswer(snapshot.justified),
            finalized: CheckpointAnswer(snapshot.finalized),
            blocks: blocks.values.sorted { ($0.slot, $0.root) < ($1.slot, $1.root) },
            missing: missing.sorted()
        )
    }

    /// The records of a small store; of a large one those of the blocks stored last by slot.
    private func storedRecords() async throws -> [LifecycleRecord] {
        var entries: [LifecycleEntry] = []
        var page = try await chain.store.lifecycles(limit: Self.listedRecords)
        entries += page.elements
        while let next = page.next, entries.count < Self.listedRecords {
            page = try await chain.store.lifecycles(limit: Self.listedRecords - entries.count, from: next)
            entries += page.elements
        }
        if page.next == nil { return try entries.map { try LifecycleRecord(decoding: $0.record) } }
        var records: [LifecycleRecord] = []
        let slots = try await chain.store.slots(in: 0...UInt64.max, limit: 4_096, order: .descending)
        for slot in slots.elements {
            guard let bytes = try await chain.store.lifecycle(slot.root) else { continue }
            records.append(try LifecycleRecord(decoding: bytes))
        }
        return records
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
