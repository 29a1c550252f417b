internal import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `process_registry_updates`.
    public mutating func processRegistryUpdates() throws(TransitionError) {
        try processRegistryUpdates(summarizeRegistry())
    }

    mutating func processRegistryUpdates(_ summary: RegistrySummary) throws(TransitionError) {
        let current = currentEpoch
        let next = try current.plus(1, "process_registry_updates")
        let activationEpoch = try computeActivationExitEpoch(current)
        if fork >= .electra {
            for i in summary.registryCandidates {
                let candidate = state.validators[i]
                if isEligibleForActivationQueue(candidate) {
                    state.validators.update(at: i) { $0.activationEligibilityEpoch = next }
                } else if candidate.isActive(current), candidate.effectiveBalance <= config.ejectionBalance {
                    try initiateValidatorExit(ValidatorIndex(i))
                } else if isEligibleForActivation(candidate) {
                    state.validators.update(at: i) { $0.activationEpoch = activationEpoch }
                }
            }
            return
        }
        for i in summary.registryCandidates {
            let candidate = state.validators[i]
            if isEligibleForActivationQueue(candidate) {
                state.validators.update(at: i) { $0.activationEligibilityEpoch = next }
            }
            if candidate.isActive(current), candidate.effectiveBalance <= config.ejectionBalance {
                try initiateValidatorExit(ValidatorIndex(i))
            }
        }
        // Before electra a limited number is activated, those first who became eligible first.
        var queue: [(eligible: Epoch, index: Int)] = []
        for i in summary.registryCandidates where isEligibleForActivation(state.validators[i]) {
            queue.append((state.validators[i].activationEligibilityEpoch, i))
        }
        if queue.isEmpty { return }
        queue.sort { $0 < $1 }
        let limit = try fork >= .deneb ? getValidatorActivationChurnLimit() : getValidatorChurnLimit()
        for (_, i) in queue.prefix(Int(clamping: limit)) {
            state.validators.update(at: i) { $0.activationEpoch = activationEpoch }
        }
    }

    /// Spec: `is_eligible_for_activation_queue`.
    private func isEligibleForActivationQueue(_ validator: Validator) -> Bool {
        validator.activationEligibilityEpoch == farFutureEpoch
            && (fork >= .electra
                ? validator.effectiveBalance >= preset.minActivationBalance
                : validator.effectiveBalance == preset.maxEffectiveBalance)
    }

    /// Spec: `is_eligible_for_activation`.
    private func isEligibleForActivation(_ validator: Validator) -> Bool {
        validator.activationEligibilityEpoch <= state.finalizedCheckpoint.epoch
            && validator.activationEpoch == farFutureEpoch
    }
}
