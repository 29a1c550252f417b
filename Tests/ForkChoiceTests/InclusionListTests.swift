import ConsensusTypes
import ForkChoice
import Hashing
import SSZ
import Testing

struct InclusionListTests {
    private static let slot: Slot = 9

    private func list(_ validator: ValidatorIndex, _ transactions: [[UInt8]], slot: Slot = slot) -> SignedInclusionList
    {
        SignedInclusionList(
            message: InclusionList(
                slot: slot,
                validatorIndex: validator,
                dependentRoot: root(1),
                transactions: transactions
            ),
            signature: BLSSignature()
        )
    }

    private func transactions(_ store: InclusionListStore, onlyTimely: Bool = true) -> [[UInt8]] {
        store.transactions(slot: Self.slot, dependentRoot: root(1), onlyTimely: onlyTimely)
    }

    @Test func transactionsCountOnceAndOnlyInTime() {
        var store = InclusionListStore()
        store.process(list(3, [[1], [2]]), isTimely: true)
        store.process(list(2, [[2], [3]]), isTimely: true)
        store.process(list(4, [[4]]), isTimely: false)
        #expect(transactions(store) == [[2], [3], [1]])
        #expect(transactions(store, onlyTimely: false) == [[2], [3], [1], [4]])
        #expect(store.transactions(slot: Self.slot, dependentRoot: root(2)).isEmpty)
        // Late once is late: the same list in time changes nothing.
        store.process(list(4, [[4]]), isTimely: true)
        #expect(transactions(store).count == 3)
    }

    @Test func equivocatorsDoNotCount() {
        var store = InclusionListStore()
        store.process(list(3, [[1]]), isTimely: true)
        store.process(list(3, [[1]]), isTimely: true)
        #expect(transactions(store) == [[1]])
        store.process(list(3, [[2]]), isTimely: true)
        #expect(transactions(store).isEmpty)
        let committee: [ValidatorIndex] = [5, 3, 2]
        store.process(list(2, [[7]]), isTimely: true)
        #expect(store.bits(committee: committee, slot: Self.slot, dependentRoot: root(1)) == [false, false, true])
        func isInclusive(_ bits: [Bool]) -> Bool {
            store.isInclusive(bits, committee: committee, slot: Self.slot, dependentRoot: root(1))
        }
        #expect(isInclusive([false, false, true]) && isInclusive([true, true, true]))
        #expect(!isInclusive([true, true, false]) && !isInclusive([]))
    }

    @Test func oldListsAreForgotten() {
        var store = InclusionListStore()
        store.process(list(3, [[1]]), isTimely: true)
        store.prune(before: Self.slot)
        #expect(store.contains(list(3, [[1]]).message))
        store.prune(before: Self.slot + 1)
        #expect(!store.contains(list(3, [[1]]).message))
    }

