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

        /// The participation flags of the previous epoch, as bits 0 to 2.
        @inline(__always)
        var previousFlags: Int { Int(rawValue >> 8) & 7 }

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

    /// The indices with `mark` and without `exception`, ascending.
    func indices(_ mark: Marks, except exception: Marks = []) -> [ValidatorIndex] {
        var found: [ValidatorIndex] = []
        found.reserveCapacity(count)
        for i in marks.indices where marks[i].contains(mark) && marks[i].isDisjoint(with: exception) {
            found.append(ValidatorIndex(i))
        }
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
        let ejectionBalance = config.ejectionBalance

        let count = state.validators.count
        var allMarks = [RegistrySummary.Marks](repeating: [], count: count)
        var effectiveBalances = [Gwei](repeating: 0, count: count)
        var activeBalance: UInt128 = 0
        var candidates: [Int] = []
        var slashingsDue: [Int] = []
        allMarks.withUnsafeMutableBufferPointer { allMarks in
            effectiveBalances.withUnsafeMutableBufferPointer { effectiveBalances in
                state.validators.forEachChunk { first, chunk in
                    for offset in chunk.indices {
                        let i = first + offset
                        let effective = chunk[offset].effectiveBalance
                        let activation = chunk[offset].activationEpoch
                        let exit = chunk[offset].exitEpoch
                        var marks: RegistrySummary.Marks = []
                        if activation <= previous, previous < exit { marks.formUnion([.activePrevious, .eligible]) }
                        if activation <= current, current < exit {
                            marks.insert(.activeCurrent)
                            activeBalance &+= UInt128(effective)
                            if effective <= ejectionBalance, exit == farFutureEpoch { candidates.append(i) }
                        }
                        if activation <= next, next < exit { marks.insert(.activeNext) }
                        if activation <= lookahead, lookahead < exit { marks.insert(.activeLookahead) }
                        if chunk[offset].slashed {
                            let withdrawable = chunk[offset].withdrawableEpoch
                            marks.insert(.slashed)
                            if previous &+ 1 < withdrawable { marks.insert(.eligible) }
                            if withdrawable == penaltyEpoch { slashingsDue.append(i) }
                        }
                        if candidates.last != i,
                            activation == farFutureEpoch
                                || chunk[offset].activationEligibilityEpoch == farFutureEpoch
                        {
                            candidates.append(i)
                        }
                        allMarks[i] = marks
                        effectiveBalances[i] = effective
                    }
                }
            }
        }
        var summary = RegistrySummary(marks: allMarks, effectiveBalances: effectiveBalances)
        summary.activeBalance = activeBalance
        summary.registryCandidates = candidates
        summary.slashingsDue = slashingsDue
        return summary
    }

    /// The registry of the current epoch, shared by all states of the epoch that descend from one block before it.
    ///
    /// Right about who is active in the previous, the current and the next epoch, and with what effective balance: no
    /// block changes that. `slashed` is as it was when the epoch began, or as it is in this state; the lists of
    /// candidates are those of whichever state asked first.
    func registryOfEpoch() throws(TransitionError) -> RegistrySummary {
        let epoch = currentEpoch
        guard epoch > 0, let root = try? getBlockRootAtSlot(epoch * preset.slotsPerEpoch - 1) else {
            return try summarizeRegistry()
        }
        let key = EpochKey(epoch: epoch, decisionRoot: root)
        if let known = caches.registry(key) { return known }
        let made = try summarizeRegistry()
        // Another branch may not have slashed whom this one has.
        if !hasSlashedThisEpoch { caches.keep(made, key) }
        return made
    }

    /// The effective balances of the current epoch, by validator index: right about all who are active.
    ///
    /// Flat, because attesters stand in shuffled order: in the registry each would cost a cache miss or two.
    mutating func effectiveBalancesOfEpoch() throws(TransitionError) -> [Gwei] {
        let epoch = currentEpoch
        if let known = effectiveBalances, known.epoch == epoch { return known.balances }
        let balances = try registryOfEpoch().effectiveBalances
        effectiveBalances = (epoch, balances)
        return balances
    }

    /// Whether a block of the current epoch slashed anybody; `true` where that cannot be known.
    var hasSlashedThisEpoch: Bool {
        let position = Int(currentEpoch % preset.epochsPerSlashingsVector)
        return position >= state.slashings.count || state.slashings[position] != 0
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
        let effectiveBalances = summary.effectiveBalances
        var source: UInt128 = 0
        var target: UInt128 = 0
        var head: UInt128 = 0
        var currentTarget: UInt128 = 0
        summary.marks.withUnsafeMutableBufferPointer { marks in
            state.previousEpochParticipation.forEachChunk { first, chunk in
                for offset in 0..<min(chunk.count, max(count - first, 0)) where chunk[offset] & 7 != 0 {
                    let i = first + offset
                    guard marks[i].isDisjoint(with: .slashed), marks[i].contains(.activePrevious) else { continue }
                    let flags = chunk[offset] & 7
                    marks[i].rawValue |= UInt16(flags) << 8
                    let effective = UInt128(effectiveBalances[i])
                    if flags & 1 != 0 { source &+= effective }
                    if flags & 2 != 0 { target &+= effective }
                    if flags & 4 != 0 { head &+= effective }
                }
            }
            state.currentEpochParticipation.forEachChunk { first, chunk in
                for offset in 0..<min(chunk.count, max(count - first, 0)) where chunk[offset] & 2 != 0 {
                    let i = first + offset
                    guard marks[i].isDisjoint(with: .slashed), marks[i].contains(.activeCurrent) else { continue }
                    marks[i].insert(.currentTarget)
                    currentTarget &+= UInt128(effectiveBalances[i])
                }
            }
        }
        summary.previousBalances = [source, target, head]
        summary.currentTargetBalance = currentTarget
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
