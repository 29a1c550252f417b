extension Fp {
    /// Reads 48 big-endian bytes; `nil` when the integer is not below p.
    package init?(bigEndian bytes: UnsafeRawPointer, clearing mask: UInt64 = 0) {
        let plain = Fp(plainBigEndian: bytes, clearing: mask)
        guard plain.isBelowPrime else { return nil }
        self = plain * .montgomerySquare
    }

    /// Reads 48 big-endian bytes written by this module; an integer of p or more is taken modulo p.
    init(uncheckedBigEndian bytes: UnsafeRawPointer) {
        self = Fp(plainBigEndian: bytes, clearing: 0) * .montgomerySquare
    }

    /// The words as they stand in memory, without the bits of `mask` in the top word.
    @inline(__always)
    private init(plainBigEndian bytes: UnsafeRawPointer, clearing mask: UInt64) {
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        self.init(word(5), word(4), word(3), word(2), word(1), word(0) & ~mask)
    }

    private var isBelowPrime: Bool {
        var b: UInt64 = 0
        _ = subtractBorrow(l0, Prime.l0, &b)
        _ = subtractBorrow(l1, Prime.l1, &b)
        _ = subtractBorrow(l2, Prime.l2, &b)
        _ = subtractBorrow(l3, Prime.l3, &b)
        _ = subtractBorrow(l4, Prime.l4, &b)
        _ = subtractBorrow(l5, Prime.l5, &b)
        return b != 0
    }

    /// Writes 48 big-endian bytes.
    package func write(to bytes: UnsafeMutableRawPointer) {
        let c = canonical()
        bytes.storeBytes(of: c.l5.bigEndian, as: UInt64.self)
        bytes.storeBytes(of: c.l4.bigEndian, toByteOffset: 8, as: UInt64.self)
        bytes.storeBytes(of: c.l3.bigEndian, toByteOffset: 16, as: UInt64.self)
        bytes.storeBytes(of: c.l2.bigEndian, toByteOffset: 24, as: UInt64.self)
        bytes.storeBytes(of: c.l1.bigEndian, toByteOffset: 32, as: UInt64.self)
        bytes.storeBytes(of: c.l0.bigEndian, toByteOffset: 40, as: UInt64.self)
    }

    /// Reduces 64 big-endian bytes modulo p (RFC 9380 hash_to_field).
    init(reducing64 bytes: UnsafeRawPointer) {
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        let low = Fp(word(7), word(6), word(5), word(4), 0, 0)
        let high = Fp(word(3), word(2), word(1), word(0), 0, 0)
        self = low * .montgomerySquare + high * .montgomerySquareTimes256
    }

    /// Whether the integer is larger than (p - 1) / 2, the sign of the serialisation format.
    var isLexicographicallyLarger: Bool {
        let c = canonical()
        var b: UInt64 = 0
        _ = subtractBorrow(0xdcff_7fff_ffff_d555, c.l0, &b)
        _ = subtractBorrow(0x0f55_ffff_58a9_ffff, c.l1, &b)
        _ = subtractBorrow(0xb398_6950_7b58_7b12, c.l2, &b)
        _ = subtractBorrow(0xb23b_a5c2_79c2_895f, c.l3, &b)
        _ = subtractBorrow(0x258d_d3db_21a5_d66b, c.l4, &b)
        _ = subtractBorrow(0x0d00_88f5_1cbf_f34d, c.l5, &b)
        return b != 0
    }

    /// The lowest bit of the integer, `sgn0` of RFC 9380.
    var isOdd: Bool { canonical().l0 & 1 == 1 }

    /// 2^(768+256) mod p.
    static let montgomerySquareTimes256 = Fp(
        0xfb73_eaea_d26e_be58,
        0x861c_2369_3de6_a351,
        0x76e5_bc3f_f951_c543,
        0xcc08_68ce_6a76_590c,
        0xf0a8_5a3f_3544_6d0b,
        0x0010_a8c1_a49a_064f
    )
}