    /// The checks of a list that need no state, and how long it counts as timely.
    @Test func storeTakesListsOfItsBranchesOnly() throws {
        var config = Config.minimal
        for fork in [
            \Config.altairForkEpoch, \.bellatrixForkEpoch, \.capellaForkEpoch, \.denebForkEpoch, \.electraForkEpoch,
            \.fuluForkEpoch, \.gloasForkEpoch, \.hezeForkEpoch,
        ] { config[keyPath: fork] = 0 }
        let spec = ChainSpec(preset: .minimal, config: config)
        let own = Checkpoint(epoch: 0, root: root(1))
        func block(_ number: UInt64, on parent: UInt64, slot: Slot) -> ForkChoiceBlock {
            .made(root(number), on: root(parent), slot: slot, payload: root(9), justified: own, finalized: own)
        }
        let committees = BlockCommittees(ptc: Array(repeating: 0, count: Int(spec.preset.ptcSize)), slot: [])
        var store = ForkChoiceStore(
            anchor: block(1, on: 0, slot: 0),
            genesisTime: 0,
            balances: balances([32_000_000_000]),
            spec: spec
        )
        let start = store.timeAtSlotMs(Self.slot)
        store.onTick(start)
        try store.onBlock(block(2, on: 1, slot: 8), committees: committees)
        try store.onBlock(block(3, on: 2, slot: 9), committees: committees)
        try store.onInclusionList(list(0, [[1]]))
        store.onTick(start + config.slotDurationMs * config.inclusionListDueBps / 10_000)
        try store.onInclusionList(list(1, [[2]]))
        #expect(transactions(store.inclusionLists) == [[1]])
        #expect(transactions(store.inclusionLists, onlyTimely: false) == [[1], [2]])
        var wrong = list(0, [[1]])
        wrong.message.dependentRoot = root(2)
        #expect(throws: ForkChoiceError.notDependentBlock(root(2), dependentSlot: 0)) {
            try store.onInclusionList(wrong)
        }
        #expect(throws: ForkChoiceError.emptyInclusionList) { try store.onInclusionList(list(0, [])) }
        #expect(throws: ForkChoiceError.emptyInclusionList) { try store.onInclusionList(list(0, [[1], []])) }
        let large = [UInt8](repeating: 1, count: Int(config.maxTransactionsBytesPerInclusionList) + 1)
        #expect(throws: ForkChoiceError.self) { try store.onInclusionList(list(0, [large])) }
        #expect(throws: ForkChoiceError.inclusionListSlot(expected: 8...9, got: 10)) {
            try store.onInclusionList(list(0, [[1]], slot: 10))
        }
        // The next slot's block must have what was asked for in time.
        store.onTick(store.timeAtSlotMs(10))
        try store.onBlock(block(4, on: 3, slot: 10), committees: committees)
        #expect(store.inclusionListTransactions(forPayloadOf: root(4)) == [[1]])
        try store.onExecutionPayloadEnvelope(root(4), satisfiesInclusionLists: false)
        store.onTick(store.timeAtSlotMs(11))
        #expect(!store.shouldExtendPayload(root(4)))
        try store.recordInclusionListSatisfaction(root(4), true)
        #expect(store.shouldExtendPayload(root(4)))
    }
}

struct TerminalBlockTests {
    private func judge(_ config: Config, _ parent: Hash32, _ known: [PowBlock]) -> ForkChoiceError? {
        do throws(ForkChoiceError) {
            try ForkChoiceStore.validateMergeBlock(
                slot: 16,
                parentHash: parent,
                spec: ChainSpec(preset: .minimal, config: config)
            ) { hash in known.first { $0.blockHash == hash } }
            return nil
        } catch {
            return error
        }
    }

    @Test func difficultyMustBeCrossed() {
        var config = Config.minimal
        config.terminalTotalDifficulty = "256"
        func chain(_ parent: UInt64, _ block: UInt64) -> [PowBlock] {
            [
                PowBlock(blockHash: root(1), parentHash: root(0), totalDifficulty: UInt256(parent)),
                PowBlock(blockHash: root(2), parentHash: root(1), totalDifficulty: UInt256(block)),
            ]
        }
        #expect(judge(config, root(2), chain(255, 256)) == nil)
        #expect(judge(config, root(2), chain(1, 65536)) == nil)
        let early = ForkChoiceError.notTerminal(block: "255", parent: "254", terminal: "256")
        #expect(judge(config, root(2), chain(254, 255)) == early)
        let late = ForkChoiceError.notTerminal(block: "257", parent: "256", terminal: "256")
        #expect(judge(config, root(2), chain(256, 257)) == late)
        #expect(judge(config, root(1), chain(255, 256)) == .unknownPowBlock(root(0)))
        #expect(judge(config, root(3), chain(255, 256)) == .unknownPowBlock(root(3)))
        for text in ["", "1e9", "115792089237316195423570985008687907853269984665640564039457584007913129639936"] {
            config.terminalTotalDifficulty = text
            #expect(judge(config, root(2), chain(255, 256)) == .terminalTotalDifficulty(text))
        }
    }

    @Test func configuredBlockOverridesDifficulty() {
        var config = Config.minimal
        config.terminalBlockHash = root(7)
        config.terminalBlockHashActivationEpoch = 2
        #expect(judge(config, root(7), []) == nil)
        #expect(judge(config, root(6), []) == .terminalBlockHash(expected: root(7), got: root(6)))
        config.terminalBlockHashActivationEpoch = 3
        #expect(judge(config, root(7), []) == .terminalBlockEpoch(expected: 3, got: 2))
    }
}
