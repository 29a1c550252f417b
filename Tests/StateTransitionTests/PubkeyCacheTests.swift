import BLS
import ConsensusTypes
import Dispatch
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

@Suite struct PubkeyCacheTests {
    private static func registry(_ count: Int) throws -> PersistentList<Validator> {
        PersistentList(
            try (1...count).map { number in
                var bytes = Bytes32()
                bytes.withUnsafeMutableBytes { $0[31] = UInt8(number) }
                var validator = Validator()
                validator.pubkey = try SecretKey(bytes: bytes).publicKey.compressed
                return validator
            }
        )
    }

    @Test func pointsAreKeptAndTakenBack() throws {
        let registry = try Self.registry(10)
        let first = PubkeyCache()
        first.cover(registry)
        #expect(first.count == 10)
        #expect(first.points(from: 0, limit: 100).isEmpty)
        first.decompress(0..<7)
        #expect(first.points(from: 0, limit: 100).count == 7 * PubkeyCache.pointSize)
        #expect(first.points(from: 5, limit: 1).count == PubkeyCache.pointSize)
        #expect(first.points(from: 7, limit: 1).isEmpty)
        first.decompress(0..<100)
        let stored = first.points(from: 2, limit: 100)
        #expect(stored.count == 8 * PubkeyCache.pointSize)

        let second = PubkeyCache()
        #expect(second.restore(stored, from: 2) == 0)
        second.cover(registry)
        #expect(second.restore(stored, from: 2) == 8)
        #expect(second.points(from: 2, limit: 100) == stored)
        #expect(second.points(from: 0, limit: 100).isEmpty)
    }

    @Test func pointsOfOtherKeysAreNotTaken() throws {
        let registry = try Self.registry(6)
        let sound = PubkeyCache()
        sound.cover(registry)
        sound.decompress(0..<6)
        var stored = sound.points(from: 0, limit: 6)
        // One byte of x, one of y, a point of another index, zeroes, and half a point at the end.
        let size = PubkeyCache.pointSize
        stored[5] ^= 1
        stored[size + 60] ^= 1
        stored.replaceSubrange(2 * size..<3 * size, with: stored[4 * size..<5 * size])
        stored.replaceSubrange(3 * size..<4 * size, with: [UInt8](repeating: 0, count: size))
        stored.removeLast(size / 2)
        let cache = PubkeyCache()
        cache.cover(registry)
        #expect(cache.restore(stored, from: 0) == 1)
        cache.decompress(0..<6)
        #expect(cache.points(from: 0, limit: 6) == sound.points(from: 0, limit: 6))
    }

    /// Threads that cover, decompress, look up and shuffle at once over one set of caches.
    @Test func threadsShareCaches() throws {
        let registry = try Self.registry(60)
        var random = SplitMix64(seed: 1)
        let keys = registry.map(\.pubkey)
        let base = SyntheticState.make(.fulu, validators: 60, keys: keys, using: &random)
        let caches = TransitionCaches()
        let alone = Transition(state: base, spec: .minimal)
        var reference = alone
        let expected = try reference.shuffling(10).shuffled
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            caches.pubkeys.cover(base.validators)
            caches.pubkeys.decompress(thread * 5..<60)
            var transition = Transition(state: base, spec: .minimal, caches: caches)
            #expect((try? transition.shuffling(10).shuffled) == expected)
            for (index, key) in keys.enumerated() {
                #expect(transition.validatorIndex(of: key) == UInt64(index))
            }
        }
        caches.pubkeys.decompress(0..<60)
        #expect(caches.pubkeys.points(from: 0, limit: 60).count == 60 * PubkeyCache.pointSize)
    }
}
