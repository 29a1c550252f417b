import Concurrency
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
    func boundaries(_ cores: Cores) -> [Benchmark] {
        guard let boundary else { return [] }
        return [
            crossing("epoch.boundary", at: boundary, cores) { transition, block, watch in
                try watch.time { try transition.stateTransition(block) }
            },
            crossing("epoch.boundary.slots", at: boundary, cores) { transition, block, watch in
                try watch.time { try transition.processSlots(block.message.slot) }
            },
            crossing("epoch.boundary.block", at: boundary, cores) { transition, block, watch in
                try transition.processSlots(block.message.slot)
                try watch.time {
                    try transition.processBlock(block.message)
                    guard transition.stateRoot() == block.message.stateRoot else {
                        throw TransitionError("state_transition", "state_root", expected: "the block's", got: "another")
                    }
                }
            },
        ]
    }

    private func crossing(
        _ name: String,
        at boundary: Int,
        _ cores: Cores,
        _ body: @escaping @Sendable (inout Transition, SignedBeaconBlock, inout Stopwatch) throws -> Void
    ) -> Benchmark {
        Benchmark(name: name, unit: .ms) { [self] in
            let before = try stateBefore(boundary)
            return run(1, threads: cores.width) { watch in
                // The block in front makes what its own epoch needs.
                var transition = transition(before, freshCaches(cores), .trust)
                try transition.stateTransition(chain[boundary - 1])
                try body(&transition, chain[boundary], &watch)
                return transition.state.slot
            }
        }
    }

    /// From the last block of an epoch to the first of the next but one, where the chain is so long.
    func runs(_ cores: Cores) -> [Benchmark] {
        guard let boundary, boundary - 1 + Self.runLength <= chain.count else { return [] }
        let blocks = chain[(boundary - 1)..<(boundary - 1 + Self.runLength)]
        return [
            Benchmark(name: "run34.no_signatures", unit: .ms) { [self] in
                let before = try stateBefore(boundary)
                return run(1, threads: cores.width) { watch in
                    var transition = transition(before, freshCaches(cores), .trust)
                    try watch.time {
                        for block in blocks { try transition.stateTransition(block) }
                    }
                    return transition.state.slot
                }
            },
            Benchmark(name: "run34.all", unit: .ms) { [self] in
                let before = try stateBefore(boundary)
                return run(1, threads: cores.width) { watch in
                    var follower = Follower(state: before, caches: freshCaches(cores), spec: spec)
                    try watch.time {
                        for block in blocks { try follower.take(block) }
                        try follower.verify()
                    }
                    return follower.state.slot
                }
            },
        ]
    }
}

/// Carries blocks through with all their signatures: on several cores those of a block beside the next block's
/// transition, on one core one after the other.
private struct Follower {
    private(set) var state: BeaconState
    let caches: TransitionCaches
    let spec: ChainSpec
    /// Those of the last block, not verified yet.
    private var claims: [SignatureClaim] = []

    init(state: BeaconState, caches: TransitionCaches, spec: ChainSpec) {
        self.state = state
        self.caches = caches
        self.spec = spec
    }

    mutating func take(_ block: SignedBeaconBlock) throws {
        let (pre, before, caches, spec) = (state, claims, caches, spec)
        let (moved, verified) = caches.cores.both {
            Result { () throws(TransitionError) in
                var transition = Transition(state: pre, spec: spec, caches: caches, signatures: .collect)
                try transition.stateTransition(block)
                return (transition.state, transition.signatures.claims)
            }
        } _: {
            Result { () throws(TransitionError) in try Self.verify(before, caches) }
        }
        try verified.get()
        (state, claims) = try moved.get()
        if caches.cores.width == 1 { try verify() }
    }

    mutating func verify() throws {
        try Self.verify(claims, caches)
        claims = []
    }

    private static func verify(_ claims: [SignatureClaim], _ caches: TransitionCaches) throws(TransitionError) {
        var randomness = SystemRandomNumberGenerator()
        try SignatureClaim.verifyTogether(claims, caches: caches, randomness: &randomness)
    }
}
