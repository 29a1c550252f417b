import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

/// A difference applied to its base gives the state it was made for, bit by bit, or an error.
@Suite struct StateDiffTests {
    private struct Rooted {
        let state: BeaconState
        let root: Root

        init(_ state: BeaconState, _ spec: ChainSpec) {
            self.state = state
            root = state.hashTreeRoot(in: spec.context(state.forkName))
        }
    }

    /// Makes a difference, carries it through its bytes, applies it, and compares; how many bytes it has.
    @discardableResult
    private func check(_ base: Rooted, _ state: Rooted, _ spec: ChainSpec, _ note: String) throws -> Int {
        let context = spec.context(state.state.forkName)
        let diff = StateDiff(from: base.state, root: base.root, to: state.state, root: state.root, spec: spec)
        let read = try StateDiff(bytes: diff.bytes)
        let applied = try read.applied(to: base.state, root: base.root, spec: spec)
        let expected = state.state.encoded(in: context)
        let isSame = applied.encoded(in: context) == expected
        #expect(isSame, "\(note)")
        #expect(applied.forkName == state.state.forkName)
        for fault in invariants(of: applied) { Issue.record("\(note): \(fault)") }
        // What bases share must not matter: one read from bytes gives the same difference and the same state.
        let baseContext = spec.context(base.state.forkName)
        let bare = try BeaconState.decode(base.state.encoded(in: baseContext), in: baseContext)
        let again = StateDiff(from: bare, root: base.root, to: state.state, root: state.root, spec: spec)
        let isSameDiff = again.bytes == diff.bytes
        #expect(isSameDiff, "\(note): another difference from a base that shares nothing")
        let isSameAgain = try read.applied(to: bare, root: base.root, spec: spec).encoded(in: context) == expected
        #expect(isSameAgain, "\(note)")
        return diff.bytes.count
    }

    private func invariants(of state: BeaconState) -> [String] {
        [
            state.validators.checkInvariants(), state.balances.checkInvariants(), state.blockRoots.checkInvariants(),
            state.previousEpochParticipation.checkInvariants(), state.pendingDeposits.checkInvariants(),
            state.inactivityScores.checkInvariants(), state.historicalSummaries.checkInvariants(),
        ].compactMap { $0 }
    }

    @Test func everyForkOfAChain() throws {
        let stream = try RecordedStream("every-fork")
        let spec = stream.spec
        var transition = Transition(state: stream.anchor, spec: spec, signatures: .trust)
        var states = [Rooted(stream.anchor, spec)]
        for message in stream.messages where message.state == "included" && message.root != nil {
            try transition.stateTransition(stream.block(message))
            states.append(Rooted(transition.state, spec))
        }
        // And on without blocks, until the last of the forty epochs is there.
        let perEpoch = spec.preset.slotsPerEpoch
        while transition.state.slot < 40 * perEpoch {
            try transition.processSlots(transition.state.slot + perEpoch)
            states.append(Rooted(transition.state, spec))
        }
        #expect(Set(states.map(\.state.forkName)).count == ForkName.allCases.count)
        for distance in [1, 5, 8, 40] {
            for i in states.indices where i + distance < states.count && i % (distance == 1 ? 1 : 3) == 0 {
                try check(states[i], states[i + distance], spec, "\(i) to \(i + distance)")
            }
        }
        try check(states[0], states[states.count - 1], spec, "first to last")
        // Backwards too: nothing says that the base is older.
        for i in stride(from: 0, to: states.count - 7, by: 7) {
            try check(states[i + 7], states[i], spec, "back to \(i)")
        }
        // A state against itself is a head and a mark a field.
        let size = try check(states[9], states[9], spec, "itself")
        #expect(size < 67 + 64)
    }

    @Test(arguments: ForkName.allCases)
    func randomChanges(fork: ForkName) throws {
        let seed = Seed.first
        var random = SplitMix64(seed: seed)
        let spec = ChainSpec.minimal
        var state = SyntheticState.make(fork, validators: 700, using: &random)
        var kept = [Rooted(state, spec)]
        for round in 0..<12 {
            change(&state, &random)
            let next = Rooted(state, spec)
            let base = kept.randomElement(using: &random) ?? next
            try check(base, next, spec, "seed \(seed), \(fork), round \(round)")
            kept.append(next)
        }
    }

