public import ConsensusTypes
public import Hashing
internal import SSZ

extension Transition {
    /// Spec: `get_beacon_proposer_index`.
    public mutating func getBeaconProposerIndex() throws(TransitionError) -> ValidatorIndex {
        if fork >= .fulu {
            let position = Int(state.slot % preset.slotsPerEpoch)
            try require(
                position < state.proposerLookahead.count,
                "get_beacon_proposer_index",
                "proposer_lookahead length",
                expected: "above \(position)",
                got: "\(state.proposerLookahead.count)"
            )
            return state.proposerLookahead[position]
        }
        if let known = proposer, known.slot == state.slot { return known.index }
        let epoch = currentEpoch
        let seed = SHA256.hash(getSeed(epoch, .beaconProposer).bytes + littleEndianBytes(state.slot))
        let index = try computeProposerIndex(shuffling(epoch).activeIndices, seed: seed)
        proposer = (state.slot, index)
        return index
    }

    /// Spec: `compute_proposer_index`.
    public func computeProposerIndex(
        _ indices: [ValidatorIndex],
        seed: Bytes32
    ) throws(TransitionError) -> ValidatorIndex {
        try sampleByEffectiveBalance(indices[...], seed: seed, count: 1, "compute_proposer_index")[0]
    }

    /// Spec: `compute_balance_weighted_selection` (gloas).
    ///
    /// Draws `count` of `indices`, each with a chance in proportion to its effective balance: the common part of
    /// `compute_proposer_index`, `get_next_sync_committee_indices` and `compute_ptc`. Since electra the random value has
    /// 16 bits and the scale is the larger maximum balance. Whoever draws from many gives their `balances`, by index.
    func sampleByEffectiveBalance(
        _ indices: ArraySlice<ValidatorIndex>,
        seed: Bytes32,
        count: Int,
        shuffled: Bool = true,
        balances: [Gwei] = [],
        _ function: String
    ) throws(TransitionError) -> [ValidatorIndex] {
        let total = UInt64(indices.count)
        try require(total > 0, function, "active validators", expected: "at least 1", got: "0")
        let wide = fork >= .electra
        let maximum = wide ? preset.maxEffectiveBalanceElectra : preset.maxEffectiveBalance
        let maxRandom: UInt64 = wide ? 0xffff : 0xff
        let perHash: UInt64 = wide ? 16 : 32
        var drawn: [ValidatorIndex] = []
        drawn.reserveCapacity(count)
        var shuffler = Shuffler(count: total, seed: seed, rounds: shuffled ? preset.shuffleRoundCount : 0)
        var random = Bytes32()
        var i: UInt64 = 0
        // Where no validator has any balance nobody can be drawn, and the spec's loop would not end.
        let limit = UInt64(1) << 40
        while drawn.count < count {
            try require(i < limit, function, "validators with balance", expected: "some", got: "none")
            // Without rounds the shuffler leaves everyone in place.
            let candidate = indices[indices.startIndex + Int(shuffler.index(i % total))]
            if i % perHash == 0 { random = SHA256.hash(seed.bytes + littleEndianBytes(i / perHash)) }
            let value = random.withUnsafeBytes { bytes -> UInt64 in
                let offset = Int(i % perHash)
                return wide ? UInt64(bytes[2 * offset]) | UInt64(bytes[2 * offset + 1]) << 8 : UInt64(bytes[offset])
            }
            let balance =
                candidate < UInt64(balances.count)
                ? balances[Int(candidate)] : try validator(candidate, function).effectiveBalance
            if try balance.times(maxRandom, function) >= maximum.times(value, function) { drawn.append(candidate) }
            i += 1
        }
        return drawn
    }
}
