internal import BLS
internal import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension Config {
    /// Mainnet's rules with all forks up to that of the simulation in force.
    static func simulated(_ parameters: SimulationParameters) -> Config {
        var config = parameters.preset.name == "minimal" ? Config.minimal : Config.mainnet
        config.configName = "simulated"
        config.altairForkEpoch = 0
        config.bellatrixForkEpoch = 0
        config.capellaForkEpoch = 0
        config.denebForkEpoch = 0
        config.electraForkEpoch = parameters.fork >= .electra ? parameters.firstEpoch : farFutureEpoch
        config.fuluForkEpoch = parameters.fork >= .fulu ? parameters.firstEpoch : farFutureEpoch
        config.gloasForkEpoch = farFutureEpoch
        config.hezeForkEpoch = farFutureEpoch
        // A chain that begins with genesis may have exits, too.
        if !parameters.finalizes { config.shardCommitteePeriod = 0 }
        return config
    }
}

/// Makes the state that a simulated chain begins with.
///
/// It is as a chain in good health leaves it at the first slot of an epoch: full history, everybody active, the epochs
/// before justified. It is written for deneb, and goes through the upgrades from there.
struct AnchorMaker {
    let parameters: SimulationParameters
    let spec: ChainSpec
    let deposits: SimulatedDeposits

    private var preset: Preset { spec.preset }

    /// Those of everybody's validator: an address made from its number.
    static func credentials(_ number: UInt64, prefix: UInt8 = Constants.eth1AddressWithdrawalPrefix) -> Bytes32 {
        var credentials = Bytes32()
        credentials.withUnsafeMutableBytes { bytes in
            bytes[0] = prefix
            bytes.storeBytes(of: (number &* 0x9e37_79b9_7f4a_7c15).bigEndian, toByteOffset: 12, as: UInt64.self)
            bytes.storeBytes(of: number.bigEndian, toByteOffset: 24, as: UInt64.self)
        }
        return credentials
    }

    func state(_ publicKeys: [PublicKey], caches: TransitionCaches) throws(TransitionError) -> BeaconState {
        var state = BeaconState()
        state.forkName = .deneb
        state.genesisTime = spec.config.minGenesisTime + spec.config.genesisDelay
        state.slot = parameters.firstEpoch * preset.slotsPerEpoch
        state.fork = Fork(
            previousVersion: spec.forkVersion(.capella),
            currentVersion: spec.forkVersion(.deneb),
            epoch: Constants.genesisEpoch
        )
        state.eth1Data = Eth1Data(
            depositRoot: deposits.root,
            depositCount: parameters.fork >= .electra ? deposits.first : deposits.count,
            blockHash: Chance.once(parameters.seed, Purpose.history, 1)
        )
        state.eth1DepositIndex = deposits.first
        fillRegistry(&state, publicKeys)
        fillHistory(&state)

        var transition = Transition(state: state, spec: spec, caches: caches, signatures: .trust)
        transition.state.currentSyncCommittee = try transition.getNextSyncCommittee()
        transition.state.nextSyncCommittee = transition.state.currentSyncCommittee
        for fork in [ForkName.electra, .fulu] where fork <= parameters.fork {
            // Upgraded together at genesis they would all come from deneb's version.
            try transition.upgrade(to: fork)
        }
        return transition.state
    }

    private func fillRegistry(_ state: inout BeaconState, _ publicKeys: [PublicKey]) {
        var chance = Chance(parameters.seed, Purpose.registry)
        let effective = preset.maxEffectiveBalance
        let voted: ParticipationFlags = 7
        state.validators = PersistentList(
            publicKeys.enumerated().lazy.map { number, key in
                var validator = Validator()
                validator.pubkey = key.compressed
                validator.withdrawalCredentials = Self.credentials(UInt64(number))
                validator.effectiveBalance = effective
                validator.exitEpoch = farFutureEpoch
                validator.withdrawableEpoch = farFutureEpoch
                return validator
            }
        )
        let count = publicKeys.count
        state.balances = PersistentList((0..<count).map { _ in effective + chance.next() % 50_000_000 })
        state.previousEpochParticipation = PersistentList(
            (0..<count).map { _ in parameters.finalizes && chance.happens(parameters.turnout) ? voted : 0 }
        )
        state.currentEpochParticipation = PersistentList(repeatElement(0, count: count))
        state.inactivityScores = PersistentList(repeatElement(0, count: count))
        state.genesisValidatorsRoot = state.validators.hashTreeRoot(
            .list(.exactly(preset.validatorRegistryLimit)),
            in: spec.context(.deneb)
        )
    }

    private func fillHistory(_ state: inout BeaconState) {
        var chance = Chance(parameters.seed, Purpose.history)
        func roots(_ count: UInt64) -> PersistentList<Bytes32> {
            PersistentList((0..<Int(clamping: count)).map { _ in parameters.finalizes ? chance.root() : Bytes32() })
        }
        state.blockRoots = roots(preset.slotsPerHistoricalRoot)
        state.stateRoots = roots(preset.slotsPerHistoricalRoot)
        state.randaoMixes = PersistentList(
            (0..<Int(clamping: preset.epochsPerHistoricalVector)).map { _ in chance.root() }
        )
        state.slashings = PersistentList(repeatElement(0, count: Int(clamping: preset.epochsPerSlashingsVector)))
        let batches = state.slot / preset.slotsPerHistoricalRoot
        state.historicalSummaries = PersistentList(
            (0..<batches).map { _ in
                HistoricalSummary(blockSummaryRoot: chance.root(), stateSummaryRoot: chance.root())
            }
        )
        state.justificationBits = Bitvector(count: Constants.justificationBitsLength)
        if parameters.finalizes {
            func checkpoint(_ age: UInt64) -> Checkpoint {
                let epoch = parameters.firstEpoch - age
                let slot = epoch * preset.slotsPerEpoch
                return Checkpoint(epoch: epoch, root: state.blockRoots[Int(slot % preset.slotsPerHistoricalRoot)])
            }
            for bit in 0..<Constants.justificationBitsLength { state.justificationBits[bit] = true }
            state.currentJustifiedCheckpoint = checkpoint(1)
            state.previousJustifiedCheckpoint = checkpoint(2)
            state.finalizedCheckpoint = checkpoint(2)
        }
        state.latestBlockHeader.slot = state.slot
        state.latestBlockHeader.bodyRoot = chance.root()
        if state.slot > 0 {
            state.latestBlockHeader.parentRoot =
                state.blockRoots[Int((state.slot - 1) % preset.slotsPerHistoricalRoot)]
        }
        var header = ExecutionPayloadHeader()
        header.logsBloom = [UInt8](repeating: 0, count: Int(clamping: preset.bytesPerLogsBloom))
        header.stateRoot = chance.root()
        header.blockHash = chance.root()
        header.blockNumber = state.slot
        header.gasLimit = 36_000_000
        state.latestExecutionPayloadHeader = header
    }
}

extension Chance {
    /// One root that follows from these words.
    static func once(_ seed: UInt64, _ purpose: UInt64, _ number: UInt64) -> Bytes32 {
        var chance = Chance(seed, purpose, number)
        return chance.root()
    }
}
