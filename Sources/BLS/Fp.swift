/// An element of the base field, integers modulo the 381-bit prime p.
///
/// Six 64-bit words, least significant first, in Montgomery form (the value times 2^384), always below p.
/// All arithmetic is variable-time: this module handles public data only.
package struct Fp: Sendable, Hashable, BitwiseCopyable {
    var l0: UInt64
    var l1: UInt64
    var l2: UInt64
    var l3: UInt64
    var l4: UInt64
    var l5: UInt64

    /// Takes words that already are in Montgomery form.
    @inline(__always)
    init(_ l0: UInt64, _ l1: UInt64, _ l2: UInt64, _ l3: UInt64, _ l4: UInt64, _ l5: UInt64) {
        self.l0 = l0
        self.l1 = l1
        self.l2 = l2
        self.l3 = l3
        self.l4 = l4
        self.l5 = l5
    }

    package static let zero = Fp(0, 0, 0, 0, 0, 0)

    /// 2^384 mod p.
    package static let one = Fp(
        0x7609_0000_0002_fffd,
        0xebf4_000b_c40c_0002,
        0x5f48_9857_53c7_58ba,
        0x77ce_5853_7052_5745,
        0x5c07_1a97_a256_ec6d,
        0x15f6_5ec3_fa80_e493
    )

    /// 2^768 mod p: multiplying by it brings a plain integer into Montgomery form.
    static let montgomerySquare = Fp(
        0xf4df_1f34_1c34_1746,
        0x0a76_e6a6_09d1_04f1,
        0x8de5_476c_4c95_b6d5,
        0x67eb_88a9_939d_83c0,
        0x9a79_3e85_b519_952d,
        0x1198_8fe5_92ca_e3aa
    )

    /// A small integer.
    package init(_ value: UInt64) {
        self = Fp(value, 0, 0, 0, 0, 0) * .montgomerySquare
    }

    @inline(__always)
    package var isZero: Bool { (l0 | l1 | l2 | l3 | l4 | l5) == 0 }
}

/// The prime, word by word.
///
/// Computed so that the words become immediates.
enum Prime {
    @inline(__always) static var l0: UInt64 { 0xb9fe_ffff_ffff_aaab }
    @inline(__always) static var l1: UInt64 { 0x1eab_fffe_b153_ffff }
    @inline(__always) static var l2: UInt64 { 0x6730_d2a0_f6b0_f624 }
    @inline(__always) static var l3: UInt64 { 0x6477_4b84_f385_12bf }
    @inline(__always) static var l4: UInt64 { 0x4b1b_a7b6_434b_acd7 }
    @inline(__always) static var l5: UInt64 { 0x1a01_11ea_397f_e69a }
    /// -1/p mod 2^64.
    @inline(__always) static var inverse: UInt64 { 0x89f3_fffc_fffc_fffd }
}

// The carry is kept as an integer made of the overflow bits without a branch: in this shape, and only in this shape,
// LLVM turns a chain of these into a chain of `adc` (`o ? 1 : 0` becomes jumps).

/// a + b + carry, leaving the new carry (0 or 1).
@inline(__always)
func addCarry(_ a: UInt64, _ b: UInt64, _ carry: inout UInt64) -> UInt64 {
    let (x, o1) = a.addingReportingOverflow(b)
    let (y, o2) = x.addingReportingOverflow(carry)
    carry = UInt64(unsafeBitCast(o1, to: UInt8.self)) | UInt64(unsafeBitCast(o2, to: UInt8.self))
    return y
}

/// a - b - borrow, leaving the new borrow (0 or 1).
@inline(__always)
func subtractBorrow(_ a: UInt64, _ b: UInt64, _ borrow: inout UInt64) -> UInt64 {
    let (x, o1) = a.subtractingReportingOverflow(b)
    let (y, o2) = x.subtractingReportingOverflow(borrow)
    borrow = UInt64(unsafeBitCast(o1, to: UInt8.self)) | UInt64(unsafeBitCast(o2, to: UInt8.self))
    return y
}

extension Fp {
    /// Brings a value below 2p below p.
    @inline(__always)
    func reducedOnce() -> Fp {
        var b: UInt64 = 0
        let s0 = subtractBorrow(l0, Prime.l0, &b)
        let s1 = subtractBorrow(l1, Prime.l1, &b)
        let s2 = subtractBorrow(l2, Prime.l2, &b)
        let s3 = subtractBorrow(l3, Prime.l3, &b)
        let s4 = subtractBorrow(l4, Prime.l4, &b)
        let s5 = subtractBorrow(l5, Prime.l5, &b)
        let below = b != 0
        return Fp(
            below ? l0 : s0,
            below ? l1 : s1,
            below ? l2 : s2,
            below ? l3 : s3,
            below ? l4 : s4,
            below ? l5 : s5
        )
    }

    /// The plain sum, not reduced; the caller answers for the bound.
    @inline(__always)
    func unreducedSum(_ b: Fp) -> Fp {
        var c: UInt64 = 0
        let t0 = addCarry(l0, b.l0, &c)
        let t1 = addCarry(l1, b.l1, &c)
        let t2 = addCarry(l2, b.l2, &c)
        let t3 = addCarry(l3, b.l3, &c)
        let t4 = addCarry(l4, b.l4, &c)
        let t5 = addCarry(l5, b.l5, &c)
        return Fp(t0, t1, t2, t3, t4, t5)
    }

    /// Adds p when `borrow` is 1.
    @inline(__always)
    func addingPrime(if borrow: UInt64) -> Fp {
        let m = 0 &- borrow
        var c: UInt64 = 0
        let t0 = addCarry(l0, Prime.l0 & m, &c)
        let t1 = addCarry(l1, Prime.l1 & m, &c)
        let t2 = addCarry(l2, Prime.l2 & m, &c)
        let t3 = addCarry(l3, Prime.l3 & m, &c)
        let t4 = addCarry(l4, Prime.l4 & m, &c)
        let t5 = addCarry(l5, Prime.l5 & m, &c)
        return Fp(t0, t1, t2, t3, t4, t5)
    }

    @inline(__always)
    package static func + (a: Fp, b: Fp) -> Fp { a.unreducedSum(b).reducedOnce() }

    @inline(__always)
    package static func - (a: Fp, b: Fp) -> Fp {
        var c: UInt64 = 0
        let t0 = subtractBorrow(a.l0, b.l0, &c)
        let t1 = subtractBorrow(a.l1, b.l1, &c)
        let t2 = subtractBorrow(a.l2, b.l2, &c)
        let t3 = subtractBorrow(a.l3, b.l3, &c)
        let t4 = subtractBorrow(a.l4, b.l4, &c)
        let t5 = subtractBorrow(a.l5, b.l5, &c)
        return Fp(t0, t1, t2, t3, t4, t5).addingPrime(if: c)
    }

    package static prefix func - (a: Fp) -> Fp { .zero - a }

    @inline(__always)
    package func doubled() -> Fp { self + self }

    /// The element whose double this is.
    @inline(__always)
    func halved() -> Fp {
        let t = addingPrime(if: l0 & 1)
        return Fp(
            t.l0 >> 1 | t.l1 << 63,
            t.l1 >> 1 | t.l2 << 63,
            t.l2 >> 1 | t.l3 << 63,
            t.l3 >> 1 | t.l4 << 63,
            t.l4 >> 1 | t.l5 << 63,
            t.l5 >> 1
        )
    }
}
