import ConsensusTypes
import Hashing
import Testing

@testable import ForkChoice

/// A network that does not finalize for two weeks.
@Suite struct LongChainTests {
    private static let slots: UInt64 = 100_000
    private static let validators: UInt64 = 2_048

    private let own = Checkpoint(epoch: 0, root: root(1))
    private let weights = balances([Gwei](repeating: 32_000_000_000, count: Int(Self.validators)))

    private func store() -> ForkChoiceStore {
        ForkChoiceStore(anchor: .anchor, genesisTime: 0, balances: weights, spec: .minimal)
    }

    private func block(_ number: UInt64, on parent: UInt64, slot: Slot) -> ForkChoiceBlock {
        .made(root(number), on: root(parent), slot: slot, payload: root(number), justified: own, finalized: own)
    }

    private func vote(for number: UInt64, at slot: Slot, _ store: ForkChoiceStore) throws -> AttestationData {
        let target = Checkpoint(
            epoch: slot / 8,
            root: try #require(store.getCheckpointBlock(root(number), slot / 8))
        )
        return AttestationData(slot: slot, index: 0, beaconBlockRoot: root(number), source: own, target: target)
    }

    /// A block each slot, a branch every tenth, eight votes each; then finality, and all of it goes.
    @Test func hundredThousandSlotsWithoutFinality() throws {
        var store = store()
        let clock = ContinuousClock()
        store.onTick(store.timeAtSlotMs(Self.slots + 1))
        var slowest = Duration.zero
        let building = try clock.measure {
            for slot in 1...Self.slots {
                let took = try clock.measure {
                    try store.onBlock(block(slot + 1, on: slot, slot: slot), execution: .valid)
                }
                slowest = max(slowest, took)
                if slot % 10 == 0 { try store.onBlock(block(1_000_000 + slot, on: slot, slot: slot)) }
                let first = slot * 8 % Self.validators
                try store.onAttestation(
                    try vote(for: slot + 1, at: slot, store),
                    indices: first..<(first + 8),
                    from: .block
                )
            }
        }
        let tip = Self.slots + 1
        var heads: [Duration] = []
        for _ in 0..<5 {
            var head = Root()
            heads.append(try clock.measure { head = try store.getHead().root })
            #expect(head == root(tip))
        }
        #expect(store.nodes.count == 1 + Int(Self.slots) + Int(Self.slots / 10))

        #expect(store.latestMessages.count == Int(Self.validators))
        #expect(store.balances.count == 1)
        let bytes = store.tree.bytes
        print(
            "100,000 slots without finality: built in \(building), slowest block \(slowest), "
                + "head in \(heads.min() ?? .zero), \(bytes >> 20) MiB of blocks"
        )
        // A timely block has its head computed and is boosted.
        store.onTick(store.timeAtSlotMs(Self.slots + 2))
        let timely = try clock.measure { try store.onBlock(block(tip + 1, on: tip, slot: Self.slots + 2)) }
        #expect(store.proposerBoostRoot == root(tip + 1))
        print("a timely block on top: \(timely)")

        let epoch = Self.slots / 8 - 1
        let finalized = Checkpoint(epoch: epoch, root: root(epoch * 8 + 1))
        let justified = Checkpoint(epoch: epoch + 1, root: root(epoch * 8 + 9))
        store.supply(weights, for: justified)
        var last = block(tip + 2, on: tip + 1, slot: Self.slots + 3)
        last.justified = justified
        last.finalized = finalized
        last.unrealizedJustified = justified
        last.unrealizedFinalized = finalized
        store.onTick(store.timeAtSlotMs(Self.slots + 3))
        try store.onBlock(last)
        #expect(store.finalizedCheckpoint == finalized)
        let dropped = store.prune()
        #expect(store.nodes.count < 20)
        #expect(dropped.count + store.nodes.count == 3 + Int(Self.slots) + Int(Self.slots / 10))
        #expect(try store.getHead().root == root(tip + 2))
    }

