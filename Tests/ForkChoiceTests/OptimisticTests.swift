import ConsensusTypes
import ForkChoice
import Hashing
import SSZ
import TestSupport
import Testing

/// The store and the model under the same operations.
private struct OptimisticPair {
    var store: ForkChoiceStore
    var model: OptimisticModel
    var random: SplitMix64
    var roots: [Root]
    var lastRoot: UInt64 = 1
    private static let currentSlot: Slot = 47

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let spec = ChainSpec.minimal
        let weights = (0..<12).map { _ in UInt64.random(in: 1...32, using: &random) * 1_000_000_000 }
        let own = Checkpoint(epoch: 0, root: root(1))
        let anchor = ForkChoiceBlock.made(
            root(1),
            on: root(0),
            slot: 0,
            payload: root(1_001),
            justified: own,
            finalized: own
        )
        let supplied = balances(weights)
        store = ForkChoiceStore(anchor: anchor, genesisTime: 0, balances: supplied, spec: spec)
        for epoch in 1...5 { store.supply(supplied, for: Checkpoint(epoch: UInt64(epoch), root: root(1))) }
        store.onTick(store.timeAtSlotMs(Self.currentSlot))
        model = OptimisticModel(
            anchor: root(1),
            payload: root(1_001),
            currentEpoch: Self.currentSlot / 8,
            balances: weights
        )
        roots = [root(1)]
        self.random = random
    }

    /// `nil` when both agree, else what differs.
    mutating func step() throws -> String? {
        let some = roots.randomElement(using: &random) ?? root(1)
        let difference: String?
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<45: difference = addBlock(on: some)
        case 45..<75: difference = vote(for: some)
        case 75..<84: difference = judgeValid(some)
        case 84..<92: difference = judgeInvalid(some)
        case 92..<97: difference = judgeUnknownInvalid(on: some)
        default: difference = equivocate()
        }
        return try difference ?? compare()
    }

    private mutating func addBlock(on parent: Root) -> String? {
        guard let under = model.blocks[parent], under.slot < Self.currentSlot else { return nil }
        lastRoot += 1
        // Roots in no order, so that ties are broken by more than age.
        let fresh = root(lastRoot &* 0x9e37_79b9_7f4a_7c15)
        let status: ExecutionStatus = Int.random(in: 0..<3, using: &random) == 0 ? .valid : .notValidated
        let block = OptimisticModel.Block(
            root: fresh,
            parent: parent,
            slot: UInt64.random(in: (under.slot + 1)...min(under.slot + 4, Self.currentSlot), using: &random),
            payload: root(1_000 + lastRoot),
            justified: max(under.justified, UInt64.random(in: 0...3, using: &random)),
            status: status
        )
        let choice = ForkChoiceBlock.made(
            fresh,
            on: parent,
            slot: block.slot,
            payload: block.payload,
            justified: Checkpoint(epoch: block.justified, root: root(1)),
            finalized: Checkpoint(epoch: 0, root: root(1))
        )
        let expected = Result { try model.add(block) }
        let got = Result { try store.onBlock(choice, execution: status) }
        if case .success = expected { roots.append(fresh) }
        return differ("on_block", expected, got)
    }

    private mutating func vote(for head: Root) -> String? {
        let validator = Int.random(in: 0..<12, using: &random)
        guard let slot = model.blocks[head]?.slot else { return nil }
        let voteSlot = UInt64.random(
            in: slot...(Self.currentSlot - 1 + (slot == Self.currentSlot ? 1 : 0)),
            using: &random
        )
        guard voteSlot < Self.currentSlot else { return nil }
        let epoch = voteSlot / OptimisticModel.slotsPerEpoch
        let target = Checkpoint(epoch: epoch, root: model.ancestor(head, at: epoch * OptimisticModel.slotsPerEpoch))
        let data = AttestationData(
            slot: voteSlot,
            index: 0,
            beaconBlockRoot: head,
            source: Checkpoint(),
            target: target
        )
        let expected = Result { try model.vote(validator, head, epoch: epoch) }
        let got = Result { try store.onAttestation(data, indices: [UInt64(validator)], from: .block) }
        return differ("on_attestation", expected, got)
    }

    private mutating func judgeValid(_ some: Root) -> String? {
        let isRefused = model.blocks[some]?.status == .invalidated
        if !isRefused { model.markValid(some) }
        let got = Result { try store.onPayloadVerdict(.valid, of: some) }
        return differ(
            "valid",
            isRefused ? .failure(OptimisticModel.Refusal.contradiction) : .success(()),
            got.map { _ in }
        )
    }

    private mutating func latestValidHash(on chain: [OptimisticModel.Block]) -> Hash32? {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: nil
        case 1: Hash32()
        case 2: root(99_999)
        case 3: model.blocks.values.map(\.payload).sorted().randomElement(using: &random)
        default: chain.randomElement(using: &random)?.payload
        }
    }

    private mutating func judgeInvalid(_ some: Root) -> String? {
        let chain = model.chain(some)
        let hash = latestValidHash(on: chain)
        let expected = Result { try model.invalidate(chain, isLastKnown: true, hash) }
        let got = Result { try store.onPayloadVerdict(.invalid(latestValidHash: hash), of: some) }
        return differ("invalid", expected.map { $0.sorted() }, got.map { $0.sorted() })
    }

    /// A block that never comes into the tree, because its payload is refused at once.
    private mutating func judgeUnknownInvalid(on parent: Root) -> String? {
        guard let under = model.blocks[parent], under.status != .invalidated else { return nil }
        let unknown = OptimisticModel.Block(
            root: root(77_777),
            parent: parent,
            slot: under.slot + 1,
            payload: root(77_777),
            justified: 0,
            status: .notValidated
        )
        let chain = [unknown] + model.chain(parent)
        let hash = latestValidHash(on: chain)
        let expected = Result { try model.invalidate(chain, isLastKnown: false, hash) }
        let got = Result { try store.onInvalidPayload(parentRoot: parent, latestValidHash: hash) }
        return differ("invalid child", expected.map { $0.sorted() }, got.map { $0.sorted() })
    }

    private mutating func equivocate() -> String? {
        let validator = Int.random(in: 0..<12, using: &random)
        model.equivocators.insert(validator)
        var slashing = AttesterSlashing()
        slashing.attestation1.attestingIndices = [UInt64(validator)]
        slashing.attestation2.attestingIndices = [UInt64(validator)]
        slashing.attestation2.data.beaconBlockRoot = root(5)
        return differ("on_attester_slashing", .success(()), Result { try store.onAttesterSlashing(slashing) })
    }

    private func differ<Value: Equatable>(
        _ what: String,
        _ expected: Result<Value, any Error>,
        _ got: Result<Value, any Error>
    ) -> String? {
        switch (expected, got) {
        case (.success(let a), .success(let b)): a == b ? nil : "\(what): expected \(a), got \(b)"
        case (.failure, .failure): nil
        default: "\(what): expected \(expected), got \(got)"
        }
    }

    private func differ(_ what: String, _ expected: Result<Void, any Error>, _ got: Result<Void, any Error>) -> String?
    {
        differ(what, expected.map { 0 }, got.map { 0 })
    }

    private mutating func compare() throws -> String? {
        let head = try store.getHead().root
        if head != model.head() { return "head: expected \(model.head()), got \(head)" }
        if model.blocks[head]?.status == .invalidated { return "head: \(head) was refused" }
        for some in roots {
            let status = model.blocks[some]?.status
            if store.node(some)?.execution != status {
                return "\(some): expected \(status as Any), got \(store.node(some)?.execution as Any)"
            }
            if store.isOptimistic(some) != (status == .notValidated) { return "\(some): is_optimistic" }
            if store.latestVerifiedAncestor(some)?.root != model.latestVerified(some) {
                return "\(some): latest_verified_ancestor"
            }
        }
        return nil
    }
}

