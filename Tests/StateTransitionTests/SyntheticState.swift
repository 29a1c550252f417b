import ConsensusTypes
import Hashing
import SSZ
import TestSupport

/// States that no chain made: sound in every length, random in what a chain would decide.
enum SyntheticState {
    /// A state at the last slot of `epoch`; `keys` are repeated where there are fewer than validators.
    static func make(
        _ fork: ForkName,
        validators count: Int,
        epoch: Epoch = 10,
        spec: ChainSpec = .minimal,
        keys: [BLSPubkey] = [],
        using random: inout SplitMix64
    ) -> BeaconState {
        let preset = spec.preset
        var state = BeaconState()
        state.forkName = fork
        state.fork = Fork(
            previousVersion: spec.forkVersion(fork.previous ?? fork),
            currentVersion: spec.forkVersion(fork),
            epoch: 0
        )
        state.slot = (epoch + 1) * preset.slotsPerEpoch - 1
        state.genesisTime = 1
        let roots = Int(preset.slotsPerHistoricalRoot)
        state.blockRoots = PersistentList((0..<roots).map { _ in root(&random) })
        state.stateRoots = PersistentList((0..<roots).map { _ in root(&random) })
        state.randaoMixes = PersistentList((0..<Int(preset.epochsPerHistoricalVector)).map { _ in root(&random) })
        state.slashings = PersistentList((0..<Int(preset.epochsPerSlashingsVector)).map { _ in random.next() % 64 })
        state.justificationBits = Bitvector([true, true, false, true])
        state.finalizedCheckpoint.epoch = epoch - 3
        state.previousJustifiedCheckpoint.epoch = epoch - 2
        state.currentJustifiedCheckpoint.epoch = epoch - 1
        fillRegistry(&state, count, epoch, preset, keys, &random)
        if fork >= .altair {
            state.previousEpochParticipation = PersistentList((0..<count).map { _ in UInt8(random.next() % 8) })
            state.currentEpochParticipation = PersistentList((0..<count).map { _ in UInt8(random.next() % 8) })
            state.inactivityScores = PersistentList((0..<count).map { _ in random.next() % 40 })
            let committee = (0..<Int(preset.syncCommitteeSize)).map { state.validators[$0 % count].pubkey }
            state.currentSyncCommittee.pubkeys = PersistentList(committee)
            state.nextSyncCommittee.pubkeys = PersistentList(committee)
        } else {
            fillAttestations(&state, epoch, preset, &random)
        }
        if fork >= .bellatrix {
            state.latestExecutionPayloadHeader.logsBloom = Array(repeating: 0, count: Int(preset.bytesPerLogsBloom))
        }
        if fork >= .electra {
            fillQueues(&state, count, epoch, &random)
        }
        if fork >= .fulu {
            state.proposerLookahead = (0..<2 * preset.slotsPerEpoch).map { _ in random.next() % UInt64(count) }
        }
        if fork >= .gloas { fillBuilders(&state, count, epoch, spec, &random) }
        return state
    }

    private static func fillBuilders(
        _ state: inout BeaconState,
        _ count: Int,
        _ epoch: Epoch,
        _ spec: ChainSpec,
        _ random: inout SplitMix64
    ) {
        let preset = spec.preset
        for i in 0..<4 {
            var builder = Builder()
            builder.pubkey.withUnsafeMutableBytes { $0.storeBytes(of: UInt64(1000 + i), as: UInt64.self) }
            builder.balance = random.next() % 40_000_000_000
            builder.withdrawableEpoch = random.next() % 2 == 0 ? farFutureEpoch : epoch
            state.builders.append(builder)
        }
        func withdrawal() -> BuilderPendingWithdrawal {
            BuilderPendingWithdrawal(
                feeRecipient: ExecutionAddress(),
                amount: random.next() % 1_000_000_000,
                builderIndex: random.next() % 4
            )
        }
        state.executionPayloadAvailability = Bitvector(
            (0..<preset.slotsPerHistoricalRoot).map { _ in random.next() % 2 == 0 }
        )
        let increments = UInt64(count) * 32 / preset.slotsPerEpoch
        state.builderPendingPayments = (0..<2 * preset.slotsPerEpoch).map { _ in
            BuilderPendingPayment(
                weight: random.next() % (increments + 1) * preset.effectiveBalanceIncrement,
                withdrawal: withdrawal(),
                proposerIndex: random.next() % UInt64(count)
            )
        }
        state.builderPendingWithdrawals.append(withdrawal())
        state.ptcWindow = (0..<3 * preset.slotsPerEpoch).map { _ in
            (0..<preset.ptcSize).map { _ in random.next() % UInt64(count) }
        }
        if state.forkName >= .heze {
            state.latestExecutionPayloadBid.inclusionListBits = Bitvector(
                count: Int(preset.inclusionListCommitteeSize)
            )
        }
    }

