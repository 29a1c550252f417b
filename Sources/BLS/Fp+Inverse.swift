// Pornin's binary GCD (2020): 31 steps at a time are taken on 64-bit excerpts of both numbers and collected in a 2×2
// matrix of small factors, which is then applied to the whole numbers. Six times faster than raising to the power p - 2.

extension Fp {
    /// 1/self; zero for zero.
    package func inverse() -> Fp {
        var a = self
        var b = Fp(Prime.l0, Prime.l1, Prime.l2, Prime.l3, Prime.l4, Prime.l5)
        var u = Fp.inversionStart
        var v = Fp.zero
        for _ in 0..<Fp.inversionRounds {
            var step = InversionStep(a, b)
            let (nextA, negateA) = Fp.combine(a, step.f0, b, step.g0)
            let (nextB, negateB) = Fp.combine(a, step.f1, b, step.g1)
            a = nextA
            b = nextB
            if negateA {
                step.f0 = -step.f0
                step.g0 = -step.g0
            }
            if negateB {
                step.f1 = -step.f1
                step.g1 = -step.g1
            }
            let nextU = Fp.combineModulo(u, step.f0, v, step.g0)
            v = Fp.combineModulo(u, step.f1, v, step.g1)
            u = nextU
        }
        // The gcd is in b, its factor in v; the greatest common divisor of zero and p leaves v = 0.
        return v
    }

    /// Enough rounds for 2·381 - 1 halvings.
    private static var inversionRounds: Int { 25 }

    /// 2^(2·384 + 25·(64 - 31)) mod p: what the rounds lose, and Montgomery form of the result, put in from the start.
    ///
    /// Each round divides the numbers by 2^31 and the factors by 2^64.
    private static let inversionStart = Fp(
        0x729a_e76b_1242_1693,
        0x4c2f_1e85_2373_1e89,
        0x5ad7_0cba_6586_0717,
        0x95dc_49d5_5138_b60f,
        0xd832_c9e0_4503_ca93,
        0x10ed_79bf_2931_64a7
    )

    /// (a·f + b·g) / 2^31, exact, and its sign taken away.
    @inline(never)
    private static func combine(_ a: Fp, _ f: Int64, _ b: Fp, _ g: Int64) -> (Fp, negated: Bool) {
        let x = a.signedProduct(f)
        let y = b.signedProduct(g)
        var c: UInt64 = 0
        let t0 = addCarry(x.low.l0, y.low.l0, &c)
        let t1 = addCarry(x.low.l1, y.low.l1, &c)
        let t2 = addCarry(x.low.l2, y.low.l2, &c)
        let t3 = addCarry(x.low.l3, y.low.l3, &c)
        let t4 = addCarry(x.low.l4, y.low.l4, &c)
        let t5 = addCarry(x.low.l5, y.low.l5, &c)
        let t6 = x.top &+ y.top &+ c
        // Divided by 2^31, then by -1 where negative.
        let sign = UInt64(bitPattern: Int64(bitPattern: t6) >> 63)
        var carry = sign & 1
        let r0 = addCarry((t0 >> 31 | t1 << 33) ^ sign, 0, &carry)
        let r1 = addCarry((t1 >> 31 | t2 << 33) ^ sign, 0, &carry)
        let r2 = addCarry((t2 >> 31 | t3 << 33) ^ sign, 0, &carry)
        let r3 = addCarry((t3 >> 31 | t4 << 33) ^ sign, 0, &carry)
        let r4 = addCarry((t4 >> 31 | t5 << 33) ^ sign, 0, &carry)
        let r5 = addCarry((t5 >> 31 | t6 << 33) ^ sign, 0, &carry)
        return (Fp(r0, r1, r2, r3, r4, r5), sign != 0)
    }

    /// self·f as seven words in two's complement.
    @inline(__always)
    private func signedProduct(_ f: Int64) -> (low: Fp, top: UInt64) {
        let (product, high) = magnitudeProduct(f.magnitude)
        let sign = UInt64(bitPattern: f >> 63)
        var c = sign & 1
        let t0 = addCarry(product.l0 ^ sign, 0, &c)
        let t1 = addCarry(product.l1 ^ sign, 0, &c)
        let t2 = addCarry(product.l2 ^ sign, 0, &c)
        let t3 = addCarry(product.l3 ^ sign, 0, &c)
        let t4 = addCarry(product.l4 ^ sign, 0, &c)
        let t5 = addCarry(product.l5 ^ sign, 0, &c)
        return (Fp(t0, t1, t2, t3, t4, t5), (high ^ sign) &+ c)
    }

