public import ConsensusTypes
internal import SSZ

/// The weight of every validator's vote under one justified checkpoint.
///
/// Made from the checkpoint's state once and shared; fork choice never sees the state itself.
public final class ActiveBalances: Sendable {
    /// Effective balance by validator index, in Gwei.
    private let effectiveBalances: [Gwei]
    /// Whether a validator's vote counts: it is active and not slashed.
    private let counted: [Bool]
    /// Sum of the balances that count, at least one increment.
    public let total: Gwei

    /// - Parameters:
    ///   - state: the state of the checkpoint's block, advanced to the start of the checkpoint's epoch.
    public init(_ state: BeaconState, spec: ChainSpec) {
        let epoch = state.slot / spec.preset.slotsPerEpoch
        var effectiveBalances: [Gwei] = []
        effectiveBalances.reserveCapacity(state.validators.count)
        var counted: [Bool] = []
        counted.reserveCapacity(state.validators.count)
        var total: Gwei = 0
        state.validators.forEachChunk { _, chunk in
            for validator in chunk {
                let counts =
                    validator.activationEpoch <= epoch && epoch < validator.exitEpoch && !validator.slashed
                // A state that got here has passed an epoch's checked sums, so this one cannot wrap either.
                total = total &+ (counts ? validator.effectiveBalance : 0)
                effectiveBalances.append(validator.effectiveBalance)
                counted.append(counts)
            }
        }
        self.effectiveBalances = effectiveBalances
        self.counted = counted
        self.total = max(total, spec.preset.effectiveBalanceIncrement)
    }

    /// The weight of a validator's vote; 0 for one that does not count or that the state does not know.
    @inline(__always)
    func weight(of index: ValidatorIndex) -> Gwei {
        index < UInt64(counted.count) && counted[Int(index)] ? effectiveBalances[Int(index)] : 0
    }

    /// The effective balance of a validator, whether its vote counts or not.
    func effectiveBalance(of index: ValidatorIndex) -> Gwei {
        index < UInt64(effectiveBalances.count) ? effectiveBalances[Int(index)] : 0
    }

    /// Spec: `calculate_committee_fraction`.
    func committeeFraction(percent: UInt64, slotsPerEpoch: UInt64) -> Gwei {
        let committee = total / slotsPerEpoch
        let (product, over) = committee.multipliedReportingOverflow(by: percent)
        return over ? .max : product / 100
    }
}
