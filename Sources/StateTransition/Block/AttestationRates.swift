internal import ConsensusTypes
internal import SSZ

/// What marking the votes of an attestation goes by.
struct AttestationRates {
    /// By validator index, of those who were there when the epoch began.
    let effectiveBalances: [Gwei]
    let validators: PersistentList<Validator>
    /// The base reward of one increment.
    let perIncrement: Gwei
    let increment: Gwei
    /// Whether to sum up the balances of those who had no flag yet.
    let countsNewcomers: Bool

    /// Sets `flags` of each attester.
    ///
    /// `numerator` is the sum of base reward times weight over the flags that were not set before, `newcomers` the
    /// effective balance of those who had none.
    func mark(
        _ attesters: [ValidatorIndex],
        _ flags: ParticipationFlags,
        in participation: inout PersistentWriter<ParticipationFlags>
    ) throws(TransitionError) -> (numerator: UInt64, newcomers: Gwei) {
        let function = "process_attestation"
        let count = UInt64(min(participation.count, validators.count))
        // All that are newly given the same flags have the same weight: their increments are summed up first, and a sum
        // that overflows is one that overflows in the spec's order too, for nothing in it is negative.
        var increments: InlineArray<8, UInt64> = .init(repeating: 0)
        var newcomers: Gwei = 0
        if let index = attesters.first(where: { $0 >= count }) {
            throw TransitionError(function, "attester", expected: "below \(count)", got: "\(index)")
        }
        let balances = balances(of: attesters)
        for (position, index) in attesters.enumerated() {
            let before = participation[Int(index)]
            let new = flags & ~before
            if new == 0 { continue }
            participation[Int(index)] = before | new
            let effective = balances[position]
            increments[Int(new & 7)] = try increments[Int(new & 7)].plus(effective / increment, function)
            if countsNewcomers, before == 0 { newcomers = try newcomers.plus(effective, function) }
        }
        return (try numerator(increments, function), newcomers)
    }

    /// The effective balances of attesters, all of them in the registry.
    ///
    /// In a loop of its own: they lie in shuffled order in megabytes, and a loop with nothing else in it has many reads on
    /// their way at once, where one that also marks waits for one after the other.
    private func balances(of attesters: [ValidatorIndex]) -> [Gwei] {
        let known = UInt64(effectiveBalances.count)
        return [Gwei](unsafeUninitializedCapacity: attesters.count) { balances, count in
            effectiveBalances.withUnsafeBufferPointer { effectiveBalances in
                for (position, index) in attesters.enumerated() {
                    let balance =
                        index < known ? effectiveBalances[Int(index)] : validators[Int(index)].effectiveBalance
                    balances.initializeElement(at: position, to: balance)
                }
            }
            count = attesters.count
        }
    }

    /// Base rewards times weights, of so many increments by the flags that are new.
    private func numerator(
        _ increments: InlineArray<8, UInt64>,
        _ function: String
    ) throws(TransitionError) -> UInt64 {
        var numerator: UInt64 = 0
        for set in increments.indices where increments[set] > 0 {
            var weight: UInt64 = 0
            for (flag, flagWeight) in Constants.participationFlagWeights.enumerated() where set >> flag & 1 == 1 {
                weight += flagWeight
            }
            let reward = try increments[set].times(perIncrement, function)
            numerator = try numerator.plus(reward.times(weight, function), function)
        }
        return numerator
    }
}
