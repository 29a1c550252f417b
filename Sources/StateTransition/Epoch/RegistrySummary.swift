internal import ConsensusTypes
internal import SSZ

/// What one pass over the registry says about every validator, kept flat for the passes that follow.
///
/// The registry of a million validators is too much memory to walk once a step. The steps up to the effective balance
/// updates do not change what is kept here, so one summary serves them all.
struct RegistrySummary {
    /// What is true of one validator.
    struct Marks: OptionSet {
        var rawValue: UInt16

        /// Active in the previous epoch.
        static let activePrevious = Marks(rawValue: 1)
        /// Active in the current epoch.
        static let activeCurrent = Marks(rawValue: 1 << 1)
        /// Active in the next epoch.
        static let activeNext = Marks(rawValue: 1 << 2)
        /// Active in the epoch whose proposers are drawn now.
        static let activeLookahead = Marks(rawValue: 1 << 3)
        static let slashed = Marks(rawValue: 1 << 4)
        /// Spec: `get_eligible_validator_indices`.
        static let eligible = Marks(rawValue: 1 << 5)
        /// Unslashed, and voted in the previous epoch for the right source, target, head.
        static let previousSource = Marks(rawValue: 1 << 8)
        static let previousTarget = Marks(rawValue: 1 << 9)
        static let previousHead = Marks(rawValue: 1 << 10)
        /// Unslashed, and voted in the current epoch for the right target.
        static let currentTarget = Marks(rawValue: 1 << 11)

        /// The mark of a participation flag of the previous epoch.
        @inline(__always)
        static func previous(_ flag: Int) -> Marks { Marks(rawValue: 1 << UInt16(8 + flag)) }
    }

    var marks: [Marks]
    var effectiveBalances: [Gwei]
    /// The sum of the effective balances active in the current epoch; sums are wide, so none can overflow here.
    var activeBalance: UInt128 = 0
    /// The sums of those with a mark of the previous epoch, by participation flag.
    var previousBalances: [UInt128] = [0, 0, 0]
    /// The sum of those with `currentTarget`.
    var currentTargetBalance: UInt128 = 0
    /// Who may enter the activation queue, be ejected or be activated, ascending; see `process_registry_updates`.
    var registryCandidates: [Int] = []
    /// Whose correlated slashing penalty is due in this epoch.
    var slashingsDue: [Int] = []

    var count: Int { marks.count }

    /// The indices with `mark`, ascending.
    func indices(_ mark: Marks) -> [ValidatorIndex] {
        var found: [ValidatorIndex] = []
        found.reserveCapacity(count)
        for i in marks.indices where marks[i].contains(mark) { found.append(ValidatorIndex(i)) }
        return found
    }
}

extension Transition {
    /// Looks at every validator once.
    func summarizeRegistry() throws(TransitionError) -> RegistrySummary {
        let function = "process_epoch"
        let current = currentEpoch
        let previous = previousEpoch
        let next = try current.plus(1, function)
        let lookahead = try next.plus(preset.minSeedLookahead, function)
        let penaltyEpoch = try current.plus(preset.epochsPerSlashingsVector / 2, function)
        let sinceElectra = fork >= .electra
        let activationBalance = sinceElectra ? preset.minActivationBalance : preset.maxEffectiveBalance
        let ejectionBalance = config.ejectionBalance

        let count = state.validators.count
        var summary = RegistrySummary(marks: [], effectiveBalances: [])
        summary.marks.reserveCapacity(count)
        summary.effectiveBalances.reserveCapacity(count)
        state.validators.forEachChunk { first, chunk in
            for (offset, validator) in chunk.enumerated() {
                var marks: RegistrySummary.Marks = []
                let effective = validator.effectiveBalance
                if validator.isActive(previous) { marks.formUnion([.activePrevious, .eligible]) }
                if validator.isActive(current) {
                    marks.insert(.activeCurrent)
                    summary.activeBalance &+= UInt128(effective)
                }
                if validator.isActive(next) { marks.insert(.activeNext) }
                if validator.isActive(lookahead) { marks.insert(.activeLookahead) }
                if validator.slashed {
                    marks.insert(.slashed)
                    if previous &+ 1 < validator.withdrawableEpoch { marks.insert(.eligible) }
                    if validator.withdrawableEpoch == penaltyEpoch { summary.slashingsDue.append(first + offset) }
                }
                let enters =
                    validator.activationEligibilityEpoch == farFutureEpoch
                    && (sinceElectra ? effective >= activationBalance : effective == activationBalance)
                let leaves =
                    effective <= ejectionBalance && validator.exitEpoch == farFutureEpoch
                    && marks.contains(.activeCurrent)
                if enters || leaves || validator.activationEpoch == farFutureEpoch {
                    summary.registryCandidates.append(first + offset)
                }
                summary.marks.append(marks)
                summary.effectiveBalances.append(effective)
            }
        }
        return summary
    }

