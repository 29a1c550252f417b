internal import BlockPipeline
internal import ChainStore
internal import ConsensusTypes
internal import ForkChoice
internal import ForkTree
internal import Hashing

extension LocalChain {
    /// Blocks that one name may mean, at most.
    private static let nameLimit = 64

    public func blocks(_ name: BlockName) async throws -> [BlockAnswer] {
        let snapshot = chain.choice.snapshot
        let roots: Set<Root>
        switch name {
        case .head: roots = [snapshot.head.root]
        case .justified: roots = [snapshot.justified.root]
        case .finalized: roots = [snapshot.finalized.root]
        case .slot(let slot):
            let live = self.roots { $0.slot == slot }
            let listed = snapshot.nodes.filter { $0.slot == slot }.map(\.root)
            roots = Set(live + listed + (try await chain.store.roots(atSlot: slot)))
        case .root(let prefix):
            if let root = Root(prefix) {
                roots = [root]
            } else {
                let live = self.roots { $0.root.bytes.starts(with: prefix) }
                let stored = try await chain.store.lifecycles(prefix: prefix, limit: Self.nameLimit)
                roots = Set(live + stored.map(\.root))
            }
        }
        var answers: [BlockAnswer] = []
        for root in roots.sorted().prefix(Self.nameLimit) {
            if let answer = try await block(root, snapshot) { answers.append(answer) }
        }
        return answers.sorted { ($0.slot, $0.root) < ($1.slot, $1.root) }
    }

    /// The blocks of the tree that satisfy a condition.
    private func roots(where condition: ((slot: UInt64, root: Root)) -> Bool) -> [Root] {
        let (included, others) = chain.tree.listing()
        let open = others.nodes.map { (slot: $0.slot, root: $0.root) }.filter(condition)
        let settled = included.places.lazy.map { included.key(at: $0) }.filter(condition)
        return open.map(\.root) + settled.map(\.root)
    }

    private func block(_ root: Root, _ snapshot: ForkChoiceSnapshot) async throws -> BlockAnswer? {
        let record = try await chain.store.lifecycle(root).map { try LifecycleRecord(decoding: $0) }
        let node = chain.tree.node(root)
        var answer: BlockAnswer
        if let record {
            answer = BlockAnswer(record)
            // Where the block is under way again, or was condemned later, the tree knows better than the record.
            if let live = chain.tree.state(of: root), live != record.state, live != .evicted(.finality) {
                answer.show(live)
            }
        } else if let node {
            answer = BlockAnswer(
                root: "\(root)",
                slot: node.slot,
                parentRoot: "\(node.parent)",
                state: node.state.name,
                receivedAt: 0,
                origin: BlockOrigin.unknown.name
            )
            answer.show(node.state)
        } else {
            return nil
        }
        let known = snapshot.tree.node(root)
        answer.weight = known?.weight
        answer.stateRoot = known.map { "\($0.block.stateRoot)" }
        if known == nil, let state = try await chain.store.stateSummary(root) {
            answer.stateRoot = "\(state.stateRoot)"
        }
        answer.isCanonical = known.map {
            snapshot.tree.ancestor(of: snapshot.head.root, at: $0.slot) == $0.root
        }
        let children = Set(try await chain.store.children(of: root) + (node?.children ?? []))
        answer.children = children.sorted().map { "\($0)" }
        if answer.state == "pending" { answer.missing = "\(try await missingAncestor(of: root, parent: answer))" }
        return answer
    }

    /// The first root upwards that nothing is known of.
    private func missingAncestor(of root: Root, parent answer: BlockAnswer) async throws -> String {
        var current = answer.parentRoot
        for _ in 0..<Self.ancestorLimit {
            guard let bytes = Hex.decode(current), let above = Root(bytes) else { return current }
            if let node = chain.tree.node(above) {
                current = "\(node.parent)"
            } else if let bytes = try await chain.store.lifecycle(above) {
                current = "\(try LifecycleRecord(decoding: bytes).parent)"
            } else {
                return current
            }
        }
        return current
    }

    /// Blocks that may wait one behind the other.
    private static var ancestorLimit: Int { 8_192 }
}

extension BlockAnswer {
    init(_ record: LifecycleRecord) {
        self.init(
            root: "\(record.root)",
            slot: record.slot,
            parentRoot: "\(record.parent)",
            state: record.state.name,
            receivedAt: record.receivedAt,
            origin: record.origin.name
        )
        show(record.state)
        proposerIndex = record.proposer
        reason = record.reasonText.isEmpty ? nil : record.reasonText
        // The order of the pipeline; signatures are checked before the block may wait, and again in the transition.
        let order: [Stage] = [
            .decompress, .decode, .signatures, .persist, .awaitParent, .transition, .data, .persistState, .forkChoice,
            .announce,
        ]
        stages = order.compactMap { stage in
            record.durations[stage].map { StageTime(stage: stage.name, nanoseconds: $0) }
        }
        data = record.data?.name
        waitedFor = record.waitedFor.map { "\($0)" }
        waitNanoseconds = record.waitDuration
    }

    /// Says how the block stands.
    mutating func show(_ lifecycle: Lifecycle) {
        state = lifecycle.name
        cause = nil
        stage = nil
        ancestor = nil
        switch lifecycle {
        case .invalid(let reason, let at):
            cause = reason.name
            stage = at.name
            if case .ancestor(let root) = reason { ancestor = "\(root)" }
        case .evicted(let why): cause = why.name
        default: break
        }
    }
}
