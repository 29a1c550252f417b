internal import BLS
internal import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

/// Makes the state that a simulated chain begins with.
///
/// It is as a chain in good health leaves it at the first slot of an epoch: full history, all but a few active, the
/// epochs before justified. It is written for deneb, and goes through the upgrades from there.
struct AnchorMaker {
    let parameters: SimulationParameters
    let spec: ChainSpec
    let deposits: SimulatedDeposits
    let roles: Roles
    let keys: KeyProgression

    private var preset: Preset { spec.preset }

    /// - Parameter pubkeys: what is known of keys; what is known of epochs is not kept, for the registry changes below.
    func state(_ publicKeys: [PublicKey], pubkeys: PubkeyCache) throws(TransitionError) -> BeaconState {
        let caches = TransitionCaches(pubkeys: pubkeys)
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
            depositCount: deposits.count,
            blockHash: Chance.once(parameters.seed, Purpose.history, 1)
        )
        state.eth1DepositIndex = deposits.first
        fillRegistry(&state, publicKeys)
        fillHistory(&state)

        var transition = Transition(state: state, spec: spec, caches: caches, signatures: .trust)
        transition.state.currentSyncCommittee = try transition.getNextSyncCommittee()
        transition.state.nextSyncCommittee = transition.state.currentSyncCommittee
        for fork in ForkName.allCases where fork > .deneb && fork <= parameters.fork {
            // Upgraded together at genesis they would all come from deneb's version.
            try transition.upgrade(to: fork)
            // All deposits of the tree are taken.
            if fork == .electra { transition.state.depositRequestsStartIndex = deposits.first }
        }
        if parameters.fork >= .electra { fillQueues(&transition.state) }
        if parameters.fork >= .gloas {
            fillBuilders(&transition.state)
            withholdPayload(&transition.state)
        }
        return transition.state
    }

    /// Who will withdraw a part has more than activation takes, and asked for some before.
    private func fillQueues(_ state: inout BeaconState) {
        let balance = 2 * preset.minActivationBalance
        for (place, index) in roles.withdrawalRequests.filter(roles.withdrawsPart).enumerated() {
            state.balances[Int(index)] = balance
            state.validators.update(at: Int(index)) { $0.effectiveBalance = balance }
            state.pendingPartialWithdrawals.append(
                PendingPartialWithdrawal(
                    validatorIndex: index,
                    amount: preset.effectiveBalanceIncrement,
                    withdrawableEpoch: parameters.firstEpoch + UInt64(place) / 8
                )
            )
        }
    }

    /// Fork choice knows no payload of the anchor's block, so the chain goes on without it.
    private func withholdPayload(_ state: inout BeaconState) {
        state.latestExecutionPayloadBid.blockHash = Chance.once(parameters.seed, Purpose.history, 2)
        state.executionPayloadAvailability[Int(state.slot % preset.slotsPerHistoricalRoot)] = false
    }

    private func fillBuilders(_ state: inout BeaconState) {
        for number in 0..<UInt64(parameters.builders) {
            state.builders.append(
                Builder(
                    pubkey: keys.publicKey(Roles.builderKey(number)).compressed,
                    version: Constants.payloadBuilderVersion,
                    executionAddress: Roles.executionAddress(number),
                    balance: Self.builderBalance,
                    depositEpoch: parameters.firstEpoch.saturatingSubtract(8),
                    withdrawableEpoch: farFutureEpoch
                )
            )
        }
    }

    /// What a builder begins with, in Gwei: enough for all bids of a long run.
    static let builderBalance: Gwei = 10_000_000_000_000

    private func fillRegistry(_ state: inout BeaconState, _ publicKeys: [PublicKey]) {
        var chance = Chance(parameters.seed, Purpose.registry)
        let effective = preset.maxEffectiveBalance
        let voted: ParticipationFlags = 7
        state.validators = PersistentList(
            publicKeys.enumerated().lazy.map { number, key in
                var validator = Validator()
                validator.pubkey = key.compressed
                validator.withdrawalCredentials =
                    withReserve(roles.credentials(UInt64(number), keys: keys))
                validator.effectiveBalance = effective
                let isGone = roles.isLeaver(UInt64(number))
                validator.exitEpoch = isGone ? parameters.firstEpoch.saturatingSubtract(300) : farFutureEpoch
                validator.withdrawableEpoch = isGone ? parameters.firstEpoch : farFutureEpoch
                return validator
            }
        )
        let count = publicKeys.count
        // Before electra, who will withdraw a part has it already: the upgrade makes a deposit of it.
        state.balances = PersistentList(
            (0..<count).map { number in
                let extra = chance.next() % 50_000_000
                if roles.withdrawsPart(UInt64(number)) { return effective + effective }
                return effective + extra + (parameters.finalizes ? 0 : Self.reserve)
            }
        )
        state.previousEpochParticipation = PersistentList(
            (0..<count).map { _ in !parameters.beginsWithGenesis && chance.happens(parameters.participation) ? voted : 0
            }
        )
        state.currentEpochParticipation = PersistentList(repeatElement(0, count: count))
        state.inactivityScores = PersistentList(repeatElement(0, count: count))
        state.genesisValidatorsRoot = state.validators.hashTreeRoot(
            .list(.exactly(preset.validatorRegistryLimit)),
            in: spec.context(.deneb)
        )
    }

    /// What a validator has beyond what counts where nothing is finalized, in Gwei.
    ///
    /// The inactivity leak takes it first. Without, whoever votes least is put out within ten thousand epochs, until the others
    /// are enough to finalize after all, each branch for itself.
    private static let reserve: Gwei = 100_000_000_000_000

    /// Where there is a reserve, credentials that nothing can be paid out to: the sweep would take it.
    private func withReserve(_ credentials: Bytes32) -> Bytes32 {
        var credentials = credentials
        credentials.withUnsafeMutableBytes { bytes in
            if !parameters.finalizes, bytes[0] == Constants.eth1AddressWithdrawalPrefix { bytes[0] = 0 }
        }
        return credentials
    }

    private func fillHistory(_ state: inout BeaconState) {
        var chance = Chance(parameters.seed, Purpose.history)
        func roots(_ count: UInt64) -> PersistentList<Bytes32> {
            PersistentList(
                (0..<Int(clamping: count)).map { _ in parameters.beginsWithGenesis ? Bytes32() : chance.root() }
            )
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
        if !parameters.beginsWithGenesis {
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

extension UInt64 {
    fileprivate func saturatingSubtract(_ other: UInt64) -> UInt64 { self < other ? 0 : self - other }
}

extension Chance {
    /// One root that follows from these words.
    static func once(_ seed: UInt64, _ purpose: UInt64, _ number: UInt64) -> Bytes32 {
        var chance = Chance(seed, purpose, number)
        return chance.root()
    }
}
