import ConsensusTypes
import Hashing
import SSZ
import TestSupport
import Testing

@testable import BlockPipeline

/// What states are said to take against what the allocator has handed out.
@Suite struct StateMemoryTests {
    /// A container of the state holds memory where Swift says that it is more than bytes; so do the lists' elements.
    @Test func whatHoldsMemoryIsKnown() {
        func check<Value: SSZValue>(_ type: Value.Type) {
            #expect(Value.holdsMemory == !_isPOD(Value.self), "\(Value.self)")
        }
        for case let type as any SSZValue.Type in Self.types { check(type) }
        #expect(Self.types.count > 20)
    }

    /// Types of the state's properties.
    private static var types: [Any.Type] {
        Mirror(reflecting: BeaconState()).children.map { type(of: $0.value) } + [
            PendingAttestation.self, BuilderPendingPayment.self, Withdrawal.self, ExecutionPayloadHeader.self,
            SyncCommittee.self, Validator.self, KZGCommitment.self, UInt64.self, Bool.self,
        ]
    }

    private static func registry(_ validators: Int, _ random: inout SplitMix64) -> BeaconState {
        var state = BeaconState()
        state.forkName = .electra
        for index in 0..<validators {
            var validator = Validator()
            validator.effectiveBalance = random.next()
            validator.activationEpoch = UInt64(index)
            state.validators.append(validator)
            state.balances.append(random.next())
            state.inactivityScores.append(random.next() % 4)
            state.previousEpochParticipation.append(UInt8(truncatingIfNeeded: random.next()))
            state.currentEpochParticipation.append(UInt8(truncatingIfNeeded: random.next()))
        }
        for _ in 0..<8_192 {
            state.blockRoots.append(SHA256.hash(random.bytes(8)))
            state.stateRoots.append(SHA256.hash(random.bytes(8)))
        }
        state.randaoMixes = state.blockRoots
        state.pendingDeposits = PersistentList([PendingDeposit](repeating: PendingDeposit(), count: 500))
        state.latestExecutionPayloadHeader.logsBloom = [UInt8](repeating: 1, count: 256)
        return state
    }

    /// What a block changes, or an epoch's end.
    private static func change(_ state: inout BeaconState, _ random: inout SplitMix64) {
        state.slot += 1
        let count = state.validators.count
        if state.slot % 8 == 0 {
            state.balances.updateEachChunk { _, chunk in
                for i in chunk.indices { chunk[i] &+= 1 }
                return true
            }
            state.previousEpochParticipation = state.currentEpochParticipation
            state.currentEpochParticipation = PersistentList(repeating: 0, count: count)
            return
        }
        for _ in 0..<(count / 100) {
            state.currentEpochParticipation[Int.random(in: 0..<count, using: &random)] ^= 7
        }
        for _ in 0..<40 { state.balances[Int.random(in: 0..<count, using: &random)] &+= 1 }
        state.validators.update(at: Int.random(in: 0..<count, using: &random)) { $0.effectiveBalance &+= 1 }
        state.blockRoots[Int(state.slot)] = SHA256.hash(random.bytes(8))
        state.stateRoots[Int(state.slot)] = SHA256.hash(random.bytes(8))
        state.randaoMixes[Int(state.slot / 8)] = SHA256.hash(random.bytes(8))
        state.latestExecutionPayloadHeader.logsBloom = random.bytes(256)
    }

    /// A tree of states grows, then loses states in its middle and its root: the measure stays what the heap says.
    ///
    /// In a process of its own, because other tests allocate, too.
    @Test(
        .enabled(if: Heap.isMeasured, "StateMemoryTests: the heap says nothing under Thread Sanitizer's allocator"),
        arguments: [64, 3_000, 30_000]
    )
    func measuredBytesAreThoseOfTheHeap(_ validators: Int) async {
        await #expect(processExitsWith: .success) { [validators] in
            var random = SplitMix64(seed: UInt64(validators))
            let cache = StateCache(limit: .max)
            var roots: [Root] = []
            var tips: [BeaconState] = []
            // Made once, with the first state that is counted: the fields and their key paths.
            var first = SharedMemory()
            first.account(BeaconState(), .add)
            let before = Heap.inUse
            let empty = cache.bytes
            tips.append(Self.registry(validators, &random))
            func check(_ when: String) {
                withExtendedLifetime(tips) {
                    let (measured, held) = (cache.bytes - empty, Heap.inUse - before)
                    print(
                        "\(validators) validators, \(cache.count) states, \(when): measured \(measured), heap \(held)"
                    )
                    #expect(measured * 100 >= held * 90, "\(when): measured \(measured), heap \(held)")
                    #expect(measured * 100 <= held * 115, "\(when): measured \(measured), heap \(held)")
                }
            }
            for number in 0..<120 {
                let tip = Int.random(in: 0..<tips.count, using: &random)
                var state = tips[tip]
                Self.change(&state, &random)
                let root = SHA256.hash([UInt8(number)])
                roots.append(root)
                cache.insert(PostState(state, blockRoot: root, stateRoot: root))
                // Now and then a branch more.
                if number % 16 == 5 { tips.append(state) } else { tips[tip] = state }
            }
            tips = []
            check("all")
            cache.remove(roots[0..<40])
            check("without the oldest")
            cache.remove(stride(from: 40, to: 120, by: 2).map { roots[$0] })
            check("every second")
            cache.remove(roots[40..<118])
            check("the last two")
            withExtendedLifetime(cache) {}
        }
    }
}
