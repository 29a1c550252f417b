import ConsensusTypes
import Hashing
import SSZ
import Testing

@Suite struct ValidatorRootsTests {
    private func validators(_ count: Int) -> [Validator] {
        (0..<count).map { i in
            let number = UInt64(i) &* 0x9e37_79b9_7f4a_7c15 &+ 1
            var validator = Validator()
            validator.pubkey.withUnsafeMutableBytes { bytes in
                for at in 0..<48 { bytes[at] = UInt8(truncatingIfNeeded: number >> UInt64(at)) ^ UInt8(at) }
            }
            validator.withdrawalCredentials = SHA256.hash([UInt8(truncatingIfNeeded: number)])
            validator.effectiveBalance = number &* 3
            validator.slashed = i % 2 == 1
            validator.activationEligibilityEpoch = number &* 5
            validator.activationEpoch = number &* 7
            validator.exitEpoch = number &* 11
            validator.withdrawableEpoch = number &* 13
            return validator
        }
    }

    /// The bulk hook says what the declaration of the fields says, for any number at once.
    @Test func manyAtOnceAreTheDeclaredRoots() {
        for count in [0, 1, 2, 31, 32, 33] {
            let values = validators(count)
            var roots = [Bytes32](repeating: .zero, count: count)
            values.withUnsafeBufferPointer { values in
                roots.withUnsafeMutableBufferPointer { Validator.elementRoots(values, into: $0) }
            }
            #expect(roots == values.map { $0.hashTreeRoot(in: .invariant) }, "\(count) validators")
        }
    }

    @Test func aRegistryHasTheDeclaredRoot() {
        let values = validators(1000)
        for layout in [PersistentLayout.binary, .progressive] {
            let list = PersistentList(values, layout: layout)
            #expect(
                list.hashTreeRoot(.list(.exactly(1 << 40)), in: .invariant)
                    == values.hashTreeRoot(.list(.exactly(1 << 40)), in: .invariant)
            )
            #expect(
                list.hashTreeRoot(.progressive(), in: .invariant) == values.hashTreeRoot(.progressive(), in: .invariant)
            )
        }
    }
}
