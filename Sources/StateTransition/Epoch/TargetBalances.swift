internal import ConsensusTypes
internal import Locking
internal import SSZ

/// The balances behind the target votes of the previous and the current epoch: all that justification asks for.
///
/// Fork choice asks for them behind every block, so they are summed without the marks that an epoch's end needs, and
/// without a branch: who has voted is as good as random.
struct TargetBalances {
    /// Spec: `get_total_balance` of `get_unslashed_participating_indices`, not raised to an increment.
    var previous: UInt128 = 0
    var current: UInt128 = 0

    /// Validators that a core of its own is worth the while for.
    static let grain = 1 << 16

    private static let target = UInt8(Constants.timelyTargetFlagIndex)

    /// Of the validators in `range`.
    fileprivate init(
        _ previousFlags: PersistentList<ParticipationFlags>,
        _ currentFlags: PersistentList<ParticipationFlags>,
        _ range: Range<Int>,
        _ registry: RegistrySummary
    ) {
        registry.marks.withUnsafeBufferPointer { marks in
            registry.effectiveBalances.withUnsafeBufferPointer { balances in
                previousFlags.forEachChunk(in: range) { first, flags in
                    previous &+= Self.sum(flags, marks, balances, from: first, .activePrevious)
                }
                currentFlags.forEachChunk(in: range) { first, flags in
                    current &+= Self.sum(flags, marks, balances, from: first, .activeCurrent)
                }
            }
        }
    }

    fileprivate init() {}

    fileprivate mutating func add(_ other: TargetBalances) {
        previous &+= other.previous
        current &+= other.current
    }

    private static func sum(
        _ flags: UnsafeBufferPointer<ParticipationFlags>,
        _ marks: UnsafeBufferPointer<RegistrySummary.Marks>,
        _ balances: UnsafeBufferPointer<Gwei>,
        from first: Int,
        _ active: RegistrySummary.Marks
    ) -> UInt128 {
        // Summed in halves, so that no list of fewer than 2^32 can overflow them.
        var (low, high): (UInt64, UInt64) = (0, 0)
        let active = active.rawValue
        let relevant = active | RegistrySummary.Marks.slashed.rawValue
        for i in 0..<min(flags.count, marks.count - first, balances.count - first) {
            let isActive = marks[first + i].rawValue & relevant == active
            let counts = UInt64(flags[i] >> target & 1) & (isActive ? 1 : 0)
            let balance = balances[first + i] & (0 &- counts)
            low &+= balance & 0xffff_ffff
            high &+= balance >> 32
        }
        return UInt128(low) &+ UInt128(high) << 32
    }
}

extension Transition {
    /// The balances that voted for the targets of both epochs, altair and later.
    ///
    /// Throws as the end of an epoch would where a list is too short.
    func targetBalances(_ registry: RegistrySummary) throws(TransitionError) -> TargetBalances {
        try requireVectorLengths("process_epoch")
        let function = "get_unslashed_participating_indices"
        try requireEntries(state.previousEpochParticipation.count, .activePrevious, registry, function)
        try requireEntries(state.currentEpochParticipation.count, .activeCurrent, registry, function)
        let ranges = cores.ranges(registry.count, grain: TargetBalances.grain)
        let (previous, current) = (state.previousEpochParticipation, state.currentEpochParticipation)
        let parts = cores.map(count: ranges.count) { part in
            TargetBalances(previous, current, ranges[part], registry)
        }
        return parts.reduce(into: TargetBalances()) { $0.add($1) }
    }
}
