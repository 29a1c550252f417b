import ConsensusTypes
import ForkChoice
import Hashing

/// Fork choice as the specification writes it down: recursive, over dictionaries, walking all votes for each weight.
struct NaiveStore {
    struct Block {
        var root: Root
        var parentRoot: Root
        var slot: Slot
        var proposer: ValidatorIndex
        var hash: Hash32
        var parentHash: Hash32
        var justified: Checkpoint
        var unrealizedJustified: Checkpoint
        var isTimely: Bool
        var isTimelyForPTC: Bool
        var ptc: [ValidatorIndex]
        var committee: [ValidatorIndex]
        var timeliness: [Bool?]
        var availability: [Bool?]
    }

    struct Message: Equatable {
        var slot: Slot
        var root: Root
        var isPresent: Bool
    }

    let spec: ChainSpec
    var currentSlot: Slot
    var justified: Checkpoint
    var finalized: Checkpoint
    var boostRoot = Root()
    var blocks: [Root: Block] = [:]
    var payloads: Set<Root> = []
    var unsatisfied: Set<Root> = []
    var messages: [ValidatorIndex: Message] = [:]
    var equivocating: Set<ValidatorIndex> = []
    /// Effective balances under each checkpoint; all validators are active and unslashed.
    var balances: [Checkpoint: [Gwei]]

    private func block(_ root: Root) -> Block {
        guard let block = blocks[root] else { fatalError("the model does not know \(root)") }
        return block
    }

    func isOfGloas(_ root: Root) -> Bool { spec.fork(atSlot: block(root).slot) >= .gloas }
    var currentEpoch: Epoch { currentSlot / spec.preset.slotsPerEpoch }

    // MARK: Payloads

    /// Before gloas a payload comes with its block.
    func isPayloadVerified(_ root: Root) -> Bool { !isOfGloas(root) || payloads.contains(root) }

    func isMajority(_ root: Root, _ votes: KeyPath<Block, [Bool?]>, _ answer: Bool) -> Bool {
        if !isPayloadVerified(root) { return !answer }
        let said = block(root)[keyPath: votes].compactMap { $0 }
        return said.filter { $0 == answer }.count > Int(spec.preset.ptcSize) / 2
    }

    func parentStatus(_ child: Block) -> PayloadStatus {
        if !isOfGloas(child.parentRoot) { return .full }
        return child.parentHash == block(child.parentRoot).hash ? .full : .empty
    }

    func shouldExtendPayload(_ root: Root) -> Bool {
        if !isPayloadVerified(root) || unsatisfied.contains(root) { return false }
        if isMajority(root, \.timeliness, true) && isMajority(root, \.availability, true) { return true }
        guard let boosted = blocks[boostRoot], boosted.parentRoot == root else { return true }
        return parentStatus(boosted) == .full
    }

    func shouldBuildOnFull(_ head: PayloadNode, _ slot: Slot) -> Bool {
        if block(head.root).slot + 1 != slot || !isOfGloas(head.root) { return head.payloadStatus == .full }
        if head.payloadStatus == .empty { return false }
        return !isMajority(head.root, \.timeliness, false) && !isMajority(head.root, \.availability, false)
    }

    // MARK: Ancestors and weights

    func ancestor(_ node: PayloadNode, _ slot: Slot) -> PayloadNode {
        let block = block(node.root)
        guard block.slot > slot else { return node }
        return ancestor(PayloadNode(root: block.parentRoot, payloadStatus: parentStatus(block)), slot)
    }

    func isAncestor(_ node: PayloadNode, _ other: PayloadNode) -> Bool {
        let found = ancestor(node, block(other.root).slot)
        guard found.root == other.root else { return false }
        return found.payloadStatus == other.payloadStatus || other.payloadStatus == .pending
    }

    func supportedNode(_ message: Message) -> PayloadNode {
        guard isOfGloas(message.root), block(message.root).slot < message.slot else {
            return PayloadNode(root: message.root, payloadStatus: .pending)
        }
        return PayloadNode(root: message.root, payloadStatus: message.isPresent ? .full : .empty)
    }

    private var weights: [Gwei] { balances[justified] ?? [] }

    func attestationScore(_ node: PayloadNode) -> Gwei {
        weights.enumerated().reduce(0) { sum, validator in
            let index = UInt64(validator.offset)
            guard let message = messages[index], !equivocating.contains(index),
                isAncestor(supportedNode(message), node)
            else { return sum }
            return sum + validator.element
        }
    }