@Suite struct OptimisticTests {
    @Test(arguments: 1...60) func agreesWithAPlainModel(_ seed: UInt64) throws {
        var pair = OptimisticPair(seed: seed)
        for step in 0..<80 {
            guard let difference = try pair.step() else { continue }
            Issue.record("seed \(seed), step \(step): \(difference)")
            return
        }
    }

    private static func store() -> (ForkChoiceStore, own: Checkpoint) {
        let own = Checkpoint(epoch: 0, root: root(1))
        let anchor = ForkChoiceBlock.made(
            root(1),
            on: root(0),
            slot: 0,
            payload: root(101),
            justified: own,
            finalized: own
        )
        let store = ForkChoiceStore(
            anchor: anchor,
            genesisTime: 0,
            balances: balances([32_000_000_000]),
            spec: .minimal
        )
        return (store, own)
    }

    /// A timely block gets the boost, and takes it along when it falls.
    @Test func boostOfARefusedBlockIsGone() throws {
        var (store, own) = Self.store()
        func block(_ number: UInt64, on parent: UInt64, _ slot: Slot) -> ForkChoiceBlock {
            .made(
                root(number),
                on: root(parent),
                slot: slot,
                payload: root(100 + number),
                justified: own,
                finalized: own
            )
        }
        store.onTick(store.timeAtSlotMs(2))
        try store.onBlock(block(9, on: 1, 1))
        try store.onBlock(block(2, on: 1, 1))
        try store.onBlock(block(3, on: 2, 2))
        #expect(store.proposerBoostRoot == root(3))
        #expect(try store.getHead().root == root(3))
        #expect(try store.onPayloadVerdict(.invalid(latestValidHash: nil), of: root(3)) == [root(3)])
        #expect(try store.getHead().root == root(9))
        #expect(throws: ForkChoiceError.invalidatedParent(root(3))) { try store.onBlock(block(4, on: 3, 2)) }
    }

    @Test func justifiedBlockThatFallsLeavesNoHead() throws {
        var (store, own) = Self.store()
        let justified = Checkpoint(epoch: 1, root: root(2))
        store.supply(balances([32_000_000_000]), for: justified)
        store.onTick(store.timeAtSlotMs(20))
        try store.onBlock(.made(root(2), on: root(1), slot: 8, payload: root(102), justified: own, finalized: own))
        try store.onBlock(
            .made(root(3), on: root(2), slot: 16, payload: root(103), justified: justified, finalized: own)
        )
        #expect(try store.getHead().root == root(3))
        #expect(try store.onPayloadVerdict(.invalid(latestValidHash: root(101)), of: root(3)) == [root(2), root(3)])
        #expect(throws: ForkChoiceError.invalidatedJustified(justified)) { try store.getHead() }
    }

    @Test func firstPayloadsWaitForSafeSlots() throws {
        var (store, own) = Self.store()
        store.onTick(store.timeAtSlotMs(130))
        try store.onBlock(.made(root(2), on: root(1), slot: 1, payload: Hash32(), justified: own, finalized: own))
        #expect(store.isOptimisticCandidate(parentRoot: root(1), slot: 129))
        #expect(store.isOptimisticCandidate(parentRoot: root(2), slot: 2))
        #expect(!store.isOptimisticCandidate(parentRoot: root(2), slot: 3))
        #expect(store.isOptimisticCandidate(parentRoot: root(2), slot: 3, safeSlots: 10))
        #expect(!store.isOptimisticCandidate(parentRoot: root(2), slot: .max))
        // A block without a payload has nothing that could be optimistic.
        #expect(!store.isOptimistic(root(2)))
    }
}
