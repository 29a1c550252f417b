public import ConsensusTypes

extension Transition {
    /// Upgrades the state where its slot is the first of the epoch of one or more forks.
    ///
    /// Networks that start several forks at once pass through all of them in order.
    mutating func upgradeIfDue() throws(TransitionError) {
        guard state.slot % preset.slotsPerEpoch == 0 else { return }
        while let next = ForkName(rawValue: fork.rawValue + 1), spec.forkEpoch(next) == currentEpoch {
            try upgrade(to: next)
        }
    }

    /// Spec: `upgrade_to_altair` and so on; the state is in the fork before.
    public mutating func upgrade(to next: ForkName) throws(TransitionError) {
        let function = "upgrade_to_\(next.name)"
        try require(
            next.previous == fork,
            function,
            "fork of the state",
            expected: next.previous?.name ?? "none",
            got: fork.name
        )
        try requireVectorLengths(function)
        switch next {
        case .altair: try upgradeToAltair()
        case .bellatrix: upgradeToBellatrix()
        case .capella: upgradeToCapella()
        case .deneb: upgradeToDeneb()
        case .electra: try upgradeToElectra()
        case .fulu: try upgradeToFulu()
        case .gloas: try upgradeToGloas()
        case .heze: try upgradeToHeze()
        case .phase0: throw TransitionError(function, "fork", expected: "one from altair on", got: next.name)
        }
    }

    /// Puts the state under the rules of `next`, which sees the old fields until they are changed.
    mutating func enter(_ next: ForkName) {
        state.fork = Fork(
            previousVersion: state.fork.currentVersion,
            currentVersion: spec.forkVersion(next),
            epoch: currentEpoch
        )
        state.forkName = next
        // The rules by which these were found may be others now.
        totalActiveBalance = nil
        effectiveBalances = nil
        proposer = nil
    }
}
