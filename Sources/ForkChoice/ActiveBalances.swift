public import ConsensusTypes
internal import SSZ

/// The weight of every validator's vote under one justified checkpoint.
///
/// Made from the checkpoint's state once and shared; fork choice never sees the state itself.
public final class ActiveBalances: Sendable {
    /// Effective balance by validator index, in Gwei.
    private let effectiveBalances: [Gwei]
    private let standings: [Standing]
    /// Sum of the balances that count, at least one increment.
    public let total: Gwei
    /// Sum of the balances of all active validators, slashed ones too, at least one increment.
    ///
    /// Spec: `get_total_active_balance`.
    public let totalActive: Gwei

    /// What a validator is in the state's epoch.
    private enum Standing: UInt8 {
        case inactive
        /// Active, but its vote does not count.
        case slashed
        /// Active and not slashed: its vote counts.
        case counted
    }

    /// - Parameters:
    ///   - state: the state of the checkpoint's block, advanced to the start of the checkpoint's epoch.
    public init(_ state: BeaconState, spec: ChainSpec) {
        let epoch = state.slot / spec.preset.slotsPerEpoch
        var effectiveBalances: [Gwei] = []
        effectiveBalances.reserveCapacity(state.validators.count)
        var standings: [Standing] = []
        standings.reserveCapacity(state.validators.count)
        var total: Gwei = 0
        var slashed: Gwei = 0
        state.validators.forEachChunk { _, chunk in
            for validator in chunk {
                let isActive = validator.activationEpoch <= epoch && epoch < validator.exitEpoch
                let standing: Standing = !isActive ? .inactive : validator.slashed ? .slashed : .counted
                // A state that got here has passed an epoch's checked sums, so these cannot wrap either.
                if standing == .counted { total = total &+ validator.effectiveBalance }
                if standing == .slashed { slashed = slashed &+ validator.effectiveBalance }
                effectiveBalances.append(validator.effectiveBalance)
                standings.append(standing)
            }
        }
        self.effectiveBalances = effectiveBalances
        self.standings = standings
        self.total = max(total, spec.preset.effectiveBalanceIncrement)
        totalActive = max(total &+ slashed, spec.preset.effectiveBalanceIncrement)
    }

    /// The weight of a validator's vote; 0 for one that does not count or that the state does not know.
    @inline(__always)
    func weight(of index: ValidatorIndex) -> Gwei {
        index < UInt64(standings.count) && standings[Int(index)] == .counted ? effectiveBalances[Int(index)] : 0
    }

    /// The effective balance of a validator, whether its vote counts or not.
    func effectiveBalance(of index: ValidatorIndex) -> Gwei {
        index < UInt64(effectiveBalances.count) ? effectiveBalances[Int(index)] : 0
    }

    /// The effective balance of an active validator, slashed or not; 0 for any other.
    func activeBalance(of index: ValidatorIndex) -> Gwei {
        index < UInt64(standings.count) && standings[Int(index)] != .inactive ? effectiveBalances[Int(index)] : 0
    }

    /// Spec: `calculate_committee_fraction`.
    func committeeFraction(percent: UInt64, slotsPerEpoch: UInt64) -> Gwei {
        let committee = total / slotsPerEpoch
        let (product, over) = committee.multipliedReportingOverflow(by: percent)
        return over ? .max : product / 100
    }
}
