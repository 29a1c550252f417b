internal import ConsensusTypes
internal import Hashing

/// One run of the fast confirmation rule: the store as it stands, its head, and what was computed on the way.
///
/// Votes are weighed in one pass over the validators for each balance source, not once for each block.
struct FastConfirmationRule {
    let memory: FastConfirmationStore
    let store: ForkChoiceStore
    let view: FastConfirmationView
    /// Position of the head.
    let head: Int
    let currentSlot: Slot
    let currentEpoch: Epoch
    /// Votes for each block and what lies above it, by balance source.
    private var scores: [ObjectIdentifier: [Gwei]] = [:]
    /// Equivocating members of the committees of a slot.
    var equivocating: [Slot: [ValidatorIndex]] = [:]
    private var honestSupport: Gwei?

    init(
        _ memory: FastConfirmationStore,
        _ store: inout ForkChoiceStore,
        _ view: FastConfirmationView
    ) throws(ForkChoiceError) {
        let root = try store.getHead().root
        guard view.head == root else { throw .staleView(expected: root, got: view.head) }
        guard let head = store.find(root) else { throw .missingNode(root) }
        currentEpoch = store.currentEpoch
        guard view.epoch == currentEpoch else { throw .staleViewEpoch(expected: currentEpoch, got: view.epoch) }
        currentSlot = store.currentSlot
        self.head = head
        self.memory = memory
        self.store = store
        self.view = view
    }

    var isEpochStart: Bool { store.isStartOfEpoch(currentSlot) }
    var finalizedRoot: Root { store.finalizedCheckpoint.root }

    func slot(_ position: Int) -> Slot { store.nodes[position].slot }
    func epoch(_ position: Int) -> Epoch { store.epoch(of: slot(position)) }

    /// Spec: `get_voting_source`.
    func votingSource(_ position: Int) -> Checkpoint {
        let block = store.nodes.checkpoints(at: position)
        return currentEpoch > epoch(position) ? block.unrealizedJustified : block.justified
    }

    func unrealizedJustified(_ position: Int) -> Checkpoint {
        store.nodes.checkpoints(at: position).unrealizedJustified
    }

    /// Spec: `is_ancestor`, of a block whatever became of its payload.
    func isAncestor(_ position: Int, _ ancestor: Int) -> Bool {
        store.ancestor(position, at: slot(ancestor)) == ancestor
    }

    /// Spec: `get_ancestor_roots`: the chain from behind `terminal` up to `position`; empty where it does not lead there.
    func chain(to position: Int, from terminal: Int) -> [Int] {
        var chain: [Int] = []
        var at = position
        while slot(at) > slot(terminal), let parent = store.nodes[at].parent {
            chain.append(at)
            at = parent
        }
        return at == terminal ? chain.reversed() : []
    }

    /// Spec: `get_current_target`.
    var currentTarget: Checkpoint {
        let position = store.ancestor(head, at: store.startSlot(of: currentEpoch))
        return Checkpoint(epoch: currentEpoch, root: store.nodes[position].root)
    }

    /// Spec: `get_attestation_score`: the votes for a block and all above it, with the weights of a balance source.
    mutating func attestationScore(_ position: Int, _ balances: ActiveBalances) -> Gwei {
        let key = ObjectIdentifier(balances)
        if let known = scores[key] { return known[position] }
        var sums = [Gwei](repeating: 0, count: store.nodes.count)
        for (index, vote) in store.latestMessages.enumerated() where vote.node >= 0 {
            sums[Int(vote.node)] &+= balances.weight(of: UInt64(index))
        }
        for i in store.nodes.indices.reversed() {
            guard let parent = store.nodes[i].parent, store.nodes.standings[i].execution != .invalidated else {
                continue
            }
            sums[parent] &+= sums[i]
        }
        scores[key] = sums
        return sums[position]
    }

    // MARK: Checkpoints

    /// Spec: `get_current_target_score`.
    private func currentTargetScore() -> Gwei {
        let start = store.startSlot(of: currentEpoch)
        let target = store.ancestor(head, at: start)
        var isAbove = [Bool](repeating: false, count: store.nodes.count)
        for i in store.nodes.indices {
            if slot(i) > start, let parent = store.nodes[i].parent {
                isAbove[i] = isAbove[parent]
            } else {
                isAbove[i] = i == target
            }
        }
        var score: Gwei = 0
        for (index, vote) in store.latestMessages.enumerated()
        where vote.node >= 0 && isAbove[Int(vote.node)] && vote.slotPlusOne > start {
            score &+= view.balances.weight(of: UInt64(index))
        }
        return score
    }

    /// Spec: `compute_honest_ffg_support_for_current_target`.
    private mutating func honestSupportOfCurrentTarget() throws(ForkChoiceError) -> Gwei {
        if let known = honestSupport { return known }
        let total = view.balances.totalActive
        let slots = slots(from: store.startSlot(of: currentEpoch), to: currentSlot)
        let remaining = total.minusClamped(estimateCommitteeWeight(total, slots))
        let threshold = store.spec.config.confirmationByzantineThreshold
        let honest = (remaining / 100).timesClamped(UInt64(100).minusClamped(threshold))
        let adversarial = try adversarialWeight(view.balances, slots)
        let support = currentTargetScore().minusClamped(adversarial).plusClamped(honest)
        honestSupport = support
        return support
    }

    /// Spec: `will_no_conflicting_checkpoint_be_justified`.
    mutating func willNoConflictingCheckpointBeJustified() throws(ForkChoiceError) -> Bool {
        if currentTarget == store.unrealizedJustifiedCheckpoint { return true }
        return try honestSupportOfCurrentTarget().timesClamped(3) > view.balances.totalActive
    }

    /// Spec: `will_current_target_be_justified`.
    mutating func willCurrentTargetBeJustified() throws(ForkChoiceError) -> Bool {
        try honestSupportOfCurrentTarget().timesClamped(3) >= view.balances.totalActive.timesClamped(2)
    }
}

extension UInt64 {
    func plusClamped(_ other: UInt64) -> UInt64 {
        let (sum, over) = addingReportingOverflow(other)
        return over ? .max : sum
    }

    /// Spec: `saturating_sub`.
    func minusClamped(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }

    func timesClamped(_ other: UInt64) -> UInt64 {
        let (product, over) = multipliedReportingOverflow(by: other)
        return over ? .max : product
    }
}
