package import Hashing

// The ZCash serialisation: big-endian x (c1 before c0 in G2), three flags in the top bits of the first byte:
// 0x80 compressed, 0x40 infinity, 0x20 y is the larger of the two roots.

private enum Flag {
    static let compressed: UInt8 = 0x80
    static let infinity: UInt8 = 0x40
    static let larger: UInt8 = 0x20
    static let all: UInt8 = 0xe0
    /// The three flags in the top word of the first coordinate.
    static let wordMask: UInt64 = 0xe000_0000_0000_0000
}

/// What the first byte announces.
private enum Announced {
    case infinity
    case point(larger: Bool)

    init(_ bytes: UnsafeRawBufferPointer) throws(BLSError) {
        let first = bytes.first ?? 0
        guard first & Flag.compressed != 0 else { throw .notCompressed(flags: first >> 5) }
        if first & Flag.infinity != 0 {
            guard first == Flag.compressed | Flag.infinity, bytes.dropFirst().allSatisfy({ $0 == 0 }) else {
                throw .infinityWithStrayBits
            }
            self = .infinity
        } else {
            self = .point(larger: first & Flag.larger != 0)
        }
    }
}

extension Affine<Fp> {
    /// What the bytes of a compressed point say: x and which root y is; `nil` for infinity.
    static func announced(by bytes: Bytes48) throws(BLSError) -> (x: Fp, isLarger: Bool)? {
        try bytes.withUnsafeBytes { (raw) throws(BLSError) -> (x: Fp, isLarger: Bool)? in
            guard case .point(let larger) = try Announced(raw) else { return nil }
            guard let x = raw.baseAddress.flatMap({ Fp(bigEndian: $0, clearing: Flag.wordMask) }) else {
                throw .coordinateNotBelowPrime
            }
            return (x, larger)
        }
    }

    /// Reads a compressed point of the curve, infinity included; membership in G1 is not checked.
    package init(compressedOnCurve bytes: Bytes48) throws(BLSError) {
        guard let (x, isLarger) = try Self.announced(by: bytes) else {
            self = .infinity
            return
        }
        guard let y = (x.squared() * x + .curveConstant).squareRoot() else { throw .notOnCurve }
        self.init(x: x, y: y.isLexicographicallyLarger == isLarger ? y : -y)
    }

    /// Reads a compressed member of G1, infinity included.
    package init(compressed bytes: Bytes48) throws(BLSError) {
        try self.init(compressedOnCurve: bytes)
        guard isInSubgroup else { throw .notInSubgroup }
    }

    package var compressed: Bytes48 {
        var bytes = Bytes48()
        let isInfinity = isInfinity
        bytes.withUnsafeMutableBytes { raw in
            if !isInfinity, let base = raw.baseAddress { x.write(to: base) }
            raw[0] |= Flag.compressed
            if isInfinity {
                raw[0] |= Flag.infinity
            } else if y.isLexicographicallyLarger {
                raw[0] |= Flag.larger
            }
        }
        return bytes
    }
}

extension Affine<Fp2> {
    /// What the bytes of a compressed point say: x and which root y is; `nil` for infinity.
    static func announced(by bytes: Bytes96) throws(BLSError) -> (x: Fp2, isLarger: Bool)? {
        try bytes.withUnsafeBytes { (raw) throws(BLSError) -> (x: Fp2, isLarger: Bool)? in
            guard case .point(let larger) = try Announced(raw) else { return nil }
            guard let base = raw.baseAddress, let x1 = Fp(bigEndian: base, clearing: Flag.wordMask),
                let x0 = Fp(bigEndian: base + 48)
            else { throw .coordinateNotBelowPrime }
            return (Fp2(x0, x1), larger)
        }
    }

    /// Reads a compressed point of the twisted curve, infinity included; membership in G2 is not checked.
    package init(compressedOnCurve bytes: Bytes96) throws(BLSError) {
        guard let (x, isLarger) = try Self.announced(by: bytes) else {
            self = .infinity
            return
        }
        guard let y = (x.squared() * x + .curveConstant).squareRoot() else { throw .notOnCurve }
        self.init(x: x, y: y.isLexicographicallyLarger == isLarger ? y : -y)
    }

    /// Reads a compressed member of G2, infinity included.
    package init(compressed bytes: Bytes96) throws(BLSError) {
        try self.init(compressedOnCurve: bytes)
        guard isInSubgroup else { throw .notInSubgroup }
    }

    package var compressed: Bytes96 {
        var bytes = Bytes96()
        let isInfinity = isInfinity
        bytes.withUnsafeMutableBytes { raw in
            if !isInfinity, let base = raw.baseAddress {
                x.c1.write(to: base)
                x.c0.write(to: base + 48)
            }
            raw[0] |= Flag.compressed
            if isInfinity {
                raw[0] |= Flag.infinity
            } else if y.isLexicographicallyLarger {
                raw[0] |= Flag.larger
            }
        }
        return bytes
    }
}
