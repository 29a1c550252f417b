import BLS
import Concurrency
import ConsensusTypes
import Hashing
import Locking
import SSZ
import TestSupport
import Testing

@testable import StateTransition

/// What a transition comes to must not depend on how many cores it had.
@Suite struct CoresTests {
    /// More than the passes ask for before they use several cores, and no round number.
    private static let validators = Transition.validatorsForCores + 12_345
    private static let widths = [2, 3, 7]

    private static func caches(_ cores: Cores) -> TransitionCaches {
        TransitionCaches(pubkeys: PubkeyCache(), cores: cores)
    }

    @Test(arguments: [ForkName.deneb, .fulu, .gloas])
    func epochsAndRoots(_ fork: ForkName) async throws {
        var random = SplitMix64(seed: 41)
        let spec = ChainSpec.minimal
        let state = SyntheticState.make(fork, validators: Self.validators, using: &random)
        // Decoded anew each time, so that no roots are kept.
        let bytes = state.encoded(in: spec.context(fork))
        func run(_ cores: Cores) throws -> [Root] {
            let fresh = try BeaconState.decode(bytes, in: spec.context(fork))
            var roots = [fresh.hashTreeRoot(in: spec.context(fork), on: cores)]
            var transition = Transition(state: fresh, spec: spec, caches: Self.caches(cores))
            #expect((transition.cores.width == 1) == (cores.width == 1))
            for _ in 0..<2 {
                try transition.processSlots(transition.state.slot + spec.preset.slotsPerEpoch)
                roots.append(transition.stateRoot())
                let shuffled = try transition.shuffling(transition.currentEpoch).shuffled
                roots.append(shuffled.withUnsafeBytes { SHA256.hash($0) })
            }
            let again = try BeaconState.decode(
                transition.state.encoded(in: transition.context),
                in: transition.context
            )
            #expect(roots[3] == again.hashTreeRoot(in: transition.context), "kept roots, \(cores.width) cores")
            #expect(transition.state.balances.checkInvariants() == nil)
            return roots
        }
        let expected = try run(.one)
        for width in Self.widths {
            let threads = try CoreThreads(name: "cores", width: width)
            #expect(try run(threads.cores) == expected, "\(fork), \(width) cores, seed 41")
            await threads.shutdown()
        }
    }

    /// One validator has a balance that overflows: the same error whoever meets it, and the first of two.
    @Test func errorsAreTheSame() async throws {
        var random = SplitMix64(seed: 42)
        var state = SyntheticState.make(.deneb, validators: Self.validators, using: &random)
        for i in [Self.validators - 5, 40_000] { state.inactivityScores[i] = .max - UInt64(i) }
        state.finalizedCheckpoint.epoch = 2
        for i in [Self.validators - 5, 40_000] {
            state.previousEpochParticipation[i] = 0
            state.validators.update(at: i) {
                $0.slashed = false
                $0.effectiveBalance = 32_000_000_000
                $0.activationEpoch = 0
                $0.exitEpoch = farFutureEpoch
            }
        }
        func error(_ cores: Cores) -> String? {
            var transition = Transition(state: state, spec: .minimal, caches: Self.caches(cores))
            do throws(TransitionError) {
                try transition.processRewardsAndPenalties()
                return nil
            } catch {
                return "\(error)"
            }
        }
        let expected = try #require(error(.one))
        for width in Self.widths {
            let threads = try CoreThreads(name: "cores", width: width)
            #expect(error(threads.cores) == expected)
            await threads.shutdown()
        }
    }

    /// What the end of an epoch leaves to the next is what a look at the registry finds.
    @Test(arguments: [ForkName.phase0, .deneb, .electra, .gloas])
    func theRegistryAheadIsTheOneFound(_ fork: ForkName) throws {
        var random = SplitMix64(seed: 43)
        let spec = ChainSpec.minimal
        var state = SyntheticState.make(fork, validators: 500, using: &random)
        // Some on either side of each epoch that counts.
        for i in 0..<200 {
            state.validators.update(at: i) {
                $0.activationEpoch = 6 + UInt64(i % 10)
                $0.exitEpoch = i % 3 == 0 ? farFutureEpoch : 10 + UInt64(i % 7)
            }
        }
        var transition = Transition(state: state, spec: spec)
        for _ in 0..<3 {
            try transition.processSlots(transition.state.slot + spec.preset.slotsPerEpoch)
            let kept = try #require(transition.knownRegistry)
            let found = try transition.summarizeRegistry()
            #expect(kept.activeBalance == found.activeBalance)
            #expect(kept.effectiveBalances == found.effectiveBalances)
            for mark in [RegistrySummary.Marks.activePrevious, .activeCurrent, .activeNext, .slashed] {
                #expect(kept.indices(mark) == found.indices(mark))
            }
            #expect(try transition.effectiveBalancesOfEpoch() == found.effectiveBalances)
        }
    }

    /// A prepared copy stands where the slots lead, and leaves nothing to be made to its epoch's blocks.
    @Test func preparing() throws {
        var random = SplitMix64(seed: 44)
        let spec = ChainSpec.minimal
        let state = SyntheticState.make(.deneb, validators: 300, using: &random)
        let caches = TransitionCaches()
        let transition = Transition(state: state, spec: spec, caches: caches)
        let ahead = try transition.prepared(for: state.slot + 1)
        var alone = Transition(state: state, spec: spec)
        try alone.processSlots(state.slot + 1)
        #expect(ahead.stateRoot() == alone.stateRoot())
        #expect(transition.state == state)
        // Another transition of the chain gets the very same objects.
        var other = Transition(state: alone.state, spec: spec, caches: caches)
        for epoch in [11, 12] as [Epoch] {
            var prepared = ahead
            #expect(try other.shuffling(epoch) === prepared.shuffling(epoch))
            #expect(try other.shuffling(epoch).shuffled == alone.shuffling(epoch).shuffled)
        }
        #expect(other.knownRegistry != nil)
        // A slot that has begun only fills the caches.
        #expect(try ahead.prepared(for: ahead.state.slot).state == ahead.state)
    }
}