    /// A branch beside the finalized block is refused at any depth, however long it has been.
    @Test func branchesBesideTheFinalizedBlockAreRefused() throws {
        var store = store()
        store.onTick(store.timeAtSlotMs(400))
        for slot: Slot in 1...300 {
            try store.onBlock(block(slot + 1, on: slot, slot: slot))
            if slot >= 100 { try store.onBlock(block(1_000 + slot, on: slot == 100 ? 100 : 999 + slot, slot: slot)) }
        }
        let finalized = Checkpoint(epoch: 20, root: root(161))
        let justified = Checkpoint(epoch: 21, root: root(169))
        store.supply(weights, for: justified)
        var last = block(5_000, on: 301, slot: 301)
        (last.justified, last.unrealizedJustified) = (justified, justified)
        (last.finalized, last.unrealizedFinalized) = (finalized, finalized)
        try store.onBlock(last)
        for parent: UInt64 in [1_170, 1_300] {
            #expect(throws: ForkChoiceError.conflictsWithFinalized(expected: root(161), got: root(1_160))) {
                try store.onBlock(block(6_000, on: parent, slot: 310))
            }
        }
        #expect(try store.getHead().root == root(5_000))
        _ = store.prune()
        try store.onBlock(block(6_001, on: 5_000, slot: 310))
        #expect(store.contains(root(6_001)))
    }

    /// One branch is finalized while another, later one is justified: no block is lost that a head is looked for from.
    @Test func aCheckpointOnAnotherBranchKeepsItsBlocks() throws {
        var store = store()
        store.onTick(store.timeAtSlotMs(400))
        for slot: Slot in 1...175 {
            try store.onBlock(block(slot + 1, on: slot, slot: slot))
            if slot >= 100 { try store.onBlock(block(1_000 + slot, on: slot == 100 ? 100 : 999 + slot, slot: slot)) }
        }
        func add(_ number: UInt64, on parent: UInt64, _ slot: Slot, _ justified: Checkpoint, _ finalized: Checkpoint)
            throws
        {
            store.supply(weights, for: justified)
            var next = block(number, on: parent, slot: slot)
            (next.justified, next.unrealizedJustified) = (justified, justified)
            (next.finalized, next.unrealizedFinalized) = (finalized, finalized)
            try store.onBlock(next)
        }
        let genesis = store.finalizedCheckpoint
        let elsewhere = Checkpoint(epoch: 21, root: root(1_168))
        let finalized = Checkpoint(epoch: 19, root: root(153))
        try add(2_000, on: 1_175, 176, elsewhere, genesis)
        try add(3_000, on: 176, 177, Checkpoint(epoch: 20, root: root(161)), finalized)
        #expect(store.justifiedCheckpoint == elsewhere)
        #expect(store.finalizedCheckpoint == finalized)
        #expect(store.prune() == [])
        // Nothing below the justified block may win: the spec's head is that block itself.
        #expect(try store.getHead().root == elsewhere.root)
        try store.onBlock(block(3_001, on: 3_000, slot: 178))
        #expect(throws: ForkChoiceError.self) { try store.onBlock(block(2_001, on: 2_000, slot: 178)) }

        try add(3_002, on: 3_001, 190, Checkpoint(epoch: 22, root: root(176)), finalized)
        #expect(try store.getHead().root == root(3_002))
        #expect(store.prune().contains(elsewhere.root))
        #expect(try store.getHead().root == root(3_002))
    }

    /// Justification that never becomes finality leaves no balances behind.
    @Test func balancesOfPastCheckpointsAreLetGo() throws {
        var store = store()
        store.onTick(store.timeAtSlotMs(4_000))
        for slot: Slot in 1...3_000 {
            var next = block(slot + 1, on: slot, slot: slot)
            if slot > 24 {
                let epoch = (slot / 8 - 2) & ~1
                let justified = Checkpoint(epoch: epoch, root: root(epoch * 8 + 1))
                if epoch > store.justifiedCheckpoint.epoch { store.supply(weights, for: justified) }
                (next.justified, next.unrealizedJustified) = (justified, justified)
            }
            try store.onBlock(next)
            #expect(store.balances.count <= 2)
            #expect(store.hasBalances(store.justifiedCheckpoint))
        }
        #expect(store.justifiedCheckpoint.epoch > 300)
        #expect(try store.getHead().root == root(3_001))
    }
}
