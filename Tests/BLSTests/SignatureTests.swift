import Hashing
import TestSupport
import Testing

@testable import BLS

private func secret(_ index: Int) throws -> SecretKey {
    let bytes = [UInt8](repeating: 0, count: 24) + (0..<8).map { UInt8(truncatingIfNeeded: (index + 1) >> ($0 * 3)) }
    return try SecretKey(bytes: try #require(Bytes32(bytes)))
}

private func message(_ index: Int) throws -> Bytes32 {
    try #require(Bytes32((0..<32).map { UInt8(truncatingIfNeeded: index &* 37 + $0) }))
}

@Suite struct SignatureTests {
    @Test func valueSizesArePinned() {
        #expect(MemoryLayout<PublicKey>.size == 96)
        #expect(MemoryLayout<Signature>.size == 192)
        #expect(MemoryLayout<SignatureSet>.size == 320)
    }

    @Test func signedMessagesVerifyAndOthersDoNot() throws {
        let key = try secret(1)
        let other = try secret(2)
        let signature = key.sign(try message(1))
        #expect(BLS.verify(publicKey: key.publicKey, message: try message(1), signature: signature))
        #expect(!BLS.verify(publicKey: key.publicKey, message: try message(2), signature: signature))
        #expect(!BLS.verify(publicKey: other.publicKey, message: try message(1), signature: signature))
        let negated = Signature(point: -signature.point)
        #expect(!BLS.verify(publicKey: key.publicKey, message: try message(1), signature: negated))
        #expect(!BLS.verify(publicKey: key.publicKey, message: try message(1), signature: .infinity))
        #expect(BLS.verify(publicKey: key.publicKey, message: [1, 2], signature: key.sign([1, 2])))
    }

    @Test func infinityNeverVerifiesAsAKey() throws {
        let nobody = PublicKey(point: .infinity)
        #expect(!BLS.verify(publicKey: nobody, message: try message(1), signature: .infinity))
        let key = try secret(3).publicKey
        let cancelling = [key, PublicKey(point: -key.point)]
        #expect(BLS.sum(cancelling).isInfinity)
        #expect(!BLS.fastAggregateVerify(publicKeys: cancelling, message: try message(1), signature: .infinity))
        let set = SignatureSet(publicKey: nobody, message: try message(1), signature: .infinity)
        #expect(!BLS.verifyBatch([set]))
        #expect(!BLS.verifyBatch([set, set]))
        #expect(!BLS.aggregateVerify(publicKeys: [nobody], messages: [try message(1)], signature: .infinity))
    }

    @Test func aggregates() throws {
        let keys = try (0..<5).map { try secret($0) }
        let same = try BLS.aggregate(keys.map { $0.sign(try message(9)) })
        let publicKeys = keys.map(\.publicKey)
        #expect(BLS.fastAggregateVerify(publicKeys: publicKeys, message: try message(9), signature: same))
        #expect(BLS.ethFastAggregateVerify(publicKeys: publicKeys, message: try message(9), signature: same))
        #expect(
            !BLS.fastAggregateVerify(publicKeys: Array(publicKeys.dropLast()), message: try message(9), signature: same)
        )
        let sum = try BLS.aggregate(publicKeys)
        #expect(BLS.verify(publicKey: sum, message: try message(9), signature: same))
        #expect(try BLS.ethAggregatePubkeys(publicKeys.map(\.compressed)) == sum.compressed)
        let messages = try (0..<5).map { try message($0) }
        let each = try BLS.aggregate(zip(keys, messages).map { $0.sign($1) })
        #expect(BLS.aggregateVerify(publicKeys: publicKeys, messages: messages, signature: each))
        #expect(!BLS.aggregateVerify(publicKeys: publicKeys, messages: messages.reversed(), signature: each))
        #expect(!BLS.aggregateVerify(publicKeys: publicKeys, messages: Array(messages.dropLast()), signature: each))
        #expect(throws: BLSError.empty) { try BLS.aggregate([Signature]()) }
        #expect(throws: BLSError.empty) { try BLS.aggregate([PublicKey]()) }
        #expect(throws: BLSError.empty) { try BLS.ethAggregatePubkeys([]) }
        #expect(!BLS.fastAggregateVerify(publicKeys: [], message: try message(1), signature: .infinity))
        #expect(BLS.ethFastAggregateVerify(publicKeys: [], message: try message(1), signature: .infinity))
        #expect(!BLS.ethFastAggregateVerify(publicKeys: [], message: try message(1), signature: same))
    }

    @Test(arguments: FieldKernels.allCases) func oneBadSetInAnyPlaceFailsTheBatch(kernels: FieldKernels) throws {
        // Sets 2 and 5 share a message.
        let messages = [0, 1, 2, 3, 4, 2, 6]
        let sets = try messages.enumerated().map { i, m in
            SignatureSet(
                publicKey: try secret(i).publicKey,
                message: try message(m),
                signature: try secret(i).sign(try message(m))
            )
        }
        #expect(BLS.verifyBatch([], kernels: kernels))
        for count in 1...sets.count {
            #expect(BLS.verifyBatch(Array(sets.prefix(count)), kernels: kernels), "\(count) sets")
        }
        for place in sets.indices {
            var bad = sets
            bad[place].signature = Signature(point: -bad[place].signature.point)
            #expect(!BLS.verifyBatch(bad, kernels: kernels), "signature \(place)")
            bad = sets
            bad[place].message = try message(99)
            #expect(!BLS.verifyBatch(bad, kernels: kernels), "message \(place)")
            bad = sets
            bad[place].publicKey = try secret(77).publicKey
            #expect(!BLS.verifyBatch(bad, kernels: kernels), "key \(place)")
            bad = sets
            bad[place].signature = .infinity
            #expect(!BLS.verifyBatch(bad, kernels: kernels), "infinity \(place)")
        }
        // Two errors that cancel out in a plain sum.
        var swapped = sets
        swapped[2].signature = sets[5].signature
        swapped[5].signature = sets[2].signature
        #expect(try BLS.aggregate(swapped.map(\.signature)) == BLS.aggregate(sets.map(\.signature)))
        #expect(!BLS.verifyBatch(swapped, kernels: kernels))
    }

    @Test func weightsComeFromTheGenerator() throws {
        struct Counting: RandomNumberGenerator {
            var base = SplitMix64(seed: 5)
            var calls = 0
            mutating func next() -> UInt64 {
                calls += 1
                return base.next()
            }
        }
        let sets = try (0..<3).map { i in
            SignatureSet(
                publicKey: try secret(i).publicKey,
                message: try message(i),
                signature: try secret(i).sign(try message(i))
            )
        }
        var random = Counting()
        #expect(BLS.verifyBatch(sets, randomness: &random))
        #expect(random.calls >= 3)
    }

    @Test func secretKeysOutOfRangeAreRefused() throws {
        let order = try #require(Bytes32(ModelInteger.order.bytes(32)))
        #expect(throws: BLSError.secretKeyOutOfRange) { try SecretKey(bytes: order) }
        #expect(throws: BLSError.secretKeyOutOfRange) { try SecretKey(bytes: .zero) }
        let last = try #require(Bytes32((ModelInteger.order - ModelInteger(1)).bytes(32)))
        #expect(try SecretKey(bytes: last).publicKey.point == -G1Affine.generator)
    }
}
