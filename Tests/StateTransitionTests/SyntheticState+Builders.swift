import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import TestSupport

extension SyntheticState {
    /// Rules under which all forks up to `fork` began with the chain, and later ones never do.
    static func spec(upTo fork: ForkName) -> ChainSpec {
        var config = Config.minimal
        for (each, path) in [
            (ForkName.altair, \Config.altairForkEpoch), (.bellatrix, \.bellatrixForkEpoch),
            (.capella, \.capellaForkEpoch), (.deneb, \.denebForkEpoch), (.electra, \.electraForkEpoch),
            (.fulu, \.fuluForkEpoch), (.gloas, \.gloasForkEpoch), (.heze, \.hezeForkEpoch),
        ] {
            config[keyPath: path] = each <= fork ? 0 : farFutureEpoch
        }
        return ChainSpec(preset: .minimal, config: config)
    }

    /// A state of gloas or later at the last slot of `epoch`: builders in every condition, payments and withdrawals due.
    static func withBuilders(
        _ fork: ForkName,
        validators: Int,
        epoch: Epoch = 10,
        keys: [BLSPubkey] = [],
        using random: inout SplitMix64
    ) -> BeaconState {
        let spec = spec(upTo: fork)
        let preset = spec.preset
        var state = make(fork, validators: validators, epoch: epoch, spec: spec, keys: keys, using: &random)
        let validators = UInt64(validators)
        state.builders.removeAll()
        state.builderPendingPayments.removeAll()
        state.builderPendingWithdrawals.removeAll()
        state.pendingPartialWithdrawals.removeAll()
        let count: UInt64 = 11
        for i in 0..<count {
            var builder = Builder()
            builder.pubkey.withUnsafeMutableBytes { $0.storeBytes(of: ~i, as: UInt64.self) }
            builder.executionAddress.withUnsafeMutableBytes { $0.storeBytes(of: random.next(), as: UInt64.self) }
            builder.depositEpoch = random.next() % epoch
            builder.withdrawableEpoch = [farFutureEpoch, farFutureEpoch, epoch - 1, epoch, epoch + 1].at(random.next())
            builder.balance = [0, random.next() % 3_000_000_000, random.next() % 300_000_000_000].at(random.next())
            state.builders.append(builder)
        }
        state.nextWithdrawalBuilderIndex = random.next() % count
        state.executionPayloadAvailability = Bitvector(
            (0..<preset.slotsPerHistoricalRoot).map { _ in random.next() % 2 == 0 }
        )
        func withdrawal(_ random: inout SplitMix64) -> BuilderPendingWithdrawal {
            var withdrawal = BuilderPendingWithdrawal()
            withdrawal.amount = random.next() % 2_000_000_000
            withdrawal.builderIndex = random.next() % count
            return withdrawal
        }
        for _ in 0..<2 * preset.slotsPerEpoch {
            var payment = BuilderPendingPayment()
            if random.next() % 2 == 0 {
                payment.withdrawal = withdrawal(&random)
                payment.weight = random.next() % 200_000_000_000
                payment.proposerIndex = random.next() % validators
            }
            state.builderPendingPayments.append(payment)
        }
        for _ in 0..<random.next() % 5 { state.builderPendingWithdrawals.append(withdrawal(&random)) }
        for _ in 0..<random.next() % 4 {
            state.pendingPartialWithdrawals.append(
                PendingPartialWithdrawal(
                    validatorIndex: random.next() % validators,
                    amount: random.next() % 4_000_000_000,
                    withdrawableEpoch: epoch - 1 + random.next() % 3
                )
            )
        }
        state.nextWithdrawalIndex = random.next() % 1000
        state.nextWithdrawalValidatorIndex = random.next() % validators
        state.ptcWindow = (0..<3 * preset.slotsPerEpoch).map { _ in
            (0..<preset.ptcSize).map { _ in random.next() % validators }
        }
        state.latestBlockHeader.slot = state.slot - random.next() % 3
        state.latestBlockHeader.proposerIndex = random.next() % validators
        state.latestBlockHash = root(&random)
        state.latestExecutionPayloadBid.blockHash = state.latestBlockHash
        state.latestExecutionPayloadBid.builderIndex = Constants.builderIndexSelfBuild
        state.latestExecutionPayloadBid.inclusionListBits = Bitvector(count: Int(preset.inclusionListCommitteeSize))
        return state
    }
}

extension Array {
    /// One of the elements by a number of any size.
    func at(_ number: UInt64) -> Element { self[Int(number % UInt64(count))] }
}
