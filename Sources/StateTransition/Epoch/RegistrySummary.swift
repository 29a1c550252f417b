internal import ConsensusTypes
internal import Locking
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
        /// Active in the epoch after the next.
        static let activeAfterNext = Marks(rawValue: 1 << 6)
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
        [ValidatorIndex](unsafeUninitializedCapacity: count) { found, foundCount in
            // Without a branch, which would be mispredicted wherever the registry is mixed.
            for i in marks.indices {
                found.initializeElement(at: foundCount, to: ValidatorIndex(i))
                if marks[i].contains(mark), marks[i].isDisjoint(with: exception) { foundCount += 1 }
            }
        }
    }

    /// What is known at the end of an epoch of the registry that the next begins with.
    ///
    /// Its lists are empty and nobody is marked `eligible`: only the end of that epoch asks for these, and looks anew.
    func ofNextEpoch(activeBalance: UInt128) -> RegistrySummary {
        let known = marks.map { marks in
            let raw = marks.rawValue
            return Marks(rawValue: raw >> 1 & 0b11 | raw >> 4 & 0b100 | raw & Marks.slashed.rawValue)
        }
        // Who was added at the end of this epoch is not active before long.
        let new = repeatElement(Marks(), count: max(0, effectiveBalances.count - count))
        var next = RegistrySummary(marks: known + new, effectiveBalances: effectiveBalances)
        next.activeBalance = activeBalance
        return next
    }
}

/// The epochs that a look at the registry asks for.
private struct RegistryEpochs {
    let previous: Epoch
    let current: Epoch
    let next: Epoch
    let afterNext: Epoch
    let lookahead: Epoch
    /// Whose withdrawable epoch this is pays the correlated slashing penalty now.
    let penalty: Epoch
    let ejectionBalance: Gwei
}

/// What one part of the registry adds to a summary.
private struct RegistryPart {
    var activeBalance: UInt128 = 0
    var candidates: [Int] = []
    var slashingsDue: [Int] = []

    /// Writes the marks and balances of the validators in `range`.
    init(
        _ validators: PersistentList<Validator>,
        _ range: Range<Int>,
        _ epochs: RegistryEpochs,
        _ allMarks: UnsafeMutableBufferPointer<RegistrySummary.Marks>,
        _ allBalances: UnsafeMutableBufferPointer<Gwei>
    ) {
        validators.forEachChunk(in: range) { first, chunk in
            for offset in chunk.indices {
                let i = first + offset
                let effective = chunk[offset].effectiveBalance
                let activation = chunk[offset].activationEpoch
                let exit = chunk[offset].exitEpoch
                var marks: RegistrySummary.Marks = []
                if activation <= epochs.previous, epochs.previous < exit {
                    marks.formUnion([.activePrevious, .eligible])
                }
                if activation <= epochs.current, epochs.current < exit {
                    marks.insert(.activeCurrent)
                    activeBalance &+= UInt128(effective)
                    if effective <= epochs.ejectionBalance, exit == farFutureEpoch { candidates.append(i) }
                }
                if activation <= epochs.next, epochs.next < exit { marks.insert(.activeNext) }
                if activation <= epochs.afterNext, epochs.afterNext < exit { marks.insert(.activeAfterNext) }
                if activation <= epochs.lookahead, epochs.lookahead < exit { marks.insert(.activeLookahead) }
                if chunk[offset].slashed {
                    let withdrawable = chunk[offset].withdrawableEpoch
                    marks.insert(.slashed)
                    if epochs.previous &+ 1 < withdrawable { marks.insert(.eligible) }
                    if withdrawable == epochs.penalty { slashingsDue.append(i) }
                }
                if candidates.last != i,
                    activation == farFutureEpoch || chunk[offset].activationEligibilityEpoch == farFutureEpoch
                {
                    candidates.append(i)
                }
                allMarks.initializeElement(at: i - range.lowerBound, to: marks)
                allBalances.initializeElement(at: i - range.lowerBound, to: effective)
            }
        }
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
        let afterNext = try next.plus(1, function)
        let epochs = RegistryEpochs(
            previous: previous,
            current: current,
            next: next,
            afterNext: afterNext,
            lookahead: lookahead,
            penalty: penaltyEpoch,
            ejectionBalance: config.ejectionBalance
        )
        let validators = state.validators
        let ranges = cores.ranges(validators.count, grain: Self.grain)
        var parts: [RegistryPart] = []
        var effectiveBalances: [Gwei] = []
        let marks = [RegistrySummary.Marks](unsafeUninitializedCapacity: validators.count) { marks, markCount in
            let allMarks = SharedMemory(marks)
            effectiveBalances = [Gwei](unsafeUninitializedCapacity: validators.count) { balances, balanceCount in
                let allBalances = SharedMemory(balances)
                parts = cores.map(count: ranges.count) { part in
                    RegistryPart(validators, ranges[part], epochs, allMarks[ranges[part]], allBalances[ranges[part]])
                }
                balanceCount = validators.count
            }
            markCount = validators.count
        }
        var summary = RegistrySummary(marks: marks, effectiveBalances: effectiveBalances)
        for part in parts {
            summary.activeBalance &+= part.activeBalance
            summary.registryCandidates += part.candidates
            summary.slashingsDue += part.slashingsDue
        }
        return summary
    }

