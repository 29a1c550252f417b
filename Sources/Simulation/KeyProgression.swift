package import BLS
package import Hashing

/// The keys of all validators: secrets in arithmetic progression.
///
/// So a million public keys cost additions, and the sum of any committee's secrets follows from how many they are and
/// the sum of their numbers: an aggregate of true signatures is one signature.
public struct KeyProgression: Sendable {
    private let first: Fr
    private let step: Fr

    init(seed: UInt64) {
        var chance = Chance(seed, Purpose.keys)
        first = Fr(reducing: chance.root())
        step = Fr(reducing: chance.root())
    }

    /// The public keys of the numbers below `count`.
    package func publicKeys(_ count: Int) -> [PublicKey] {
        PublicKey.progression(from: Self.publicKey(of: first), step: Self.publicKey(of: step), count: count)
    }

    package func publicKey(_ number: UInt64) -> PublicKey { Self.publicKey(of: secret(Signers(number))) }

    /// The sum of the signatures that each of `signers` makes.
    package func sign(_ message: Bytes32, by signers: Signers) -> Bytes96 {
        let scalar = secret(signers)
        if scalar.isZero { return Signature.infinity.compressed }
        let point = HashToG2.hash(message.bytes).multiplied(by: scalar.canonicalWords)
        return Signature(point: point.affine()).compressed
    }

    private func secret(_ signers: Signers) -> Fr { first * Fr(signers.count) + step * Fr(signers.sum) }

    private static func publicKey(of secret: Fr) -> PublicKey {
        PublicKey(point: G1(.generator).multiplied(by: secret.canonicalWords).affine())
    }
}

/// Some of the keys, as far as a signature of all of them needs it.
package struct Signers: Sendable {
    package private(set) var count: UInt64 = 0
    /// Of their numbers.
    package private(set) var sum: UInt64 = 0

    package init() {}

    package init(_ number: UInt64) { add(number) }

    package mutating func add(_ number: UInt64) {
        count &+= 1
        sum &+= number
    }
}