    /// Writes into `summary` who voted for what in the previous and the current epoch.
    mutating func summarizeParticipation(_ summary: inout RegistrySummary) throws(TransitionError) {
        try requireVectorLengths("process_epoch")
        if fork >= .altair {
            try summarizeFlags(&summary)
        } else {
            try summarizeAttestations(&summary)
        }
    }

    /// Spec: `get_unslashed_participating_indices` (altair), of every flag of both epochs.
    private func summarizeFlags(_ summary: inout RegistrySummary) throws(TransitionError) {
        let function = "get_unslashed_participating_indices"
        try requireEntries(state.previousEpochParticipation.count, .activePrevious, summary, function)
        try requireEntries(state.currentEpochParticipation.count, .activeCurrent, summary, function)
        let count = summary.count
        state.previousEpochParticipation.forEachChunk { first, chunk in
            for (offset, flags) in chunk.enumerated() where flags & 7 != 0 {
                let i = first + offset
                guard i < count, summary.marks[i].contains(.activePrevious), !summary.marks[i].contains(.slashed)
                else { continue }
                summary.marks[i].rawValue |= UInt16(flags & 7) << 8
                let effective = UInt128(summary.effectiveBalances[i])
                if flags & 1 != 0 { summary.previousBalances[0] &+= effective }
                if flags & 2 != 0 { summary.previousBalances[1] &+= effective }
                if flags & 4 != 0 { summary.previousBalances[2] &+= effective }
            }
        }
        let target = UInt8(1) << UInt8(Constants.timelyTargetFlagIndex)
        state.currentEpochParticipation.forEachChunk { first, chunk in
            for (offset, flags) in chunk.enumerated() where flags & target != 0 {
                let i = first + offset
                guard i < count, summary.marks[i].contains(.activeCurrent), !summary.marks[i].contains(.slashed)
                else { continue }
                summary.marks[i].insert(.currentTarget)
                summary.currentTargetBalance &+= UInt128(summary.effectiveBalances[i])
            }
        }
    }

    /// Throws where a list of `entries` has none for a validator with `mark`.
    func requireEntries(
        _ entries: Int,
        _ mark: RegistrySummary.Marks,
        _ summary: RegistrySummary,
        _ function: String
    ) throws(TransitionError) {
        guard entries < summary.count else { return }
        let missing = summary.marks[entries...].firstIndex { $0.contains(mark) }
        try require(
            missing == nil,
            function,
            "list length",
            expected: "above \(missing ?? 0)",
            got: "\(entries)"
        )
    }

    /// Spec: `get_total_balance`, of a sum of effective balances.
    func totalBalance(_ sum: UInt128, _ function: String) throws(TransitionError) -> Gwei {
        guard let narrow = UInt64(exactly: sum) else { throw .overflow(function, "\(sum)") }
        return max(preset.effectiveBalanceIncrement, narrow)
    }
}