    /// Validators of a part of a pass, at least: whole chunks of every binary list.
    static let grain = 1 << 13

    /// The registry of the current epoch, shared by all states of the epoch that descend from one block before it.
    ///
    /// Right about who is active in the previous, the current and the next epoch, and with what effective balance: no
    /// block changes that. `slashed` is as it was when the epoch began, or as it is in this state; the lists of
    /// candidates are those of whichever state asked first.
    func registryOfEpoch() throws(TransitionError) -> RegistrySummary {
        guard let key = registryKey else { return try summarizeRegistry() }
        if let known = caches.registry(key) { return known }
        let made = try summarizeRegistry()
        // Another branch may not have slashed whom this one has.
        if !hasSlashedThisEpoch { caches.keep(made, key) }
        return made
    }

    /// What the registry of the current epoch is shared under: the last block before the epoch.
    private var registryKey: EpochKey? {
        let epoch = currentEpoch
        guard epoch > 0, let root = try? getBlockRootAtSlot(epoch * preset.slotsPerEpoch - 1) else { return nil }
        return EpochKey(epoch: epoch, decisionRoot: root)
    }

    /// The registry of the current epoch where it was made before.
    var knownRegistry: RegistrySummary? { registryKey.flatMap { caches.registry($0) } }

    /// Keeps what the end of the last epoch knows of the registry: then nobody has to look at it in this one.
    mutating func keepNextRegistry() {
        guard let (epoch, registry) = nextRegistry else { return }
        nextRegistry = nil
        guard epoch == currentEpoch, let key = registryKey else { return }
        effectiveBalances = (epoch, registry.effectiveBalances)
        caches.keep(registry, key)
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
        let ranges = cores.ranges(summary.count, grain: Self.grain)
        let effectiveBalances = summary.effectiveBalances
        let (previous, current) = (state.previousEpochParticipation, state.currentEpochParticipation)
        let parts = summary.marks.withUnsafeMutableBufferPointer { marks in
            let allMarks = SharedMemory(marks)
            return cores.map(count: ranges.count) { part in
                FlagSums(previous, current, ranges[part], effectiveBalances, allMarks[ranges[part]])
            }
        }
        var sums = FlagSums()
        for part in parts { sums.add(part) }
        summary.previousBalances = [sums.source, sums.target, sums.head]
        summary.currentTargetBalance = sums.currentTarget
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

/// The balances behind each participation flag, of some validators or all.
private struct FlagSums {
    var source: UInt128 = 0
    var target: UInt128 = 0
    var head: UInt128 = 0
    var currentTarget: UInt128 = 0

    init() {}

    /// Marks the validators in `range`.
    init(
        _ previous: PersistentList<ParticipationFlags>,
        _ current: PersistentList<ParticipationFlags>,
        _ range: Range<Int>,
        _ effectiveBalances: [Gwei],
        _ marks: UnsafeMutableBufferPointer<RegistrySummary.Marks>
    ) {
        previous.forEachChunk(in: range) { first, chunk in
            for offset in chunk.indices where chunk[offset] & 7 != 0 {
                let i = first + offset - range.lowerBound
                guard marks[i].isDisjoint(with: .slashed), marks[i].contains(.activePrevious) else { continue }
                let flags = chunk[offset] & 7
                marks[i].rawValue |= UInt16(flags) << 8
                let effective = UInt128(effectiveBalances[first + offset])
                if flags & 1 != 0 { source &+= effective }
                if flags & 2 != 0 { target &+= effective }
                if flags & 4 != 0 { head &+= effective }
            }
        }
        current.forEachChunk(in: range) { first, chunk in
            for offset in chunk.indices where chunk[offset] & 2 != 0 {
                let i = first + offset - range.lowerBound
                guard marks[i].isDisjoint(with: .slashed), marks[i].contains(.activeCurrent) else { continue }
                marks[i].insert(.currentTarget)
                currentTarget &+= UInt128(effectiveBalances[first + offset])
            }
        }
    }

    mutating func add(_ other: FlagSums) {
        source &+= other.source
        target &+= other.target
        head &+= other.head
        currentTarget &+= other.currentTarget
    }
}
