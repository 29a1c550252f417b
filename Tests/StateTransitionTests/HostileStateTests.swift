import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

/// Whatever stands in a state, the transition ends with a state or with an error: it never traps and never hangs.
@Suite struct HostileStateTests {
    static let forks = ForkName.allCases

    @Test(arguments: forks)
    func randomDamage(_ fork: ForkName) {
        var succeeded = 0
        var refused = 0
        for seed in 0..<UInt64(250) {
            var random = SplitMix64(seed: seed)
            let sound = SyntheticState.make(fork, validators: 40, using: &random)
            var state = sound
            for _ in 0...random.next() % 3 { damage(&state, &random) }
            var transition = Transition(state: state, spec: .minimal, signatures: .trust)
            do throws(TransitionError) {
                switch random.next() % 3 {
                case 0: try transition.processEpoch()
                case 1: try transition.processSlots(state.slot &+ 1 &+ random.next() % 9)
                default: try transition.upgrade(to: ForkName(rawValue: fork.rawValue + 1) ?? .heze)
                }
                succeeded += 1
            } catch {
                refused += 1
                #expect(!error.description.isEmpty)
            }
        }
        // Neither outcome may be the only one: then the damage, or the states, would be no test.
        #expect(succeeded > 10)
        #expect(refused > 10)
    }

    @Test func slotsTooFarAreRefused() {
        var random = SplitMix64(seed: 1)
        let state = SyntheticState.make(.fulu, validators: 8, using: &random)
        for slot in [0, state.slot, state.slot + Transition.slotLimit + 1, .max] {
            var transition = Transition(state: state, spec: .minimal)
            #expect(throws: TransitionError.self) { try transition.processSlots(slot) }
        }
    }

    /// A number at which arithmetic is likely to go wrong.
    private func extreme(_ random: inout SplitMix64) -> UInt64 {
        switch random.next() % 6 {
        case 0: 0
        case 1: .max
        case 2: .max - random.next() % 1000
        case 3: 1 << (random.next() % 64)
        case 4: random.next()
        default: random.next() % 100
        }
    }

    /// Changes something in the state that no chain would have changed.
    private func damage(_ state: inout BeaconState, _ random: inout SplitMix64) {
        let numbers: [WritableKeyPath<BeaconState, UInt64>] = [
            \.slot, \.eth1DepositIndex, \.depositRequestsStartIndex, \.depositBalanceToConsume,
            \.exitBalanceToConsume, \.earliestExitEpoch, \.consolidationBalanceToConsume,
            \.earliestConsolidationEpoch, \.nextWithdrawalIndex, \.nextWithdrawalValidatorIndex,
            \.finalizedCheckpoint.epoch, \.currentJustifiedCheckpoint.epoch, \.previousJustifiedCheckpoint.epoch,
        ]
        let lists: [WritableKeyPath<BeaconState, PersistentList<UInt64>>] = [
            \.balances, \.inactivityScores, \.slashings,
        ]
        let flags: [WritableKeyPath<BeaconState, PersistentList<UInt8>>] = [
            \.previousEpochParticipation, \.currentEpochParticipation,
        ]
        let roots: [WritableKeyPath<BeaconState, PersistentList<Root>>] = [
            \.blockRoots, \.stateRoots, \.randaoMixes,
        ]
        switch random.next() % 12 {
        case 0, 1: state[keyPath: numbers[Int(random.next() % UInt64(numbers.count))]] = extreme(&random)
        case 2, 3:
            let path = lists[Int(random.next() % 3)]
            let count = state[keyPath: path].count
            if count > 0 { state[keyPath: path][Int(random.next() % UInt64(count))] = extreme(&random) }
        case 4: resize(&state, lists[Int(random.next() % 3)], &random)
        case 5: resize(&state, flags[Int(random.next() % 2)], &random)
        case 6: resize(&state, roots[Int(random.next() % 3)], &random)
        case 7:
            resize(&state, \.validators, &random)
        case 8, 9:
            guard !state.validators.isEmpty else { return }
            let fields: [WritableKeyPath<Validator, UInt64>] = [
                \.effectiveBalance, \.activationEligibilityEpoch, \.activationEpoch, \.exitEpoch, \.withdrawableEpoch,
            ]
            let field = fields[Int(random.next() % 5)]
            let value = extreme(&random)
            let position = Int(random.next() % UInt64(state.validators.count))
            let all = random.next() % 4 == 0
            for i in all ? 0..<state.validators.count : position..<position + 1 {
                state.validators.update(at: i) { $0[keyPath: field] = value }
            }
        case 10:
            state.pendingConsolidations.append(
                PendingConsolidation(sourceIndex: extreme(&random), targetIndex: extreme(&random))
            )
            var deposit = PendingDeposit()
            deposit.amount = extreme(&random)
            deposit.slot = extreme(&random)
            deposit.pubkey = state.validators.isEmpty ? BLSPubkey() : state.validators[0].pubkey
            state.pendingDeposits.append(deposit)
        default:
            state.justificationBits = Bitvector(count: Int(random.next() % 6))
            state.proposerLookahead = Array(repeating: extreme(&random), count: Int(random.next() % 20))
            if random.next() % 2 == 0 { damageBuilders(&state, &random) }
            for i in state.previousEpochAttestations.indices {
                state.previousEpochAttestations[i].data.slot = extreme(&random)
                state.previousEpochAttestations[i].data.index = extreme(&random)
                state.previousEpochAttestations[i].inclusionDelay = extreme(&random)
                state.previousEpochAttestations[i].proposerIndex = extreme(&random)
                state.previousEpochAttestations[i].aggregationBits = Bitlist(count: Int(random.next() % 5))
            }
        }
    }

    private func damageBuilders(_ state: inout BeaconState, _ random: inout SplitMix64) {
        for i in state.builderPendingPayments.indices {
            state.builderPendingPayments[i].weight = extreme(&random)
            state.builderPendingPayments[i].withdrawal.builderIndex = extreme(&random)
        }
        switch random.next() % 3 {
        case 0: state.builderPendingPayments.removeLast(min(1, state.builderPendingPayments.count))
        case 1: state.ptcWindow.removeLast(min(1, state.ptcWindow.count))
        default: state.executionPayloadAvailability = Bitvector(count: Int(random.next() % 3))
        }
    }

    private func resize<Element>(
        _ state: inout BeaconState,
        _ path: WritableKeyPath<BeaconState, PersistentList<Element>>,
        _ random: inout SplitMix64
    ) {
        let elements = Array(state[keyPath: path])
        switch random.next() % 3 {
        case 0: state[keyPath: path] = PersistentList<Element>()
        case 1: state[keyPath: path] = PersistentList(elements.dropLast(Int(random.next() % 5)))
        default: state[keyPath: path] = PersistentList(elements + elements.prefix(3))
        }
    }
}
