public import ConsensusTypes

extension Transition {
    /// Spec: `process_voluntary_exit`.
    public mutating func processVoluntaryExit(_ signed: SignedVoluntaryExit) throws(TransitionError) {
        let function = "process_voluntary_exit"
        let exit = signed.message
        let epoch = currentEpoch
        let leaving = try validator(exit.validatorIndex, function)
        try require(leaving.isActive(epoch), function, "validator", expected: "active", got: "not active")
        try requireEqual(leaving.exitEpoch, farFutureEpoch, function, "exit_epoch")
        try require(epoch >= exit.epoch, function, "epoch", expected: "at most \(epoch)", got: "\(exit.epoch)")
        let mayLeave = try leaving.activationEpoch.plus(config.shardCommitteePeriod, function)
        try require(
            epoch >= mayLeave,
            function,
            "epochs of service",
            expected: "until epoch \(mayLeave)",
            got: "until epoch \(epoch)"
        )
        if fork >= .electra {
            try requireEqual(
                getPendingBalanceToWithdraw(exit.validatorIndex),
                0,
                function,
                "pending balance to withdraw"
            )
        }
        // Since deneb an exit is signed once for all later forks.
        let domain =
            fork >= .deneb
            ? spec.computeDomain(
                .voluntaryExit,
                forkVersion: config.capellaForkVersion,
                genesisValidatorsRoot: state.genesisValidatorsRoot
            )
            : getDomain(.voluntaryExit, epoch: exit.epoch)
        try claim(function, by: [leaving.pubkey], computeSigningRoot(exit, domain), signed.signature)
        try initiateValidatorExit(exit.validatorIndex)
    }
}
