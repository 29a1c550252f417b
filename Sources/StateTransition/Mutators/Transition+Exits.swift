public import ConsensusTypes
internal import SSZ

extension Transition {
    /// Spec: `initiate_validator_exit`.
    public mutating func initiateValidatorExit(_ index: ValidatorIndex) throws(TransitionError) {
        let function = "initiate_validator_exit"
        let leaving = try validator(index, function)
        guard leaving.exitEpoch == farFutureEpoch else { return }
        if fork >= .electra {
            try exit(index, at: computeExitEpochAndUpdateChurn(leaving.effectiveBalance))
        } else {
            var queue: ExitQueue
            if let known = exitQueueOfEpoch, known.epoch == currentEpoch {
                queue = known.queue
            } else {
                queue = try exitQueue()
            }
            try exit(index, at: queue.enter())
            exitQueueOfEpoch = (currentEpoch, queue)
        }
    }

    /// Writes the exit epoch of the validator at `index`, which exists, and when it may withdraw.
    mutating func exit(_ index: ValidatorIndex, at epoch: Epoch) throws(TransitionError) {
        exitQueueOfEpoch = nil
        let withdrawable = try epoch.plus(config.minValidatorWithdrawabilityDelay, "initiate_validator_exit")
        state.validators.update(at: Int(index)) {
            $0.exitEpoch = epoch
            $0.withdrawableEpoch = withdrawable
        }
    }

    /// Spec: `compute_exit_epoch_and_update_churn` (electra).
    public mutating func computeExitEpochAndUpdateChurn(_ exitBalance: Gwei) throws(TransitionError) -> Epoch {
        let function = "compute_exit_epoch_and_update_churn"
        let earliest = max(state.earliestExitEpoch, try computeActivationExitEpoch(currentEpoch))
        let perEpochChurn = try getExitChurnLimit()
        let left = state.earliestExitEpoch < earliest ? perEpochChurn : state.exitBalanceToConsume
        let place = try consume(exitBalance, from: left, perEpochChurn, earliest, function)
        state.exitBalanceToConsume = place.left
        state.earliestExitEpoch = place.epoch
        return place.epoch
    }

    /// Spec: `compute_consolidation_epoch_and_update_churn` (electra).
    public mutating func computeConsolidationEpochAndUpdateChurn(
        _ consolidationBalance: Gwei
    ) throws(TransitionError) -> Epoch {
        let function = "compute_consolidation_epoch_and_update_churn"
        let earliest = max(state.earliestConsolidationEpoch, try computeActivationExitEpoch(currentEpoch))
        let perEpochChurn = try getConsolidationChurnLimit()
        let left = state.earliestConsolidationEpoch < earliest ? perEpochChurn : state.consolidationBalanceToConsume
        let place = try consume(consolidationBalance, from: left, perEpochChurn, earliest, function)
        state.consolidationBalanceToConsume = place.left
        state.earliestConsolidationEpoch = place.epoch
        return place.epoch
    }

    /// The epoch whose churn takes in the last of `balance`, beginning with what `epoch` has left, and what it has
    /// left after that.
    private func consume(
        _ balance: Gwei,
        from left: Gwei,
        _ perEpochChurn: Gwei,
        _ epoch: Epoch,
        _ function: String
    ) throws(TransitionError) -> (epoch: Epoch, left: Gwei) {
        guard balance > left else { return (epoch, left - balance) }
        let epochs = try ((balance - left - 1).over(perEpochChurn, function)).plus(1, function)
        let available = try left.plus(epochs.times(perEpochChurn, function), function)
        return (try epoch.plus(epochs, function), try available.minus(balance, function))
    }

    /// The end of the exit queue as `initiate_validator_exit` finds it before electra.
    ///
    /// Costs two passes over the registry; whoever lets many validators go keeps the value.
    func exitQueue() throws(TransitionError) -> ExitQueue {
        let activationExitEpoch = try computeActivationExitEpoch(currentEpoch)
        var queue = ExitQueue(epoch: activationExitEpoch, churn: 0, limit: try getValidatorChurnLimit())
        state.validators.forEachChunk { _, chunk in
            for validator in chunk where validator.exitEpoch != farFutureEpoch {
                if validator.exitEpoch > queue.epoch {
                    queue.epoch = validator.exitEpoch
                    queue.churn = 1
                } else if validator.exitEpoch == queue.epoch {
                    queue.churn += 1
                }
            }
        }
        return queue
    }
}

/// The last epoch for which exits are scheduled and how many; before electra.
struct ExitQueue {
    var epoch: Epoch
    var churn: UInt64
    let limit: UInt64

    /// Takes one more exit and returns its epoch.
    mutating func enter() throws(TransitionError) -> Epoch {
        if churn >= limit {
            epoch = try epoch.plus(1, "initiate_validator_exit")
            churn = 0
        }
        churn += 1
        return epoch
    }
}
