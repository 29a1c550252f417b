import ConsensusTypes
import ForkChoice
import Hashing
import SSZ
import Testing

/// A chain in its first epoch, eight validators to a slot, all of whom vote for the block of their slot.
private struct SmallChain {
    static let perSlot: UInt64 = 8
    var store: ForkChoiceStore
    var memory: FastConfirmationStore
    let weights: ActiveBalances
    let own = Checkpoint(epoch: 0, root: root(100))
    /// The last block.
    var tip: UInt64 = 100

    init() throws {
        weights = balances([Gwei](repeating: 32_000_000_000, count: 64))
        let anchor = ForkChoiceBlock.made(
            root(100),
            on: root(0),
            slot: 0,
            payload: root(1),
            justified: own,
            finalized: own
        )
        store = ForkChoiceStore(anchor: anchor, genesisTime: 0, balances: weights, spec: .minimal)
        memory = try FastConfirmationStore(store)
    }

    func committee(_ slot: Slot) -> [ValidatorIndex] {
        let first = slot % 8 * Self.perSlot
        return Array(first..<(first + Self.perSlot))
    }

    /// Begins a slot and, if it is not to stay empty, brings its block.
    mutating func begin(_ slot: Slot, hasBlock: Bool = true, execution: ExecutionStatus = .valid) throws {
        store.onTick(store.timeAtSlotMs(slot))
        guard hasBlock else { return }
        let number = 100 + slot
        let block = ForkChoiceBlock.made(
            root(number),
            on: root(tip),
            slot: slot,
            payload: root(1_000 + slot),
            justified: own,
            finalized: own
        )
        try store.onBlock(block, execution: execution)
        tip = number
    }

    /// The slot's votes, counted as the next slot begins, and the rule.
    mutating func end(_ slot: Slot, voters: Int = 8) throws {
        store.onTick(store.timeAtSlotMs(slot + 1))
        let target = Checkpoint(epoch: slot / 8, root: try #require(store.getCheckpointBlock(root(tip), slot / 8)))
        let data = AttestationData(slot: slot, index: 0, beaconBlockRoot: root(tip), source: own, target: target)
        try store.onAttestation(data, indices: committee(slot).prefix(voters), from: .block)
        try memory.onFastConfirmation(&store, view())
    }

    mutating func view() throws -> FastConfirmationView {
        let needs = try store.fastConfirmationNeeds()
        let committees = Dictionary(uniqueKeysWithValues: needs.slots.map { ($0, committee($0)) })
        return FastConfirmationView(head: needs.head, epoch: needs.epoch, balances: weights, committees: committees)
    }
}

@Suite struct FastConfirmationTests {
    @Test func confirmsWhatEverybodyVotesFor() throws {
        var chain = try SmallChain()
        for slot: Slot in 1...6 {
            try chain.begin(slot)
            try chain.end(slot)
            #expect(chain.memory.confirmedRoot == root(100 + slot))
            #expect(chain.memory.getSafeExecutionBlockHash(chain.store) == root(1_000 + slot))
            #expect(chain.memory.currentSlotHead == root(100 + slot))
        }
        #expect(chain.memory.previousSlotHead == root(105))
    }

    @Test func doesNotConfirmWhatTooFewVoteFor() throws {
        var chain = try SmallChain()
        try chain.begin(1)
        try chain.end(1)
        for slot: Slot in 2...6 {
            try chain.begin(slot)
            try chain.end(slot, voters: 4)
        }
        #expect(chain.memory.confirmedRoot == root(101))
    }

    /// The same votes, but an engine that has not judged the payloads yet.
    @Test func neverConfirmsAnOptimisticBlock() throws {
        var chain = try SmallChain()
        for slot: Slot in 1...6 {
            try chain.begin(slot, execution: slot < 4 ? .valid : .notValidated)
            try chain.end(slot)
        }
        #expect(chain.memory.confirmedRoot == root(103))
        _ = try chain.store.onPayloadVerdict(.valid, of: root(105))
        #expect(try chain.memory.getLatestConfirmed(&chain.store, chain.view()) == root(105))
    }

    @Test func asksForCommitteesOfEmptySlotsAndOfEquivocators() throws {
        var chain = try SmallChain()
        try chain.begin(1)
        try chain.end(1)
        #expect(try chain.store.fastConfirmationNeeds().slots == [])
        try chain.begin(2, hasBlock: false)
        try chain.begin(3, hasBlock: false)
        try chain.begin(4)
        #expect(try chain.store.fastConfirmationNeeds().slots == [2, 3])
        var slashing = AttesterSlashing()
        slashing.attestation1.attestingIndices = [3]
        slashing.attestation2.attestingIndices = [3]
        slashing.attestation2.data.beaconBlockRoot = root(5)
        try chain.store.onAttesterSlashing(slashing)
        #expect(try chain.store.fastConfirmationNeeds().slots == [0, 1, 2, 3])
    }

    @Test func refusesAViewThatIsNotOfNow() throws {
        var chain = try SmallChain()
        try chain.begin(1)
        let old = try chain.view()
        try chain.begin(4)
        var memory = chain.memory
        #expect(throws: ForkChoiceError.staleView(expected: root(104), got: root(101))) {
            try memory.onFastConfirmation(&chain.store, old)
        }
        let blind = FastConfirmationView(head: root(104), epoch: 0, balances: chain.weights, committees: [:])
        #expect(throws: ForkChoiceError.missingCommittee(2)) {
            chain.store.onTick(chain.store.timeAtSlotMs(5))
            let voters = UInt64(0)..<64
            let data = AttestationData(
                slot: 4,
                index: 0,
                beaconBlockRoot: root(104),
                source: chain.own,
                target: chain.own
            )
            try chain.store.onAttestation(data, indices: voters, from: .block)
            try memory.onFastConfirmation(&chain.store, blind)
        }
        let late = FastConfirmationView(head: root(104), epoch: 1, balances: chain.weights, committees: [:])
        #expect(throws: ForkChoiceError.staleViewEpoch(expected: 0, got: 1)) {
            try memory.onFastConfirmation(&chain.store, late)
        }
        // None of it counted as this slot's run.
        #expect(memory.currentSlotHead == root(100))
        try memory.onFastConfirmation(&chain.store, try chain.view())
        #expect(memory.currentSlotHead == root(104))
        #expect(memory.confirmedRoot == root(104))
    }

    @Test func takesUpWhatWasConfirmedBeforeARestart() throws {
        var chain = try SmallChain()
        for slot: Slot in 1...4 { try chain.begin(slot) }
        let memory = chain.memory
        #expect(try memory.getRestartResilientConfirmedRoot(&chain.store, before: root(102)) == root(102))
        #expect(try memory.getRestartResilientConfirmedRoot(&chain.store, before: root(999)) == root(100))
        // Beside the head.
        try chain.store.onBlock(
            .made(root(7), on: root(101), slot: 3, payload: root(8), justified: chain.own, finalized: chain.own)
        )
        try chain.end(4)
        #expect(try memory.getRestartResilientConfirmedRoot(&chain.store, before: root(7)) == root(100))
        // It should be final by slot 24, and is not.
        chain.store.onTick(chain.store.timeAtSlotMs(24))
        #expect(try memory.getRestartResilientConfirmedRoot(&chain.store, before: root(102)) == root(100))
    }
}
