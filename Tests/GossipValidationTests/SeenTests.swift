import TestSupport
import Testing

@testable import GossipValidation

/// What a node remembers, against plain models.
@Suite struct SeenTests {
    @Test func bitsAreCoveredByAnySuperset() {
        let seed = Seed.first
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
