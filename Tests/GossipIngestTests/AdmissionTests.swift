import Hashing
import TestSupport
import Testing

@testable import GossipIngest

/// Admission against a plain list.
@Suite struct AdmissionTests {
    @Test func itRemembersTheLatestAndNoMore() {
        for seed in 0..<UInt64(50) {
            var random = SplitMix64(seed: seed)
            var admission = Admission(maximumBytes: 100, memory: 8)
            // Digests in the order they came; those forgotten on purpose keep their place in the order.
            var order: [Bytes32] = []
            for step in 0..<300 {
                let digest = SHA256.hash([UInt8.random(in: 0..<20, using: &random)])
                let bytes = Int.random(in: 90...105, using: &random)
                let answer = admission.ask(digest, bytes: bytes)
                let expected: Admission.Answer =
                    bytes > 100
                    ? .tooLarge(limit: 100, got: bytes) : order.contains(digest) ? .duplicate : .admitted
                #expect(answer == expected, "seed \(seed), step \(step)")
                if answer == .admitted {
                    order.append(digest)
                    if order.count > 8 { order.removeFirst() }
                }
            }
        }
    }

    @Test func whatIsForgottenComesInAgain() {
        var admission = Admission(maximumBytes: 100, memory: 4)
        let digest = SHA256.hash([1])
        for _ in 0..<20 {
            #expect(admission.ask(digest, bytes: 1) == .admitted)
            #expect(admission.ask(digest, bytes: 1) == .duplicate)
            admission.forget(digest)
        }
        #expect(admission.ask(digest, bytes: 1) == .admitted)
        // Its earlier places in the order must not push it out while it is new.
        for other in 2..<5 { #expect(admission.ask(SHA256.hash([UInt8(other)]), bytes: 1) == .admitted) }
        #expect(admission.ask(digest, bytes: 1) == .duplicate)
    }
}
