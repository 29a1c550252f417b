import BLS
import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

/// Attestations of every size: committee sums less the absent must mean what the sum of the present means.
@Suite struct AttestationTests {
    private static let spec = ChainSpec.minimal

    private static func key(_ validator: Int) throws -> SecretKey {
        var bytes = Bytes32()
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(of: UInt32(validator + 1).bigEndian, toByteOffset: 28, as: UInt32.self)
        }
        return try SecretKey(bytes: bytes)
    }

    /// A state of 64 validators whose keys are known, at the second slot of epoch 10.
    private static func state() throws -> BeaconState {
        var random = SplitMix64(seed: 11)
        var state = SyntheticState.make(
            .fulu,
            validators: 64,
            keys: try (0..<64).map { try key($0).publicKey.compressed },
            using: &random
        )
        // A slashing in the epoch would keep its registry from being shared.
        state.slashings = PersistentList(repeating: 0, count: state.slashings.count)
        state.slot = 10 * spec.preset.slotsPerEpoch + 1
        for i in 0..<64 {
            state.validators.update(at: i) {
                $0.slashed = false
                $0.activationEpoch = 0
                $0.exitEpoch = farFutureEpoch
            }
        }
        return state
    }

    /// An attestation of the epoch's first slot by all committees, `share` in 8 of each present, the first always.
    private static func attestation(
        _ transition: inout Transition,
        share: UInt64,
        _ random: inout SplitMix64
    ) throws -> (attestation: Attestation, present: [Int], absent: [Int]) {
        let slot = transition.state.slot - 1
        var attestation = Attestation()
        attestation.data.slot = slot
        attestation.data.source = transition.state.currentJustifiedCheckpoint
        attestation.data.target = Checkpoint(epoch: 10, root: try transition.getBlockRoot(10))
        attestation.data.beaconBlockRoot = try transition.getBlockRootAtSlot(slot)
        var bits: [Bool] = []
        var present: [Int] = []
        var absent: [Int] = []
        let shuffling = try transition.shuffling(10)
        attestation.committeeBits = Bitvector(
            (0..<spec.preset.maxCommitteesPerSlot).map { $0 < shuffling.committeesPerSlot }
        )
        for index in 0..<shuffling.committeesPerSlot {
            for (position, member) in shuffling.committee(slot: slot, index: index).enumerated() {
                let isPresent = position == 0 || random.next() % 8 < share
                bits.append(isPresent)
                if isPresent { present.append(Int(member)) } else { absent.append(Int(member)) }
            }
        }
        attestation.aggregationBits = Bitlist(bits)
        let root = transition.computeSigningRoot(attestation.data, transition.getDomain(.beaconAttester, epoch: 10))
        attestation.signature = try BLS.aggregate(present.map { try key($0).sign(root) }).compressed
        return (attestation, present, absent)
    }

    @Test(arguments: [0, 1, 4, 6, 7, 8] as [UInt64])
    func whoSignedCountsAndNobodyElse(share: UInt64) throws {
        let state = try Self.state()
        let caches = TransitionCaches()
        var random = SplitMix64(seed: share)
        for _ in 0..<4 {
            var transition = Transition(state: state, spec: Self.spec, caches: caches)
            let made = try Self.attestation(&transition, share: share, &random)
            let attesters = try transition.getAttestingIndices(made.attestation)
            #expect(attesters.map(Int.init).sorted() == made.present.sorted())
            try transition.processAttestation(made.attestation)
            for index in made.present {
                #expect(transition.state.currentEpochParticipation[index] == 7)
            }
            for index in made.absent {
                let before = state.currentEpochParticipation[index]
                #expect(transition.state.currentEpochParticipation[index] == before)
            }

            // One bit the other way makes the signature another's.
            var forged = made.attestation
            let flipped = Int(random.next() % UInt64(forged.aggregationBits.count))
            forged.aggregationBits[flipped].toggle()
            var other = Transition(state: state, spec: Self.spec, caches: caches)
            #expect(throws: TransitionError.self) { try other.processAttestation(forged) }

            // The key of who is absent may be none, that of who is present may not.
            for (index, isPresent) in [(made.absent.first, false), (made.present.first, true)] {
                guard let index else { continue }
                var broken = state
                broken.validators.update(at: index) { $0.pubkey = BLSPubkey() }
                var transition = Transition(state: broken, spec: Self.spec)
                let refused = (try? transition.processAttestation(made.attestation)) == nil
                #expect(refused == isPresent)
            }
        }
    }

    @Test func effectiveBalancesAreSharedByKeyNotByChance() throws {
        // Two states of one epoch behind different blocks: what one has must not become the other's reward.
        let caches = TransitionCaches()
        var random = SplitMix64(seed: 5)
        let first = try Self.state()
        var second = first
        let decisive = Int((10 * Self.spec.preset.slotsPerEpoch - 1) % Self.spec.preset.slotsPerHistoricalRoot)
        second.blockRoots[decisive] = SyntheticState.root(&random)
        for i in 0..<64 { second.validators.update(at: i) { $0.effectiveBalance = 32_000_000_000 } }
        for state in [first, second, first] {
            var shared = Transition(state: state, spec: Self.spec, caches: caches, signatures: .trust)
            var alone = Transition(state: state, spec: Self.spec, signatures: .trust)
            let made = try Self.attestation(&alone, share: 6, &random)
            try shared.processAttestation(made.attestation)
            try alone.processAttestation(made.attestation)
            #expect(shared.state == alone.state)
        }
    }
}
