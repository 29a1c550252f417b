public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `slash_validator`; who includes the proof is its whistleblower.
    public mutating func slashValidator(_ index: ValidatorIndex) throws(TransitionError) {
        let function = "slash_validator"
        let epoch = currentEpoch
        try initiateValidatorExit(index)
        let slashed = try validator(index, function)
        let withdrawableEpoch = max(
            slashed.withdrawableEpoch,
            try epoch.plus(preset.epochsPerSlashingsVector, function)
        )
        state.validators.update(at: Int(index)) {
            $0.slashed = true
            $0.withdrawableEpoch = withdrawableEpoch
        }
        let slot = Int(epoch % preset.epochsPerSlashingsVector)
        state.slashings[slot] = try state.slashings[slot].plus(slashed.effectiveBalance, function)
        try decreaseBalance(index, slashed.effectiveBalance / minSlashingPenaltyQuotient)

        let proposer = try getBeaconProposerIndex()
        let quotient =
            fork >= .electra ? preset.whistleblowerRewardQuotientElectra : preset.whistleblowerRewardQuotient
        let whistleblowerReward = slashed.effectiveBalance / quotient
        let proposerReward =
            fork >= .altair
            ? try whistleblowerReward.times(Constants.proposerWeight, function) / Constants.weightDenominator
            : whistleblowerReward / preset.proposerRewardQuotient
        try increaseBalance(proposer, proposerReward)
        try increaseBalance(proposer, whistleblowerReward.minus(proposerReward, function))
        if fork >= .gloas {
            // What builders promised for the blocks of a proposer who cheated is not paid.
            for i in state.builderPendingPayments.indices where state.builderPendingPayments[i].proposerIndex == index {
                state.builderPendingPayments[i] = BuilderPendingPayment()
            }
        }
    }

    /// The part of the effective balance that is lost at once.
    private var minSlashingPenaltyQuotient: UInt64 {
        switch fork {
        case .phase0: preset.minSlashingPenaltyQuotient
        case .altair: preset.minSlashingPenaltyQuotientAltair
        case .bellatrix, .capella, .deneb: preset.minSlashingPenaltyQuotientBellatrix
        case .electra, .fulu, .gloas, .heze: preset.minSlashingPenaltyQuotientElectra
        }
    }
}