    private func fraction(_ percent: UInt64) -> Gwei {
        max(weights.reduce(0, +), spec.preset.effectiveBalanceIncrement) / spec.preset.slotsPerEpoch * percent / 100
    }

    func isHeadWeak(_ root: Root) -> Bool {
        let score = attestationScore(PayloadNode(root: root, payloadStatus: .pending))
        let equivocated = block(root).committee.filter(equivocating.contains).reduce(0) { $0 + weights[Int($1)] }
        return score + equivocated < fraction(spec.config.reorgHeadWeightThreshold)
    }

    func shouldApplyBoost() -> Bool {
        guard let boosted = blocks[boostRoot] else { return false }
        if spec.fork(atSlot: boosted.slot) < .gloas { return true }
        let parent = block(boosted.parentRoot)
        if parent.slot + 1 < boosted.slot { return true }
        if !isHeadWeak(parent.root) { return true }
        return !blocks.values.contains {
            $0.isTimelyForPTC && $0.proposer == parent.proposer && $0.slot + 1 == boosted.slot && $0.root != parent.root
        }
    }

    func isPreviousSlotDecision(_ node: PayloadNode) -> Bool {
        isOfGloas(node.root) && block(node.root).slot + 1 == currentSlot && node.payloadStatus != .pending
    }

    func weight(_ node: PayloadNode) -> Gwei {
        if isPreviousSlotDecision(node) { return 0 }
        // A block before gloas is one node.
        let node = isOfGloas(node.root) ? node : PayloadNode(root: node.root, payloadStatus: .pending)
        let score = attestationScore(node)
        guard shouldApplyBoost(), isAncestor(PayloadNode(root: boostRoot, payloadStatus: .pending), node) else {
            return score
        }
        return score + fraction(spec.config.proposerScoreBoost)
    }

    // MARK: The head

    func children(_ node: PayloadNode) -> [PayloadNode] {
        if node.payloadStatus == .pending {
            var statuses: [PayloadStatus] = isOfGloas(node.root) ? [.empty] : []
            if isPayloadVerified(node.root) { statuses.append(.full) }
            return statuses.map { PayloadNode(root: node.root, payloadStatus: $0) }
        }
        return blocks.values
            .filter { $0.parentRoot == node.root && parentStatus($0) == node.payloadStatus }
            .map { PayloadNode(root: $0.root, payloadStatus: .pending) }
    }

    func filtered(_ node: PayloadNode) -> Set<PayloadNode> {
        let children = children(node)
        if !children.isEmpty {
            let viable = children.reduce(into: Set<PayloadNode>()) { $0.formUnion(filtered($1)) }
            return viable.isEmpty ? [] : viable.union([node])
        }
        let leaf = block(node.root)
        let isOfPast = currentEpoch > leaf.slot / spec.preset.slotsPerEpoch
        let source = isOfPast ? leaf.unrealizedJustified : leaf.justified
        let isJustified =
            justified.epoch == 0 || source.epoch == justified.epoch || source.epoch + 2 >= currentEpoch
        let start = finalized.epoch * spec.preset.slotsPerEpoch
        let through = ancestor(PayloadNode(root: node.root, payloadStatus: .pending), start).root
        return isJustified && (finalized.epoch == 0 || finalized.root == through) ? [node] : []
    }

    private var base: PayloadNode { PayloadNode(root: justified.root, payloadStatus: .pending) }

    private func tiebreaker(_ node: PayloadNode) -> UInt8 {
        guard isPreviousSlotDecision(node) else { return node.payloadStatus.rawValue }
        return node.payloadStatus == .empty ? 1 : shouldExtendPayload(node.root) ? 2 : 0
    }

    private func isLess(_ a: PayloadNode, _ b: PayloadNode) -> Bool {
        let (left, right) = (weight(a), weight(b))
        if left != right { return left < right }
        return a.root != b.root ? a.root < b.root : tiebreaker(a) < tiebreaker(b)
    }

    func head() -> PayloadNode {
        let viable = filtered(base)
        if viable.isEmpty {
            return PayloadNode(root: justified.root, payloadStatus: isOfGloas(justified.root) ? .empty : .full)
        }
        var head = base
        while let next = children(head).filter(viable.contains).max(by: isLess) { head = next }
        return head
    }

    func viableLeaves() -> [PayloadNode: Gwei] {
        let viable = filtered(base)
        var open = [base]
        var leaves: [PayloadNode: Gwei] = [:]
        while let node = open.popLast() {
            let next = children(node).filter(viable.contains)
            if next.isEmpty { leaves[node] = weight(node) }
            open += next
        }
        return leaves
    }
}
