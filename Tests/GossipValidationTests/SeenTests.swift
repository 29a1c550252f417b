import TestSupport
import Testing

@testable import GossipValidation

/// What a node remembers, against plain models.
@Suite struct SeenTests {
    @Test func memoryForgetsTheOldest() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        var memory = BoundedMemory<UInt64, UInt64>(limit: 7)
        var model: [(key: UInt64, value: UInt64)] = []
        for step in 0..<4000 {
            let (key, value) = (random.next() % 20, random.next())
            memory[key] = value
            if let known = model.firstIndex(where: { $0.key == key }) {
                model[known].value = value
            } else {
                model.append((key, value))
                if model.count > 7 { model.removeFirst() }
            }
            let asked = random.next() % 20
            #expect(memory[asked] == model.first { $0.key == asked }?.value, "seed \(seed), step \(step)")
            #expect(memory.count == model.count, "seed \(seed), step \(step)")
        }
    }

    @Test func aMemoryOfNothingStillHoldsOne() {
        var memory = BoundedMemory<Int, Void>(limit: 0)
        memory.insert(1)
        memory.insert(2)
        #expect(!memory.contains(1) && memory.contains(2))
    }

    @Test func bitsAreCoveredByAnySuperset() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        for round in 0..<200 {
            var seen = SeenBits()
            var model: [[UInt8]] = []
            for _ in 0..<12 {
                let bits = [UInt8(truncatingIfNeeded: random.next() & random.next()), UInt8(random.next() % 4)]
                let isCovered = model.contains { prior in zip(prior, bits).allSatisfy { $0 | $1 == $0 } }
                #expect(seen.cover(bits) == isCovered, "seed \(seed), round \(round)")
                if !isCovered {
                    seen.insert(bits, limit: 100)
                    model.append(bits)
                }
            }
        }
    }

    @Test func bitsOfAnotherLengthAreNeverCovered() {
        var seen = SeenBits()
        seen.insert([0xff, 0xff], limit: 4)
        #expect(!seen.cover([0x01]))
        #expect(seen.cover([0x01, 0x00]))
    }

    @Test func bitsBeyondTheLimitAreNotKept() {
        var seen = SeenBits()
        for bit in 0..<8 { seen.insert([1 << UInt8(bit)], limit: 4) }
        #expect((0..<8).filter { seen.cover([1 << UInt8($0)]) }.count == 4)
        seen.insert([0xff], limit: 4)
        #expect((0..<8).allSatisfy { seen.cover([1 << UInt8($0)]) })
    }

    @Test func aRuleSaysItsNameInWords() {
        #expect("\(GossipRule.blockIsFromAFutureSlot)" == "block is from a future slot")
        #expect("\(GossipRule.attestationDataIndexMustBe0Or1)" == "attestation data index must be 0 or 1")
        #expect("\(GossipVerdict.reject(.invalidSidecar))" == "reject: invalid sidecar")
        #expect(GossipVerdict.accept.rule == nil)
    }
}