    static func root(_ random: inout SplitMix64) -> Root {
        var root = Root()
        root.withUnsafeMutableBytes { bytes in
            for i in 0..<4 { bytes.storeBytes(of: random.next(), toByteOffset: 8 * i, as: UInt64.self) }
        }
        return root
    }

    private static func fillRegistry(
        _ state: inout BeaconState,
        _ count: Int,
        _ epoch: Epoch,
        _ preset: Preset,
        _ keys: [BLSPubkey],
        _ random: inout SplitMix64
    ) {
        var validators: [Validator] = []
        var balances: [Gwei] = []
        for i in 0..<count {
            var validator = Validator()
            if keys.isEmpty {
                validator.pubkey.withUnsafeMutableBytes { $0.storeBytes(of: UInt64(i), as: UInt64.self) }
            } else {
                validator.pubkey = keys[i % keys.count]
            }
            validator.withdrawalCredentials = root(&random)
            let prefix = UInt8(random.next() % 3)
            validator.withdrawalCredentials.withUnsafeMutableBytes { $0[0] = prefix }
            validator.effectiveBalance = preset.effectiveBalanceIncrement * (14 + random.next() % 19)
            validator.activationEligibilityEpoch = 0
            validator.activationEpoch = 0
            validator.exitEpoch = farFutureEpoch
            validator.withdrawableEpoch = farFutureEpoch
            switch random.next() % 16 {
            case 0:
                validator.slashed = true
                validator.exitEpoch = epoch
                validator.withdrawableEpoch = epoch + preset.epochsPerSlashingsVector / 2
            case 1:
                validator.exitEpoch = epoch - random.next() % 3
                validator.withdrawableEpoch = validator.exitEpoch + 2
            case 2:
                validator.activationEpoch = farFutureEpoch
                validator.activationEligibilityEpoch = random.next() % 2 == 0 ? farFutureEpoch : random.next() % epoch
                validator.effectiveBalance = preset.maxEffectiveBalance
            case 3: validator.effectiveBalance = preset.effectiveBalanceIncrement * 32
            default: break
            }
            validators.append(validator)
            balances.append(validator.effectiveBalance &+ random.next() % (3 * preset.effectiveBalanceIncrement))
        }
        state.validators = PersistentList(validators)
        state.balances = PersistentList(balances)
    }

    private static func fillAttestations(
        _ state: inout BeaconState,
        _ epoch: Epoch,
        _ preset: Preset,
        _ random: inout SplitMix64
    ) {
        func attestation(_ slot: Slot, _ target: Epoch, _ random: inout SplitMix64) -> PendingAttestation {
            var pending = PendingAttestation()
            pending.data.slot = slot
            pending.data.source =
                target == epoch ? state.currentJustifiedCheckpoint : state.previousJustifiedCheckpoint
            let start = Int(target * preset.slotsPerEpoch % preset.slotsPerHistoricalRoot)
            pending.data.target = Checkpoint(epoch: target, root: state.blockRoots[start])
            pending.data.beaconBlockRoot = state.blockRoots[Int(slot % preset.slotsPerHistoricalRoot)]
            pending.aggregationBits = Bitlist((0..<2048).map { _ in random.next() % 4 != 0 })
            pending.inclusionDelay = 1 + random.next() % 4
            pending.proposerIndex = random.next() % UInt64(state.validators.count)
            return pending
        }
        for offset in 0..<preset.slotsPerEpoch {
            let slot = (epoch - 1) * preset.slotsPerEpoch + offset
            state.previousEpochAttestations.append(attestation(slot, epoch - 1, &random))
            if offset > 0 {
                state.currentEpochAttestations.append(attestation(slot + preset.slotsPerEpoch - 1, epoch, &random))
            }
        }
    }

    private static func fillQueues(
        _ state: inout BeaconState,
        _ count: Int,
        _ epoch: Epoch,
        _ random: inout SplitMix64
    ) {
        for _ in 0..<8 {
            var deposit = PendingDeposit()
            deposit.pubkey = state.validators[Int(random.next() % UInt64(count))].pubkey
            deposit.amount = random.next() % 40_000_000_000
            deposit.slot = random.next() % 20
            state.pendingDeposits.append(deposit)
            state.pendingConsolidations.append(
                PendingConsolidation(
                    sourceIndex: random.next() % UInt64(count),
                    targetIndex: random.next() % UInt64(count)
                )
            )
        }
        state.earliestExitEpoch = epoch + 5
        state.earliestConsolidationEpoch = epoch + 5
        state.exitBalanceToConsume = 10_000_000_000
    }
}
