/// Why bytes are no key, signature or secret, or keys and signatures cannot be combined.
public enum BLSError: Error, Hashable, Sendable {
    /// The compression flag is not set; `flags` are the three top bits of the first byte.
    case notCompressed(flags: UInt8)
    /// The infinity flag is set, but the sign flag or a bit of x is too.
    case infinityWithStrayBits
    /// A coordinate is not below the field's prime.
    case coordinateNotBelowPrime
    /// No point of the curve has this x.
    case notOnCurve
    /// The point is on the curve but outside of the group of order r.
    case notInSubgroup
    /// A public key must not be the point at infinity.
    case infinity
    /// Nothing to aggregate.
    case empty
    /// A secret key must be between 1 and r - 1.
    case secretKeyOutOfRange
}