    @inline(__always)
    private func magnitudeProduct(_ f: UInt64) -> (low: Fp, top: UInt64) {
        let (h0, p0) = l0.multipliedFullWidth(by: f)
        let (h1, p1) = l1.multipliedFullWidth(by: f)
        let (h2, p2) = l2.multipliedFullWidth(by: f)
        let (h3, p3) = l3.multipliedFullWidth(by: f)
        let (h4, p4) = l4.multipliedFullWidth(by: f)
        let (h5, p5) = l5.multipliedFullWidth(by: f)
        var c: UInt64 = 0
        let t1 = addCarry(p1, h0, &c)
        let t2 = addCarry(p2, h1, &c)
        let t3 = addCarry(p3, h2, &c)
        let t4 = addCarry(p4, h3, &c)
        let t5 = addCarry(p5, h4, &c)
        return (Fp(p0, t1, t2, t3, t4, t5), h5 &+ c)
    }

    /// (u·f + v·g) / 2^64 modulo p; |f| + |g| is at most 2^31.
    @inline(never)
    private static func combineModulo(_ u: Fp, _ f: Int64, _ v: Fp, _ g: Int64) -> Fp {
        let x = (f < 0 ? -u : u).magnitudeProduct(f.magnitude)
        let y = (g < 0 ? -v : v).magnitudeProduct(g.magnitude)
        var c: UInt64 = 0
        let t0 = addCarry(x.low.l0, y.low.l0, &c)
        let t1 = addCarry(x.low.l1, y.low.l1, &c)
        let t2 = addCarry(x.low.l2, y.low.l2, &c)
        let t3 = addCarry(x.low.l3, y.low.l3, &c)
        let t4 = addCarry(x.low.l4, y.low.l4, &c)
        let t5 = addCarry(x.low.l5, y.low.l5, &c)
        let t6 = x.top &+ y.top &+ c
        let prime = Fp(Prime.l0, Prime.l1, Prime.l2, Prime.l3, Prime.l4, Prime.l5)
        let z = prime.magnitudeProduct(t0 &* Prime.inverse)
        c = 0
        _ = addCarry(t0, z.low.l0, &c)
        let r0 = addCarry(t1, z.low.l1, &c)
        let r1 = addCarry(t2, z.low.l2, &c)
        let r2 = addCarry(t3, z.low.l3, &c)
        let r3 = addCarry(t4, z.low.l4, &c)
        let r4 = addCarry(t5, z.low.l5, &c)
        let r5 = t6 &+ z.top &+ c
        return Fp(r0, r1, r2, r3, r4, r5).reducedOnce()
    }

    fileprivate var bitWidth: Int {
        if l5 != 0 { return 384 - l5.leadingZeroBitCount }
        if l4 != 0 { return 320 - l4.leadingZeroBitCount }
        if l3 != 0 { return 256 - l3.leadingZeroBitCount }
        if l2 != 0 { return 192 - l2.leadingZeroBitCount }
        if l1 != 0 { return 128 - l1.leadingZeroBitCount }
        return 64 - l0.leadingZeroBitCount
    }

    /// The 33 bits from bit `shift` on.
    fileprivate func excerpt(from shift: Int) -> UInt64 {
        let words: (UInt64, UInt64) =
            switch shift / 64 {
            case 0: (l0, l1)
            case 1: (l1, l2)
            case 2: (l2, l3)
            case 3: (l3, l4)
            case 4: (l4, l5)
            default: (l5, 0)
            }
        let s = UInt64(shift % 64)
        return (words.0 >> s | (words.1 << 1) << (63 - s)) & 0x1_ffff_ffff
    }
}

/// Thirty-one steps of the binary GCD on excerpts: new a = (a·f0 + b·g0)/2^31, new b = (a·f1 + b·g1)/2^31.
private struct InversionStep {
    var f0: Int64 = 1
    var g0: Int64 = 0
    var f1: Int64 = 0
    var g1: Int64 = 1

    init(_ a: Fp, _ b: Fp) {
        // The low 31 bits decide parity, the top 33 which one is larger; numbers of 64 bits are taken whole.
        let width = max(a.bitWidth, b.bitWidth, 64)
        let mask: UInt64 = 0x7fff_ffff
        var x = a.l0 & mask | a.excerpt(from: width - 33) << 31
        var y = b.l0 & mask | b.excerpt(from: width - 33) << 31
        for _ in 0..<31 {
            let odd = x & 1 == 1
            let swap = odd && x < y
            let (x0, y0) = (x, y)
            let (p0, q0, p1, q1) = (f0, g0, f1, g1)
            x = swap ? y0 : x0
            y = swap ? x0 : y0
            f0 = swap ? p1 : p0
            f1 = swap ? p0 : p1
            g0 = swap ? q1 : q0
            g1 = swap ? q0 : q1
            x &-= odd ? y : 0
            f0 &-= odd ? f1 : 0
            g0 &-= odd ? g1 : 0
            x >>= 1
            f1 &*= 2
            g1 &*= 2
        }
    }
}
