import BLS
import Concurrency
import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

@Suite struct SignatureTests {
    private static func key(_ number: UInt8) throws -> SecretKey {
        var bytes = Bytes32()
        bytes.withUnsafeMutableBytes { $0[31] = number }
        return try SecretKey(bytes: bytes)
    }

    private static func message(_ number: UInt8) -> Root {
        var root = Root()
        root.withUnsafeMutableBytes { $0[0] = number }
        return root
    }

    /// A claim by the keys of these numbers, signed by those of others where given.
    private static func claim(
        _ number: UInt8,
        by signers: [UInt8],
        signedBy actual: [UInt8]? = nil
    ) throws -> SignatureClaim {
        let signatures = try (actual ?? signers).map { try key($0).sign(message(number)) }
        return SignatureClaim(
            function: "process_\(number)",
            pubkeys: try signers.map { try key($0).publicKey.compressed },
            message: message(number),
            signature: signatures.isEmpty ? Signature.infinity.compressed : try BLS.aggregate(signatures).compressed,
            allowsNobody: true
        )
    }

    private static func together(_ claims: [SignatureClaim]) -> TransitionError? {
        var randomness = SplitMix64(seed: 1)
        do throws(TransitionError) {
            try SignatureClaim.verifyTogether(claims, caches: TransitionCaches(), randomness: &randomness)
            return nil
        } catch {
            return error
        }
    }

    @Test func soundClaimsPassAloneAndTogether() throws {
        let claims = try [Self.claim(1, by: [1]), Self.claim(2, by: [1, 2, 3]), Self.claim(3, by: [])]
        for claim in claims { try claim.verify(caches: TransitionCaches()) }
        #expect(Self.together(claims) == nil)
        #expect(Self.together([]) == nil)
    }

    @Test(arguments: 0..<5) func aBadClaimAmongGoodOnesIsNamed(position: Int) throws {
        var claims: [SignatureClaim] = []
        for i in 0..<5 {
            let number = UInt8(i + 1)
            claims.append(try Self.claim(number, by: [number], signedBy: i == position ? [9] : [number]))
        }
        #expect(Self.together(claims)?.function == "process_\(position + 1)")
        #expect(Self.together(claims)?.kind == .signature)
        #expect(throws: TransitionError.self) { try claims[position].verify(caches: TransitionCaches()) }
    }

    @Test func errorsThatWouldCancelOutAreFound() throws {
        // Each signature stands where the other belongs: their sum is right, neither is.
        var claims = try [Self.claim(1, by: [1]), Self.claim(1, by: [2])]
        (claims[0].signature, claims[1].signature) = (claims[1].signature, claims[0].signature)
        #expect(Self.together(claims)?.function == "process_1")
    }

    @Test func anAggregateLessTheAbsentIsThatOfTheOthers() throws {
        var claim = try Self.claim(7, by: [1, 2])
        let all = try BLS.aggregate([1, 2, 3].map { try Self.key($0).publicKey })
        claim.pubkeys = [all.compressed]
        claim.absentPubkeys = [try Self.key(3).publicKey.compressed]
        #expect(Self.together([claim]) == nil)
        claim.absentPubkeys = [try Self.key(2).publicKey.compressed]
        #expect(Self.together([claim]) != nil)
        // Nobody left: the key is infinity, and no signature is valid.
        claim.absentPubkeys = try [1, 2, 3].map { try Self.key($0).publicKey.compressed }
        claim.signature = Signature.infinity.compressed
        #expect(Self.together([claim]) != nil)
    }

    @Test func nobodySignsOnlyWhereAllowedAndWithInfinity() throws {
        var claim = try Self.claim(1, by: [])
        #expect(Self.together([claim]) == nil)
        claim.allowsNobody = false
        #expect(Self.together([claim]) != nil)
        claim.allowsNobody = true
        claim.signature = try Self.key(1).sign(Self.message(1)).compressed
        #expect(Self.together([claim]) != nil)
    }

    @Test func keysAndSignaturesThatAreNoPointsAreRefused() throws {
        var claim = try Self.claim(1, by: [1])
        claim.signature = BLSSignature()
        #expect(Self.together([claim])?.function == "process_1")
        claim = try Self.claim(1, by: [1])
        claim.pubkeys = [BLSPubkey()]
        #expect(Self.together([claim])?.function == "process_1")
    }

    /// Cut into parts for several cores, a batch ends as it does whole: good, or with the error of the first bad claim.
    @Test(arguments: [1, 2, 3, 7]) func partsOfABatch(width: Int) async throws {
        let threads = try CoreThreads(name: "cores", width: width)
        let caches = TransitionCaches(pubkeys: PubkeyCache(), cores: threads.cores)
        func verdict(_ claims: [SignatureClaim]) -> String? {
            var randomness = SplitMix64(seed: 1)
            do throws(TransitionError) {
                try SignatureClaim.verifyTogether(claims, caches: caches, randomness: &randomness)
                return nil
            } catch {
                return "\(error.function) \(error.got)"
            }
        }
        let good = try (1...70).map { try Self.claim(UInt8($0), by: [UInt8($0)]) }
        #expect(verdict(good) == nil)
        #expect(verdict(Array(good[..<33])) == nil)
        for bad in [[0], [69], [34, 35], [12, 50], [31, 32, 33], [66]] {
            var claims = good
            for i in bad { claims[i].signature = good[(i + 1) % 70].signature }
            #expect(verdict(claims) == "process_\(bad[0] + 1) another's or none")
            // What is no signature at all is found first, wherever it stands.
            claims[68].signature = BLSSignature()
            claims[67].pubkeys = [BLSPubkey()]
            #expect(verdict(claims) == "process_68 a signer whose key is invalid")
        }
        // Two errors that would cancel out, one on either side of a cut.
        var swapped = good.map { claim in
            var claim = claim
            claim.message = Self.message(1)
            return claim
        }
        for i in swapped.indices {
            swapped[i].signature = try Self.key(UInt8(i + 1)).sign(Self.message(1)).compressed
        }
        #expect(verdict(swapped) == nil)
        (swapped[5].signature, swapped[60].signature) = (swapped[60].signature, swapped[5].signature)
        #expect(verdict(swapped) == "process_6 another's or none")
        await threads.shutdown()
    }
}
