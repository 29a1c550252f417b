public import ConsensusTypes
public import Hashing
internal import SSZ

extension Transition {
    /// Spec: `initialize_beacon_state_from_eth1` (phase0).
    ///
    /// Every deposit is checked against the root of the deposit tree as it was right after it.
    public static func genesisState(
        eth1BlockHash: Hash32,
        eth1Timestamp: UInt64,
        deposits: [Deposit],
        spec: ChainSpec,
        caches: TransitionCaches = TransitionCaches()
    ) throws(TransitionError) -> BeaconState {
        let function = "initialize_beacon_state_from_eth1"
        var transition = Transition(state: emptyState(spec), spec: spec, caches: caches)
        let genesisVersion = spec.config.genesisForkVersion
        transition.state.genesisTime = try eth1Timestamp.plus(spec.config.genesisDelay, function)
        transition.state.fork = Fork(
            previousVersion: genesisVersion,
            currentVersion: genesisVersion,
            epoch: Constants.genesisEpoch
        )
        transition.state.eth1Data.depositCount = UInt64(deposits.count)
        transition.state.eth1Data.blockHash = eth1BlockHash
        transition.state.latestBlockHeader.bodyRoot = BeaconBlockBody().hashTreeRoot(in: spec.context(.phase0))
        transition.state.randaoMixes = PersistentList(
            repeatElement(eth1BlockHash, count: Int(clamping: spec.preset.epochsPerHistoricalVector))
        )
        var tree = DepositTree()
        for deposit in deposits {
            tree.append(deposit.data.hashTreeRoot(in: .invariant))
            transition.state.eth1Data.depositRoot = tree.root
            try transition.processDeposit(deposit)
        }
        transition.activateGenesisValidators()
        return transition.state
    }

    /// Gives every validator the effective balance of all its deposits, and activates those with a full one.
    private mutating func activateGenesisValidators() {
        let increment = preset.effectiveBalanceIncrement
        let maximum = preset.maxEffectiveBalance
        for i in 0..<min(state.validators.count, state.balances.count) {
            let balance = state.balances[i]
            let effective = min(balance - balance % increment, maximum)
            state.validators.update(at: i) {
                $0.effectiveBalance = effective
                if effective == maximum {
                    $0.activationEligibilityEpoch = Constants.genesisEpoch
                    $0.activationEpoch = Constants.genesisEpoch
                }
            }
        }
        state.genesisValidatorsRoot = state.validators.hashTreeRoot(
            .list(.exactly(preset.validatorRegistryLimit)),
            in: context
        )
    }

    /// Spec: `is_valid_genesis_state`.
    public func isValidGenesisState() -> Bool {
        state.genesisTime >= config.minGenesisTime
            && UInt64(getActiveValidatorIndices(Constants.genesisEpoch).count)
                >= config.minGenesisActiveValidatorCount
    }

    /// A state of phase0 whose vectors have their length and whose other fields are zero or empty.
    private static func emptyState(_ spec: ChainSpec) -> BeaconState {
        var state = BeaconState()
        let roots = repeatElement(Root(), count: Int(clamping: spec.preset.slotsPerHistoricalRoot))
        state.blockRoots = PersistentList(roots)
        state.stateRoots = PersistentList(roots)
        state.slashings = PersistentList(
            repeatElement(0, count: Int(clamping: spec.preset.epochsPerSlashingsVector))
        )
        state.justificationBits = Bitvector(count: Constants.justificationBitsLength)
        return state
    }
}
