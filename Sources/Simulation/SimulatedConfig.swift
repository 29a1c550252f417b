internal import ConsensusTypes

extension Config {
    /// The rules of the preset's network, with the forks where the simulation has them.
    static func simulated(_ parameters: SimulationParameters) -> Config {
        var config = parameters.preset.name == "minimal" ? Config.minimal : Config.mainnet
        config.configName = "simulated"
        config.altairForkEpoch = 0
        config.bellatrixForkEpoch = 0
        config.capellaForkEpoch = 0
        config.denebForkEpoch = 0
        config.electraForkEpoch = parameters.epoch(of: .electra)
        config.fuluForkEpoch = parameters.epoch(of: .fulu)
        config.gloasForkEpoch = parameters.epoch(of: .gloas)
        config.hezeForkEpoch = parameters.epoch(of: .heze)
        config.slotDurationMs = parameters.slotMilliseconds ?? config.slotDurationMs
        // A chain that begins with genesis may have exits, too.
        if parameters.beginsWithGenesis { config.shardCommitteePeriod = 0 }
        if parameters.consolidations > 0 { config.allowConsolidations(parameters) }
        return config
    }

    /// Consolidations get what the churn leaves to them: of fewer validators than mainnet has, that would be nothing.
    private mutating func allowConsolidations(_ parameters: SimulationParameters) {
        let stake = UInt64(parameters.validators) * parameters.preset.maxEffectiveBalance
        let room = 2 * parameters.preset.minActivationBalance
        churnLimitQuotient = max(1, min(churnLimitQuotient, stake / (maxPerEpochActivationExitChurnLimit + room)))
        consolidationChurnLimitQuotient = max(1, min(consolidationChurnLimitQuotient, stake / room))
    }
}
