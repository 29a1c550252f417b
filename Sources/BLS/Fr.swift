package import Hashing

/// An element of the scalar field, integers modulo the 255-bit group order r.
///
/// Four 64-bit words, least significant first, in Montgomery form (the value times 2^256), always below r.
package struct Fr: Sendable, Hashable, BitwiseCopyable {
    private var l0: UInt64
    private var l1: UInt64
    private var l2: UInt64
    private var l3: UInt64

    @inline(__always)
    private init(_ l0: UInt64, _ l1: UInt64, _ l2: UInt64, _ l3: UInt64) {
        self.l0 = l0
        self.l1 = l1
        self.l2 = l2
        self.l3 = l3
    }

    private enum Order {
        @inline(__always) static var l0: UInt64 { 0xffff_ffff_0000_0001 }
        @inline(__always) static var l1: UInt64 { 0x53bd_a402_fffe_5bfe }
        @inline(__always) static var l2: UInt64 { 0x3339_d808_09a1_d805 }
        @inline(__always) static var l3: UInt64 { 0x73ed_a753_299d_7d48 }
        /// -1/r mod 2^64.
        @inline(__always) static var inverse: UInt64 { 0xffff_fffe_ffff_ffff }
    }

    package static let zero = Fr(0, 0, 0, 0)

    /// 2^256 mod r.
    package static let one = Fr(
        0x0000_0001_ffff_fffe,
        0x5884_b7fa_0003_4802,
        0x998c_4fef_ecbc_4ff5,
        0x1824_b159_acc5_056f
    )

    /// 2^512 mod r.
    private static let montgomerySquare = Fr(
        0xc999_e990_f3f2_9c6d,
        0x2b6c_edcb_8792_5c23,
        0x05d3_1496_7254_398f,
        0x0748_d9d9_9f59_ff11
    )

    /// Reads a big-endian integer; `nil` when it is not below r.
    package init?(bigEndian bytes: Bytes32) {
        let plain = Fr(plain: bytes)
        guard plain.isBelowOrder else { return nil }
        self = plain * .montgomerySquare
    }

    /// Reads a big-endian integer modulo r.
    package init(reducing bytes: Bytes32) {
        self = Fr(plain: bytes) * .montgomerySquare
    }

    package init(_ value: UInt64) { self = Fr(value, 0, 0, 0) * .montgomerySquare }

    private init(plain bytes: Bytes32) {
        func word(_ index: Int) -> UInt64 {
            bytes.withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)) }
        }
        self.init(word(3), word(2), word(1), word(0))
    }

    /// The integer, big-endian.
    package var bytes: Bytes32 {
        var bytes = Bytes32()
        let words = canonicalWords
        bytes.withUnsafeMutableBytes { raw in
            for i in 0..<4 { raw.storeBytes(of: words[3 - i].bigEndian, toByteOffset: i * 8, as: UInt64.self) }
        }
        return bytes
    }

    /// The integer's words, least significant first.
    package var canonicalWords: [UInt64] {
        let c = self * Fr(1, 0, 0, 0)
        return [c.l0, c.l1, c.l2, c.l3]
    }

    package var isZero: Bool { (l0 | l1 | l2 | l3) == 0 }

    private var isBelowOrder: Bool {
        var b: UInt64 = 0
        _ = subtractBorrow(l0, Order.l0, &b)
        _ = subtractBorrow(l1, Order.l1, &b)
        _ = subtractBorrow(l2, Order.l2, &b)
        _ = subtractBorrow(l3, Order.l3, &b)
        return b != 0
    }

    @inline(__always)
    private func reducedOnce() -> Fr {
        var b: UInt64 = 0
        let s0 = subtractBorrow(l0, Order.l0, &b)
        let s1 = subtractBorrow(l1, Order.l1, &b)
        let s2 = subtractBorrow(l2, Order.l2, &b)
        let s3 = subtractBorrow(l3, Order.l3, &b)
        let below = b != 0
        return Fr(below ? l0 : s0, below ? l1 : s1, below ? l2 : s2, below ? l3 : s3)
    }

    package static func + (a: Fr, b: Fr) -> Fr {
        // 2r is below 2^256.
        var c: UInt64 = 0
        let t0 = addCarry(a.l0, b.l0, &c)
        let t1 = addCarry(a.l1, b.l1, &c)
        let t2 = addCarry(a.l2, b.l2, &c)
        let t3 = addCarry(a.l3, b.l3, &c)
        return Fr(t0, t1, t2, t3).reducedOnce()
    }

    package static func - (a: Fr, b: Fr) -> Fr {
        var borrow: UInt64 = 0
        let t0 = subtractBorrow(a.l0, b.l0, &borrow)
        let t1 = subtractBorrow(a.l1, b.l1, &borrow)
        let t2 = subtractBorrow(a.l2, b.l2, &borrow)
        let t3 = subtractBorrow(a.l3, b.l3, &borrow)
        let m = 0 &- borrow
        var c: UInt64 = 0
        let u0 = addCarry(t0, Order.l0 & m, &c)
        let u1 = addCarry(t1, Order.l1 & m, &c)
        let u2 = addCarry(t2, Order.l2 & m, &c)
        let u3 = addCarry(t3, Order.l3 & m, &c)
        return Fr(u0, u1, u2, u3)
    }

    package static prefix func - (a: Fr) -> Fr { .zero - a }

    @inline(__always)
    private mutating func addRow(_ a: Fr, _ b: UInt64) {
        let (h0, p0) = a.l0.multipliedFullWidth(by: b)
        let (h1, p1) = a.l1.multipliedFullWidth(by: b)
        let (h2, p2) = a.l2.multipliedFullWidth(by: b)
        let (h3, p3) = a.l3.multipliedFullWidth(by: b)
        var c: UInt64 = 0
        l0 = addCarry(l0, p0, &c)
        l1 = addCarry(l1, p1, &c)
        l2 = addCarry(l2, p2, &c)
        l3 = addCarry(l3, p3, &c)
        var top = c
        c = 0
        l1 = addCarry(l1, h0, &c)
        l2 = addCarry(l2, h1, &c)
        l3 = addCarry(l3, h2, &c)
        top = top &+ h3 &+ c
        let m = l0 &* Order.inverse
        let (g0, q0) = m.multipliedFullWidth(by: Order.l0)
        let (g1, q1) = m.multipliedFullWidth(by: Order.l1)
        let (g2, q2) = m.multipliedFullWidth(by: Order.l2)
        let (g3, q3) = m.multipliedFullWidth(by: Order.l3)
        c = 0
        _ = addCarry(l0, q0, &c)
        l0 = addCarry(l1, q1, &c)
        l1 = addCarry(l2, q2, &c)
        l2 = addCarry(l3, q3, &c)
        l3 = top &+ c
        c = 0
        l0 = addCarry(l0, g0, &c)
        l1 = addCarry(l1, g1, &c)
        l2 = addCarry(l2, g2, &c)
        l3 = l3 &+ g3 &+ c
    }

    /// The product; the left factor may be any 256-bit integer.
    @inline(never)
    package static func * (a: Fr, b: Fr) -> Fr {
        // Rows run over the words of `a` so that the running value stays below 2r whatever `a` is.
        var t = Fr(0, 0, 0, 0)
        t.addRow(b, a.l0)
        t.addRow(b, a.l1)
        t.addRow(b, a.l2)
        t.addRow(b, a.l3)
        return t.reducedOnce()
    }

    package func squared() -> Fr { self * self }

    /// Raises to an exponent given by words, least significant first.
    package func power(_ exponent: [UInt64]) -> Fr {
        var result = Fr.one
        for word in exponent.reversed() {
            for bit in (0..<64).reversed() {
                result = result.squared()
                if word >> UInt64(bit) & 1 == 1 { result = result * self }
            }
        }
        return result
    }

    /// 1/self; zero for zero.
    package func inverse() -> Fr {
        power([Order.l0 &- 2, Order.l1, Order.l2, Order.l3])
    }
}
