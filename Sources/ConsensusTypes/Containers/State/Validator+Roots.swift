public import Hashing
internal import SSZ

extension Validator {
    /// The roots of many validators at once, for a registry that has none yet: each is a tree of eight leaves.
    ///
    /// Says again what `fields` declares, so that whole layers can be hashed; a test holds the two together.
    public static func elementRoots(
        _ validators: UnsafeBufferPointer<Validator>,
        into roots: UnsafeMutableBufferPointer<Bytes32>
    ) {
        // A key is a tree of two leaves; its root lies in the result's place until the leaves are made.
        Merkle.roots(ofTreesOfDepth: 1, into: roots) { leaves in
            for (i, validator) in validators.enumerated() {
                let place = UnsafeMutableRawBufferPointer(
                    UnsafeMutableBufferPointer(rebasing: leaves[(2 * i)..<(2 * i + 2)])
                )
                validator.pubkey.withUnsafeBytes { place.copyMemory(from: $0) }
            }
        }
        Merkle.roots(ofTreesOfDepth: 3, into: roots) { leaves in
            for (i, validator) in validators.enumerated() {
                let first = 8 * i
                leaves[first] = roots[i]
                leaves[first + 1] = validator.withdrawalCredentials
                leaves[first + 2] = validator.effectiveBalance.elementRoot()
                leaves[first + 3] = UInt8(validator.slashed ? 1 : 0).elementRoot()
                leaves[first + 4] = validator.activationEligibilityEpoch.elementRoot()
                leaves[first + 5] = validator.activationEpoch.elementRoot()
                leaves[first + 6] = validator.exitEpoch.elementRoot()
                leaves[first + 7] = validator.withdrawableEpoch.elementRoot()
            }
        }
    }
}
