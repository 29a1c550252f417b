import ConsensusTypes
import SSZ
import TestSupport
import Testing

@testable import StateTransition

/// What fork choice asks behind every block against the rule written out one validator at a time.
@Suite struct TargetBalancesTests {
    private let spec = ChainSpec.minimal

    private func model(_ state: BeaconState, _ flags: PersistentList<ParticipationFlags>, _ epoch: Epoch) -> UInt128 {
        zip(state.validators, flags).reduce(0) { sum, pair in
            let (validator, flags) = pair
            let isActive = validator.activationEpoch <= epoch && epoch < validator.exitEpoch
            return sum + (flags & 2 != 0 && isActive && !validator.slashed ? UInt128(validator.effectiveBalance) : 0)
        }
    }

    /// More validators than a chunk, and than a core's part, hold.
    @Test(arguments: [(1, UInt64(1)), (5_000, 2), (5_000, 3), (140_000, 4)])
    func theyAreThoseOfTheRule(count: Int, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var state = SyntheticState.make(.fulu, validators: count, using: &random)
        // Balances that no chain has: their sum takes more than 64 bits.
        for i in stride(from: 0, to: count, by: 7) {
            state.validators.update(at: i) { $0.effectiveBalance = .max - UInt64(i) }
        }
        let transition = Transition(state: state, spec: spec)
        let found = try transition.targetBalances(transition.summarizeRegistry())
        let epoch = transition.currentEpoch
        #expect(found.previous == model(state, state.previousEpochParticipation, epoch - 1), "seed \(seed)")
        #expect(found.current == model(state, state.currentEpochParticipation, epoch), "seed \(seed)")
        // The same that the end of the epoch finds with its marks.
        var marked = try transition.summarizeRegistry()
        var copy = transition
        try copy.summarizeParticipation(&marked)
        #expect(found.previous == marked.previousBalances[1])
        #expect(found.current == marked.currentTargetBalance)
    }

    /// A list that ends before an active validator's entry is an error, not a guess.
    @Test func aShortListIsRefused() throws {
        var random = SplitMix64(seed: 5)
        var state = SyntheticState.make(.fulu, validators: 100, using: &random)
        state.validators.update(at: 99) {
            $0.activationEpoch = 0
            $0.exitEpoch = farFutureEpoch
        }
        state.currentEpochParticipation.replaceAll(with: repeatElement(7, count: 99))
        var transition = Transition(state: state, spec: spec)
        #expect(throws: TransitionError.self) { try transition.processJustificationAndFinalization() }
    }
}
