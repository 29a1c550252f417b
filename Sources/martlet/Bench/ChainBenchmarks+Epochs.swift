import ConsensusTypes
import SSZ
import StateTransition

// Figures over boundaries of epochs. Every sample begins with caches that know no epoch, as a node does that follows the
// chain: what an epoch needs is made where it is first needed, and that is timed.
extension ChainBenchmarks {
    /// The first block of an epoch that has a block of the epoch before it.
    var boundary: Int? {
        let epochs = chain.map { $0.message.slot / spec.preset.slotsPerEpoch }
        return chain.indices.dropFirst().first { epochs[$0] > epochs[$0 - 1] }
    }

    /// The state before the last block in front of the boundary, its roots known.
    private func stateBefore(_ boundary: Int) throws -> BeaconState {
        var transition = transition(state, freshCaches, .trust)
        for block in chain[..<(boundary - 1)] { try transition.stateTransition(block) }
        return transition.state
    }

    /// Slots, first block and root; and the parts.
    var boundaries: [Benchmark] {
        guard let boundary else { return [] }
        return [
            crossing("epoch.boundary", at: boundary) { transition, block, watch in
                try watch.time { try transition.stateTransition(block) }
            },
            crossing("epoch.boundary.slots", at: boundary) { transition, block, watch in
                try watch.time { try transition.processSlots(block.message.slot) }
            },
            crossing("epoch.boundary.block", at: boundary) { transition, block, watch in
                try transition.processSlots(block.message.slot)
                try watch.time {
                    try transition.processBlock(block.message)
                    guard transition.state.hashTreeRoot(in: transition.context) == block.message.stateRoot else {
                        throw TransitionError("state_transition", "state_root", expected: "the block's", got: "another")
                    }
                }
            },
        ]
    }

    private func crossing(
        _ name: String,
        at boundary: Int,
        _ body: @escaping @Sendable (inout Transition, SignedBeaconBlock, inout Stopwatch) throws -> Void
    ) -> Benchmark {
        Benchmark(name: name, unit: .ms) { [self] in
            let before = try stateBefore(boundary)
            return run(1) { watch in
                // The block in front makes what its own epoch needs.
                var transition = transition(before, freshCaches, .trust)
                try transition.stateTransition(chain[boundary - 1])
                try body(&transition, chain[boundary], &watch)
                return transition.state.slot
            }
        }
    }

    /// From the last block of an epoch to the first of the next but one, where the chain is so long.
    var runs: [Benchmark] {
        guard let boundary, boundary - 1 + Self.runLength <= chain.count else { return [] }
        let blocks = chain[(boundary - 1)..<(boundary - 1 + Self.runLength)]
        return [
            Benchmark(name: "run34.no_signatures", unit: .ms) { [self] in
                let before = try stateBefore(boundary)
                return run(1) { watch in
                    var transition = transition(before, freshCaches, .trust)
                    try watch.time {
                        for block in blocks { try transition.stateTransition(block) }
                    }
                    return transition.state.slot
                }
            },
            Benchmark(name: "run34.all", unit: .ms) { [self] in
                let before = try stateBefore(boundary)
                return run(1) { watch in
                    let caches = freshCaches
                    var state = before
                    try watch.time {
                        var randomness = SystemRandomNumberGenerator()
                        for block in blocks {
                            var transition = transition(state, caches, .collect)
                            try transition.stateTransition(block)
                            try SignatureClaim.verifyTogether(
                                transition.signatures.claims,
                                caches: caches,
                                randomness: &randomness
                            )
                            state = transition.state
                        }
                    }
                    return state.slot
                }
            },
        ]
    }
}
