import Hashing
import TestSupport
import Testing

@testable import StateTransition

/// The table of what epochs decide: once each, and within its bytes.
@Suite struct EpochTableTests {
    private static func key(_ epoch: UInt64, _ fork: UInt8 = 0) -> EpochKey {
        EpochKey(epoch: epoch, decisionRoot: SHA256.hash([fork]))
    }

    /// Beyond the limit the oldest epochs go, within one the first that was made.
    @Test func oldestEpochsGoFirst() throws {
        for seed in 0..<UInt64(10) {
            var random = SplitMix64(seed: seed)
            let table = EpochTable<Int>(costLimit: 40_000) { $0 }
            var model: [(key: EpochKey, cost: Int)] = []
            for step in 0..<400 {
                let epoch = UInt64(step / 10) + random.next() % 8
                let key = Self.key(epoch, UInt8(random.next() % 4))
                let cost = Int(random.next() % 3_000)
                var made = false
                _ = try table.value(key) { () throws(TransitionError) in
                    made = true
                    return cost
                }
                #expect(made == !model.contains { $0.key == key }, "seed \(seed), step \(step)")
                if made { model.append((key, cost + 320)) }
                while model.reduce(0, { $0 + $1.cost }) > 40_000, model.count > 1 {
                    let oldest = model.map(\.key.epoch).min() ?? 0
                    model.remove(at: model.firstIndex { $0.key.epoch == oldest } ?? 0)
                }
                #expect(table.count == model.count, "seed \(seed), step \(step)")
                #expect(table.bytes == model.reduce(0) { $0 + $1.cost }, "seed \(seed), step \(step)")
            }
        }
    }

    /// What could not be made leaves nothing behind, however often it is asked for.
    @Test func failuresAreNotKept() throws {
        let table = EpochTable<Int>(costLimit: 10_000) { $0 }
        for epoch in 0..<UInt64(1_000) {
            #expect(throws: TransitionError.self) {
                _ = try table.value(Self.key(epoch)) { () throws(TransitionError) -> Int in
                    throw TransitionError("test", "fails", expected: "", got: "")
                }
            }
        }
        #expect(table.placeCount == 0)
        let value = try table.value(Self.key(3)) { () throws(TransitionError) in 7 }
        #expect(value == 7)
        #expect(table.placeCount == 1)
    }
}