    /// Everything that lists can go through, more of it than a chain would do.
    private func change(_ state: inout BeaconState, _ random: inout SplitMix64) {
        func chance(_ n: UInt64) -> Bool { random.next() % n == 0 }
        func place(_ count: Int) -> Int { Int(random.next() % UInt64(max(1, count))) }
        state.slot += 1 + random.next() % 40
        for _ in 0..<random.next() % 50 {
            let i = place(state.validators.count)
            state.validators.update(at: i) { validator in
                switch random.next() % 4 {
                case 0: validator.effectiveBalance = random.next()
                case 1: validator.exitEpoch = random.next() % 1_000
                case 2: validator.slashed.toggle()
                default: validator.withdrawalCredentials = SyntheticState.root(&random)
                }
            }
            state.balances[i] = chance(2) ? random.next() : state.balances[i] &+ 12
        }
        if chance(3) {
            state.balances = PersistentList(state.balances.map { $0 &+ 9_417 }, layout: state.balances.layout)
        }
        for _ in 0..<random.next() % 70 where state.forkName >= .altair {
            let i = place(state.currentEpochParticipation.count)
            state.currentEpochParticipation[i] = UInt8(truncatingIfNeeded: random.next())
            state.inactivityScores[i] = random.next() >> (random.next() % 64)
        }
        if chance(4), state.forkName >= .altair {
            state.previousEpochParticipation = state.currentEpochParticipation
            let count = state.currentEpochParticipation.count
            state.currentEpochParticipation = PersistentList(
                repeating: 0,
                count: count,
                layout: state.currentEpochParticipation.layout
            )
            swap(&state.currentSyncCommittee, &state.nextSyncCommittee)
            state.previousJustifiedCheckpoint = state.currentJustifiedCheckpoint
            state.currentJustifiedCheckpoint.epoch += 1
        }
        for _ in 0..<random.next() % 9 {
            state.blockRoots[place(state.blockRoots.count)] = SyntheticState.root(&random)
            state.randaoMixes[place(state.randaoMixes.count)] = SyntheticState.root(&random)
            state.historicalRoots.append(SyntheticState.root(&random))
            if state.eth1DataVotes.count < 32 { state.eth1DataVotes.append(state.eth1Data) }
            state.eth1Data.depositCount += random.next() % 2
        }
        if chance(5) { state.eth1DataVotes.removeAll() }
        if chance(3) {
            for _ in 0..<random.next() % 300 {
                state.validators.append(state.validators[place(state.validators.count)])
                state.balances.append(random.next())
                guard state.forkName >= .altair else { continue }
                state.previousEpochParticipation.append(7)
                state.currentEpochParticipation.append(0)
                state.inactivityScores.append(0)
            }
        }
        guard state.forkName >= .electra else { return }
        for _ in 0..<random.next() % 12 {
            var deposit = PendingDeposit()
            deposit.amount = random.next()
            state.pendingDeposits.append(deposit)
        }
        if chance(2) { state.pendingDeposits.removeFirst(place(state.pendingDeposits.count + 1)) }
        if chance(6) { state.pendingDeposits.removeAll() }
        if state.forkName >= .fulu {
            let moved = Array(state.proposerLookahead.dropFirst(8))
            state.proposerLookahead = moved + (0..<8).map { _ in random.next() % 700 }
        }
        if state.forkName >= .gloas {
            state.ptcWindow = Array(state.ptcWindow.dropFirst(8)) + Array(state.ptcWindow.prefix(8).reversed())
            state.executionPayloadAvailability[place(state.executionPayloadAvailability.count)].toggle()
        }
    }

    /// Bytes flipped, cut, put in: never a trap, never another state.
    @Test(arguments: [ForkName.phase0, .deneb, .electra, .heze])
    func damagedBytes(fork: ForkName) throws {
        let seed = Seed.first
        var random = SplitMix64(seed: seed)
        let spec = ChainSpec.minimal
        var state = SyntheticState.make(fork, validators: 300, using: &random)
        let base = Rooted(state, spec)
        change(&state, &random)
        let next = Rooted(state, spec)
        let whole = StateDiff(from: base.state, root: base.root, to: next.state, root: next.root, spec: spec).bytes
        let expected = next.state.encoded(in: spec.context(fork))
        var ended = (same: 0, malformed: 0, anotherState: 0, otherwise: 0)
        for round in 0..<1_000 {
            var bytes = whole
            switch random.next() % 5 {
            case 0: bytes.removeLast(Int(random.next() % UInt64(bytes.count + 1)))
            case 1: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: Int(random.next() % UInt64(bytes.count)))
            case 2:
                let start = Int(random.next() % UInt64(bytes.count))
                bytes.replaceSubrange(start..<min(bytes.count, start + 10), with: [UInt8](repeating: 0xff, count: 10))
            default:
                // Half of the flips beyond the head, and most near the marks of the fields.
                let start = random.next() % 2 == 0 ? 0 : 67
                let i = start + Int(random.next() % UInt64(bytes.count - start))
                bytes[i] ^= 1 << UInt8(random.next() % 8)
            }
            do throws(StateDiffError) {
                let applied = try StateDiff(bytes: bytes).applied(to: base.state, root: base.root, spec: spec)
                let isSame = applied.encoded(in: spec.context(applied.forkName)) == expected
                #expect(isSame, "seed \(seed), round \(round)")
                ended.same += 1
            } catch .malformed {
                ended.malformed += 1
            } catch .stateRoot {
                ended.anotherState += 1
            } catch {
                ended.otherwise += 1
            }
        }
        // Found while it is read, and found by what comes out, or the test reaches nothing.
        #expect(ended.malformed > 50 && ended.anotherState > 50, "seed \(seed): \(ended)")
    }

    @Test func aDifferenceKnowsItsBase() throws {
        var random = SplitMix64(seed: 7)
        let spec = ChainSpec.minimal
        var state = SyntheticState.make(.electra, validators: 100, using: &random)
        let base = Rooted(state, spec)
        change(&state, &random)
        let next = Rooted(state, spec)
        let diff = StateDiff(from: base.state, root: base.root, to: next.state, root: next.root, spec: spec)
        #expect(throws: StateDiffError.base(expected: base.root, got: next.root)) {
            try diff.applied(to: next.state, root: next.root, spec: spec)
        }
        // A base that is not what its root says does not go unnoticed.
        var other = base.state
        other.genesisTime += 1
        other.balances[3] += 1
        #expect(throws: StateDiffError.self) { try diff.applied(to: other, root: base.root, spec: spec) }
        #expect(throws: StateDiffError.tooShort(minimum: 67, got: 5)) { try StateDiff(bytes: [1, 2, 3, 4, 5]) }
        var later = diff.bytes
        later[0] = 2
        #expect(throws: StateDiffError.format(expected: 1, got: 2)) { try StateDiff(bytes: later) }
    }
}
