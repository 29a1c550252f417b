import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

/// Withdrawals since gloas against the rules written out on plain arrays.
@Suite struct BuilderWithdrawalTests {
    @Test(arguments: [ForkName.gloas, .heze])
    func expectedWithdrawalsAreThoseOfTheModel(_ fork: ForkName) throws {
        let spec = SyntheticState.spec(upTo: fork)
        let first = Seed.first / 2
        var lengths: Set<Int> = []
        var builders = 0
        for seed in first..<first + 300 {
            var random = SplitMix64(seed: seed)
            var state = SyntheticState.withBuilders(fork, validators: 24, using: &random)
            if random.next() % 8 == 0 { state.builders.removeAll() }
            if state.builders.isEmpty {
                state.builderPendingWithdrawals.removeAll()
                state.nextWithdrawalBuilderIndex = 0
            }
            let model = Model(state, spec.preset)
            var transition = Transition(state: state, spec: spec)
            let expected = try transition.getExpectedWithdrawals()
            #expect(expected.withdrawals == model.withdrawals, "seed \(seed)")
            try transition.processWithdrawals()
            let after = transition.state
            #expect(Array(after.balances) == model.balances, "seed \(seed)")
            #expect(after.builders.map(\.balance) == model.builders.map(\.balance), "seed \(seed)")
            #expect(after.payloadExpectedWithdrawals == model.withdrawals, "seed \(seed)")
            #expect(Array(after.builderPendingWithdrawals) == model.builderQueue, "seed \(seed)")
            #expect(Array(after.pendingPartialWithdrawals) == model.partialQueue, "seed \(seed)")
            #expect(after.nextWithdrawalBuilderIndex == model.nextBuilder, "seed \(seed)")
            #expect(after.nextWithdrawalValidatorIndex == model.nextValidator, "seed \(seed)")
            lengths.insert(model.withdrawals.count)
            builders += model.withdrawals.filter { isBuilderIndex($0.validatorIndex) }.count
        }
        // Both full and partly filled payloads, and builders in them, or the test reaches little.
        #expect(lengths.count > 1 && lengths.contains(Int(spec.preset.maxWithdrawalsPerPayload)) && builders > 100)
    }

    @Test func anEmptyParentLeavesTheWithdrawalsDue() throws {
        let spec = SyntheticState.spec(upTo: .gloas)
        var random = SplitMix64(seed: 3)
        var state = SyntheticState.withBuilders(.gloas, validators: 24, using: &random)
        state.latestBlockHash = SyntheticState.root(&random)
        var transition = Transition(state: state, spec: spec)
        try transition.processWithdrawals()
        #expect(transition.state == state)
    }

    @Test func beforeGloasThereMustBeAPayload() throws {
        var random = SplitMix64(seed: 3)
        let state = SyntheticState.make(.fulu, validators: 24, using: &random)
        var transition = Transition(state: state, spec: .minimal)
        #expect(throws: TransitionError.self) { try transition.processWithdrawals() }
    }

    /// `process_withdrawals`, step by step.
    private struct Model {
        var balances: [Gwei]
        var builders: [Builder]
        var builderQueue: [BuilderPendingWithdrawal]
        var partialQueue: [PendingPartialWithdrawal]
        var nextBuilder: BuilderIndex
        var nextValidator: ValidatorIndex
        var withdrawals: [Withdrawal] = []

        init(_ state: BeaconState, _ preset: Preset) {
            balances = Array(state.balances)
            builders = Array(state.builders)
            builderQueue = Array(state.builderPendingWithdrawals)
            partialQueue = Array(state.pendingPartialWithdrawals)
            nextBuilder = state.nextWithdrawalBuilderIndex
            nextValidator = state.nextWithdrawalValidatorIndex
            let flag: UInt64 = 1 << 40
            let epoch = state.slot / preset.slotsPerEpoch
            let most = Int(preset.maxWithdrawalsPerPayload)
            let validators = Array(state.validators)

            func left(_ index: UInt64, _ balance: Gwei) -> Gwei {
                let gone = withdrawals.filter { $0.validatorIndex == index }.map(\.amount).reduce(0, +)
                return balance > gone ? balance - gone : 0
            }
            func add(_ index: UInt64, _ address: ExecutionAddress, _ amount: Gwei) {
                withdrawals.append(
                    Withdrawal(
                        index: state.nextWithdrawalIndex + UInt64(withdrawals.count),
                        validatorIndex: index,
                        address: address,
                        amount: amount
                    )
                )
            }
            func address(_ validator: Validator) -> ExecutionAddress {
                ExecutionAddress(Array(validator.withdrawalCredentials.bytes.suffix(20))) ?? ExecutionAddress()
            }
            while let first = builderQueue.first, withdrawals.count < most - 1 {
                add(first.builderIndex | flag, first.feeRecipient, first.amount)
                builderQueue.removeFirst()
            }
            let partialMost = min(
                withdrawals.count + Int(preset.maxPendingPartialsPerWithdrawalsSweep),
                most - 1
            )
            while let first = partialQueue.first, first.withdrawableEpoch <= epoch, withdrawals.count < partialMost {
                let owner = validators[Int(first.validatorIndex)]
                let balance = left(first.validatorIndex, balances[Int(first.validatorIndex)])
                let minimum = preset.minActivationBalance
                if owner.exitEpoch == farFutureEpoch, owner.effectiveBalance >= minimum, balance > minimum {
                    add(first.validatorIndex, address(owner), min(balance - minimum, first.amount))
                }
                partialQueue.removeFirst()
            }
            for _ in 0..<min(builders.count, Int(preset.maxBuildersPerWithdrawalsSweep)) {
                if withdrawals.count >= most - 1 { break }
                let builder = builders[Int(nextBuilder)]
                let balance = left(nextBuilder | flag, builder.balance)
                if builder.withdrawableEpoch <= epoch, balance > 0 {
                    add(nextBuilder | flag, builder.executionAddress, balance)
                }
                nextBuilder = (nextBuilder + 1) % UInt64(builders.count)
            }
            var index = nextValidator
            for _ in 0..<min(validators.count, Int(preset.maxValidatorsPerWithdrawalsSweep)) {
                if withdrawals.count >= most { break }
                let owner = validators[Int(index)]
                let prefix = owner.withdrawalCredentials.bytes[0]
                let balance = left(index, balances[Int(index)])
                let maximum = prefix == 2 ? preset.maxEffectiveBalanceElectra : preset.minActivationBalance
                if prefix == 1 || prefix == 2 {
                    if owner.withdrawableEpoch <= epoch, balance > 0 {
                        add(index, address(owner), balance)
                    } else if owner.effectiveBalance == maximum, balance > maximum {
                        add(index, address(owner), balance - maximum)
                    }
                }
                index = (index + 1) % UInt64(validators.count)
            }
            for withdrawal in withdrawals {
                let index = withdrawal.validatorIndex
                if index >= flag {
                    let at = Int(index - flag)
                    builders[at].balance -= min(builders[at].balance, withdrawal.amount)
                } else {
                    balances[Int(index)] -= withdrawal.amount
                }
            }
            if withdrawals.count == most, let last = withdrawals.last {
                nextValidator = (last.validatorIndex + 1) % UInt64(validators.count)
            } else {
                nextValidator = (nextValidator + preset.maxValidatorsPerWithdrawalsSweep) % UInt64(validators.count)
            }
        }
    }
}
