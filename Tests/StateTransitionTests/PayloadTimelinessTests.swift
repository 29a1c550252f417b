import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

/// The committees that attest to payloads, and the window of them that a state keeps.
@Suite struct PayloadTimelinessTests {
    private let spec: ChainSpec

    init() {
        var config = Config.minimal
        config.gloasForkEpoch = 0
        spec = ChainSpec(preset: .minimal, config: config)
    }

    private func state(_ seed: UInt64, validators: Int = 200) -> BeaconState {
        var random = SplitMix64(seed: seed)
        return SyntheticState.make(.gloas, validators: validators, spec: spec, using: &random)
    }

    /// The rule written out: all committees of the slot in a row, each member with the chance of its balance.
    private func model(_ transition: inout Transition, _ slot: Slot) throws -> [ValidatorIndex] {
        let epoch = slot / spec.preset.slotsPerEpoch
        var candidates: [ValidatorIndex] = []
        for index in 0..<(try transition.getCommitteeCountPerSlot(epoch)) {
            candidates += Array(try transition.getBeaconCommittee(slot, index))
        }
        func bytes(_ number: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
        let seed = SHA256.hash(transition.getSeed(epoch, .ptcAttester).bytes + bytes(slot))
        var drawn: [ValidatorIndex] = []
        var i: UInt64 = 0
        while UInt64(drawn.count) < spec.preset.ptcSize {
            let hash = SHA256.hash(seed.bytes + bytes(i / 16)).bytes
            let offset = Int(i % 16) * 2
            let random = UInt64(hash[offset]) + 256 * UInt64(hash[offset + 1])
            let candidate = candidates[Int(i % UInt64(candidates.count))]
            let balance = transition.state.validators[Int(candidate)].effectiveBalance
            if balance * 65535 >= spec.preset.maxEffectiveBalanceElectra * random { drawn.append(candidate) }
            i += 1
        }
        return drawn
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func committeesAreThoseOfTheRule(_ seed: UInt64) throws {
        var transition = Transition(state: state(seed), spec: spec)
        let start = transition.currentEpoch * spec.preset.slotsPerEpoch
        for slot in start..<start + 2 * spec.preset.slotsPerEpoch {
            let expected = try model(&transition, slot)
            #expect(try transition.computePtc(slot) == expected, "seed \(seed), slot \(slot)")
        }
    }

    @Test func theWindowMovesAnEpochAhead() throws {
        let state = state(4)
        let slots = spec.preset.slotsPerEpoch
        var transition = Transition(state: state, spec: spec)
        let epoch = transition.currentEpoch
        try transition.processSlots(state.slot + 1)
        let window = transition.state.ptcWindow
        #expect(Array(window.prefix(2 * Int(slots))) == Array(state.ptcWindow.suffix(2 * Int(slots))))
        var fresh = Transition(state: transition.state, spec: spec)
        for offset in 0..<slots {
            let slot = (epoch + 2) * slots + offset
            #expect(try transition.getPtc(slot) == fresh.computePtc(slot))
            #expect(try transition.getPtc(slot) == model(&fresh, slot))
            #expect(try transition.getPtc(slot - 2 * slots) == window[Int(offset)])
        }
        for slot in [0, epoch * slots - 1, (epoch + 3) * slots, .max] {
            #expect(throws: TransitionError.self) { try transition.getPtc(slot) }
        }
        transition.state.ptcWindow.removeLast()
        #expect(throws: TransitionError.self) { try transition.getPtc((epoch + 3) * slots - 1) }
    }

    /// Committees of the epoch after the next are shared at an epoch's end; a late block makes a branch of its own.
    @Test func branchesDoNotShareWhatTheyDisagreeOn() throws {
        let early = state(5)
        var late = early
        late.latestBlockHeader.slot = early.slot
        late.latestBlockHeader.bodyRoot = Root([UInt8](repeating: 7, count: 32)) ?? Root()
        let position = Int((early.slot / spec.preset.slotsPerEpoch) % spec.preset.epochsPerHistoricalVector)
        late.randaoMixes[position] = Bytes32([UInt8](repeating: 8, count: 32)) ?? Bytes32()
        let caches = TransitionCaches()
        var windows: [[[ValidatorIndex]]] = []
        for state in [early, late] {
            var shared = Transition(state: state, spec: spec, caches: caches)
            var alone = Transition(state: state, spec: spec)
            try shared.processSlots(state.slot + 1)
            try alone.processSlots(state.slot + 1)
            #expect(shared.state.ptcWindow == alone.state.ptcWindow)
            windows.append(shared.state.ptcWindow)
            // What the end of the epoch left in the cache serves the next one.
            try shared.processSlots(state.slot + 1 + spec.preset.slotsPerEpoch)
            try alone.processSlots(state.slot + 1 + spec.preset.slotsPerEpoch)
            #expect(shared.state == alone.state)
        }
        #expect(windows[0] != windows[1])
    }

    /// Who asks for a committee that blocks may still change gets the answer of the moment, and spoils nothing.
    @Test func askingEarlyIsNotRemembered() throws {
        var transition = Transition(state: state(9), spec: spec)
        let slot = (transition.currentEpoch + 2) * spec.preset.slotsPerEpoch
        let early = try transition.computePtc(slot)
        let position = Int(transition.currentEpoch % spec.preset.epochsPerHistoricalVector)
        transition.state.randaoMixes[position] = Bytes32([UInt8](repeating: 8, count: 32)) ?? Bytes32()
        transition.state.latestBlockHeader.bodyRoot = Root([UInt8](repeating: 7, count: 32)) ?? Root()
        let late = try transition.computePtc(slot)
        var fresh = Transition(state: transition.state, spec: spec)
        #expect(try late == fresh.computePtc(slot))
        #expect(late != early)
    }

    @Test func slashedValidatorsAreNotDrawnToPropose() throws {
        var state = state(6, validators: 40)
        for i in 0..<40 {
            state.validators.update(at: i) {
                $0.slashed = i != 11
                $0.activationEpoch = 0
                $0.exitEpoch = farFutureEpoch
            }
        }
        var transition = Transition(state: state, spec: spec)
        let drawn = try transition.getBeaconProposerIndices(transition.currentEpoch + 2)
        #expect(drawn == Array(repeating: 11, count: Int(spec.preset.slotsPerEpoch)))
        try transition.processSlots(state.slot + 1)
        #expect(Array(transition.state.proposerLookahead.suffix(drawn.count)) == drawn)
    }

    @Test func paymentsThatEnoughAttestedAreDue() throws {
        let state = state(7)
        var transition = Transition(state: state, spec: spec)
        let quorum = try transition.getTotalActiveBalance() / spec.preset.slotsPerEpoch * 6 / 10
        let slots = Int(spec.preset.slotsPerEpoch)
        let due = state.builderPendingPayments.prefix(slots).filter { $0.weight >= quorum }.map(\.withdrawal)
        #expect(!due.isEmpty && due.count < slots)
        try transition.processBuilderPendingPayments()
        #expect(Array(transition.state.builderPendingWithdrawals) == Array(state.builderPendingWithdrawals) + due)
        #expect(
            transition.state.builderPendingPayments
                == Array(state.builderPendingPayments.suffix(slots))
                + Array(repeating: BuilderPendingPayment(), count: slots)
        )
    }

    @Test func theNextSlotsPayloadIsNotThere() throws {
        var state = state(8)
        state.executionPayloadAvailability = Bitvector(repeatElement(true, count: 64))
        var transition = Transition(state: state, spec: spec)
        try transition.processSlots(state.slot + 3)
        let absent = (0..<64).filter { !transition.state.executionPayloadAvailability[$0] }
        #expect(absent == (1...3).map { Int((state.slot + $0) % 64) }.sorted())
    }
}
