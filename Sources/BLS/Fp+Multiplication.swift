// Multiplication comes in two halves, so that sums of products can be reduced once: `Wide` is a 768-bit product,
// `Wide.reduced()` is Montgomery's reduction. One row of a product is written as six full-width multiplications
// followed by two carry chains (all low words, then all high words); measured against the chain-per-word form this
// is what LLVM compiles best.

/// A signed 768-bit integer: a product of two field elements, or a sum of such products and their negatives.
///
/// Two's complement. Sums are exact: nothing is reduced before `reduced()`, which takes up to 9.8 p² of either sign.
/// Whoever forms a sum answers for that bound; the sums of the tower state theirs.
struct Wide: Sendable, BitwiseCopyable {
    var lo: Fp
    var hi: Fp

    @inline(__always)
    init(lo: Fp, hi: Fp) {
        self.lo = lo
        self.hi = hi
    }
}

/// (t0…t5) += a·b, with the top word going to `t6`.
@inline(__always)
private func row(
    _ t0: inout UInt64,
    _ t1: inout UInt64,
    _ t2: inout UInt64,
    _ t3: inout UInt64,
    _ t4: inout UInt64,
    _ t5: inout UInt64,
    _ t6: inout UInt64,
    _ a: Fp,
    _ b: UInt64
) {
    let (h0, l0) = a.l0.multipliedFullWidth(by: b)
    let (h1, l1) = a.l1.multipliedFullWidth(by: b)
    let (h2, l2) = a.l2.multipliedFullWidth(by: b)
    let (h3, l3) = a.l3.multipliedFullWidth(by: b)
    let (h4, l4) = a.l4.multipliedFullWidth(by: b)
    let (h5, l5) = a.l5.multipliedFullWidth(by: b)
    var c: UInt64 = 0
    t0 = addCarry(t0, l0, &c)
    t1 = addCarry(t1, l1, &c)
    t2 = addCarry(t2, l2, &c)
    t3 = addCarry(t3, l3, &c)
    t4 = addCarry(t4, l4, &c)
    t5 = addCarry(t5, l5, &c)
    t6 = c
    c = 0
    t1 = addCarry(t1, h0, &c)
    t2 = addCarry(t2, h1, &c)
    t3 = addCarry(t3, h2, &c)
    t4 = addCarry(t4, h3, &c)
    t5 = addCarry(t5, h4, &c)
    t6 = t6 &+ h5 &+ c
}

/// One step of Montgomery's reduction: makes the lowest word zero and shifts it out.
@inline(__always)
private func reduceRow(
    _ t0: inout UInt64,
    _ t1: inout UInt64,
    _ t2: inout UInt64,
    _ t3: inout UInt64,
    _ t4: inout UInt64,
    _ t5: inout UInt64
) {
    let m = t0 &* Prime.inverse
    let (h0, l0) = m.multipliedFullWidth(by: Prime.l0)
    let (h1, l1) = m.multipliedFullWidth(by: Prime.l1)
    let (h2, l2) = m.multipliedFullWidth(by: Prime.l2)
    let (h3, l3) = m.multipliedFullWidth(by: Prime.l3)
    let (h4, l4) = m.multipliedFullWidth(by: Prime.l4)
    let (h5, l5) = m.multipliedFullWidth(by: Prime.l5)
    var c: UInt64 = 0
    _ = addCarry(t0, l0, &c)
    t0 = addCarry(t1, l1, &c)
    t1 = addCarry(t2, l2, &c)
    t2 = addCarry(t3, l3, &c)
    t3 = addCarry(t4, l4, &c)
    t4 = addCarry(t5, l5, &c)
    t5 = c
    c = 0
    t0 = addCarry(t0, h0, &c)
    t1 = addCarry(t1, h1, &c)
    t2 = addCarry(t2, h2, &c)
    t3 = addCarry(t3, h3, &c)
    t4 = addCarry(t4, h4, &c)
    t5 = t5 &+ h5 &+ c
}

/// One row of the interleaved product: t = (t + a·b + m·p) / 2^64.
@inline(__always)
private func productRow(
    _ t0: inout UInt64,
    _ t1: inout UInt64,
    _ t2: inout UInt64,
    _ t3: inout UInt64,
    _ t4: inout UInt64,
    _ t5: inout UInt64,
    _ a: Fp,
    _ b: UInt64
) {
    var t6: UInt64 = 0
    row(&t0, &t1, &t2, &t3, &t4, &t5, &t6, a, b)
    reduceRow(&t0, &t1, &t2, &t3, &t4, &t5)
    // The running value stays below 2p, so the top word takes t6 without a carry.
    t5 = t5 &+ t6
}

extension Wide {
    /// The full product; the factors may be unreduced sums (any 384-bit integers).
    @inline(never)
    static func product(_ a: Fp, _ b: Fp) -> Wide {
        var t0: UInt64 = 0
        var t1: UInt64 = 0
        var t2: UInt64 = 0
        var t3: UInt64 = 0
        var t4: UInt64 = 0
        var t5: UInt64 = 0
        var t6: UInt64 = 0
        var t7: UInt64 = 0
        var t8: UInt64 = 0
        var t9: UInt64 = 0
        var t10: UInt64 = 0
        var t11: UInt64 = 0
        row(&t0, &t1, &t2, &t3, &t4, &t5, &t6, a, b.l0)
        row(&t1, &t2, &t3, &t4, &t5, &t6, &t7, a, b.l1)
        row(&t2, &t3, &t4, &t5, &t6, &t7, &t8, a, b.l2)
        row(&t3, &t4, &t5, &t6, &t7, &t8, &t9, a, b.l3)
        row(&t4, &t5, &t6, &t7, &t8, &t9, &t10, a, b.l4)
        row(&t5, &t6, &t7, &t8, &t9, &t10, &t11, a, b.l5)
        return Wide(lo: Fp(t0, t1, t2, t3, t4, t5), hi: Fp(t6, t7, t8, t9, t10, t11))
    }

    /// The square.
    @inline(__always)
    static func square(_ a: Fp) -> Wide {
        // The fifteen mixed products once, doubled, then the six squares.
        var t1: UInt64 = 0
        var t2: UInt64 = 0
        var t3: UInt64 = 0
        var t4: UInt64 = 0
        var t5: UInt64 = 0
        var t6: UInt64 = 0
        var t7: UInt64 = 0
        var t8: UInt64 = 0
        var t9: UInt64 = 0
        var t10: UInt64 = 0
        do {
            let (h1, l1) = a.l1.multipliedFullWidth(by: a.l0)
            let (h2, l2) = a.l2.multipliedFullWidth(by: a.l0)
            let (h3, l3) = a.l3.multipliedFullWidth(by: a.l0)
            let (h4, l4) = a.l4.multipliedFullWidth(by: a.l0)
            let (h5, l5) = a.l5.multipliedFullWidth(by: a.l0)
            var c: UInt64 = 0
            t1 = l1
            t2 = addCarry(l2, h1, &c)
            t3 = addCarry(l3, h2, &c)
            t4 = addCarry(l4, h3, &c)
            t5 = addCarry(l5, h4, &c)
            t6 = h5 &+ c
        }
        do {
            let (h2, l2) = a.l2.multipliedFullWidth(by: a.l1)
            let (h3, l3) = a.l3.multipliedFullWidth(by: a.l1)
            let (h4, l4) = a.l4.multipliedFullWidth(by: a.l1)
            let (h5, l5) = a.l5.multipliedFullWidth(by: a.l1)
            var c: UInt64 = 0
            t3 = addCarry(t3, l2, &c)
            t4 = addCarry(t4, l3, &c)
            t5 = addCarry(t5, l4, &c)
            t6 = addCarry(t6, l5, &c)
            t7 = c
            c = 0
            t4 = addCarry(t4, h2, &c)
            t5 = addCarry(t5, h3, &c)
            t6 = addCarry(t6, h4, &c)
            t7 = t7 &+ h5 &+ c
        }
        do {
            let (h3, l3) = a.l3.multipliedFullWidth(by: a.l2)
            let (h4, l4) = a.l4.multipliedFullWidth(by: a.l2)
            let (h5, l5) = a.l5.multipliedFullWidth(by: a.l2)
            var c: UInt64 = 0
            t5 = addCarry(t5, l3, &c)
            t6 = addCarry(t6, l4, &c)
            t7 = addCarry(t7, l5, &c)
            t8 = c
            c = 0
            t6 = addCarry(t6, h3, &c)
            t7 = addCarry(t7, h4, &c)
            t8 = t8 &+ h5 &+ c
        }
        do {
            let (h4, l4) = a.l4.multipliedFullWidth(by: a.l3)
            let (h5, l5) = a.l5.multipliedFullWidth(by: a.l3)
            var c: UInt64 = 0
            t7 = addCarry(t7, l4, &c)
            t8 = addCarry(t8, l5, &c)
            t9 = c
            c = 0
            t8 = addCarry(t8, h4, &c)
            t9 = t9 &+ h5 &+ c
        }
        do {
            let (h5, l5) = a.l5.multipliedFullWidth(by: a.l4)
            var c: UInt64 = 0
            t9 = addCarry(t9, l5, &c)
            t10 = h5 &+ c
        }
        let t11 = t10 >> 63
        t10 = t10 << 1 | t9 >> 63
        t9 = t9 << 1 | t8 >> 63
        t8 = t8 << 1 | t7 >> 63
        t7 = t7 << 1 | t6 >> 63
        t6 = t6 << 1 | t5 >> 63
        t5 = t5 << 1 | t4 >> 63
        t4 = t4 << 1 | t3 >> 63
        t3 = t3 << 1 | t2 >> 63
        t2 = t2 << 1 | t1 >> 63
        t1 = t1 << 1
        let (h0, l0) = a.l0.multipliedFullWidth(by: a.l0)
        let (h1, l1) = a.l1.multipliedFullWidth(by: a.l1)
        let (h2, l2) = a.l2.multipliedFullWidth(by: a.l2)
        let (h3, l3) = a.l3.multipliedFullWidth(by: a.l3)
        let (h4, l4) = a.l4.multipliedFullWidth(by: a.l4)
        let (h5, l5) = a.l5.multipliedFullWidth(by: a.l5)
        var c: UInt64 = 0
        let r1 = addCarry(t1, h0, &c)
        let r2 = addCarry(t2, l1, &c)
        let r3 = addCarry(t3, h1, &c)
        let r4 = addCarry(t4, l2, &c)
        let r5 = addCarry(t5, h2, &c)
        let r6 = addCarry(t6, l3, &c)
        let r7 = addCarry(t7, h3, &c)
        let r8 = addCarry(t8, l4, &c)
        let r9 = addCarry(t9, h4, &c)
        let r10 = addCarry(t10, l5, &c)
        let r11 = t11 &+ h5 &+ c
        return Wide(lo: Fp(l0, r1, r2, r3, r4, r5), hi: Fp(r6, r7, r8, r9, r10, r11))
    }

    /// Montgomery's reduction of a value between 0 and p·2^384: divides by 2^384 modulo p.
    @inline(__always)
    func reducedUnsigned() -> Fp {
        var t = lo
        reduceRow(&t.l0, &t.l1, &t.l2, &t.l3, &t.l4, &t.l5)
        reduceRow(&t.l0, &t.l1, &t.l2, &t.l3, &t.l4, &t.l5)
        reduceRow(&t.l0, &t.l1, &t.l2, &t.l3, &t.l4, &t.l5)
        reduceRow(&t.l0, &t.l1, &t.l2, &t.l3, &t.l4, &t.l5)
        reduceRow(&t.l0, &t.l1, &t.l2, &t.l3, &t.l4, &t.l5)
        reduceRow(&t.l0, &t.l1, &t.l2, &t.l3, &t.l4, &t.l5)
        return t.unreducedSum(hi).reducedOnce()
    }

    /// Montgomery's reduction of a value between -p·2^384 and p·2^384 (9.8 p² either way).
    @inline(never)
    func reduced() -> Fp {
        Wide(lo: lo, hi: hi.addingPrime(if: hi.l5 >> 63)).reducedUnsigned()
    }

    @inline(__always)
    mutating func subtract(_ b: Wide) {
        var c: UInt64 = 0
        lo.l0 = subtractBorrow(lo.l0, b.lo.l0, &c)
        lo.l1 = subtractBorrow(lo.l1, b.lo.l1, &c)
        lo.l2 = subtractBorrow(lo.l2, b.lo.l2, &c)
        lo.l3 = subtractBorrow(lo.l3, b.lo.l3, &c)
        lo.l4 = subtractBorrow(lo.l4, b.lo.l4, &c)
        lo.l5 = subtractBorrow(lo.l5, b.lo.l5, &c)
        hi.l0 = subtractBorrow(hi.l0, b.hi.l0, &c)
        hi.l1 = subtractBorrow(hi.l1, b.hi.l1, &c)
        hi.l2 = subtractBorrow(hi.l2, b.hi.l2, &c)
        hi.l3 = subtractBorrow(hi.l3, b.hi.l3, &c)
        hi.l4 = subtractBorrow(hi.l4, b.hi.l4, &c)
        hi.l5 = subtractBorrow(hi.l5, b.hi.l5, &c)
    }

    @inline(__always)
    mutating func add(_ b: Wide) {
        var c: UInt64 = 0
        lo.l0 = addCarry(lo.l0, b.lo.l0, &c)
        lo.l1 = addCarry(lo.l1, b.lo.l1, &c)
        lo.l2 = addCarry(lo.l2, b.lo.l2, &c)
        lo.l3 = addCarry(lo.l3, b.lo.l3, &c)
        lo.l4 = addCarry(lo.l4, b.lo.l4, &c)
        lo.l5 = addCarry(lo.l5, b.lo.l5, &c)
        hi.l0 = addCarry(hi.l0, b.hi.l0, &c)
        hi.l1 = addCarry(hi.l1, b.hi.l1, &c)
        hi.l2 = addCarry(hi.l2, b.hi.l2, &c)
        hi.l3 = addCarry(hi.l3, b.hi.l3, &c)
        hi.l4 = addCarry(hi.l4, b.hi.l4, &c)
        hi.l5 = addCarry(hi.l5, b.hi.l5, &c)
    }
}

extension Fp {
    @inline(never)
    package static func * (a: Fp, b: Fp) -> Fp { inAdx ? adxProduct(a, b) : product(a, b) }

    /// Multiplies in place: the result is not copied, which matters in long chains.
    @inline(never)
    package mutating func multiply(by b: Fp) {
        if inAdx { adxMultiply(by: b) } else { self = Fp.product(self, b) }
    }

    /// Two products at once, row by row in turns: their chains of dependent steps overlap.
    @inline(__always)
    static func productPair(_ a: Fp, _ b: Fp, _ d: Fp, _ e: Fp) -> (Fp, Fp) {
        var t = Fp(0, 0, 0, 0, 0, 0)
        var u = Fp(0, 0, 0, 0, 0, 0)
        productRow(&t.l0, &t.l1, &t.l2, &t.l3, &t.l4, &t.l5, a, b.l0)
        productRow(&u.l0, &u.l1, &u.l2, &u.l3, &u.l4, &u.l5, d, e.l0)
        productRow(&t.l0, &t.l1, &t.l2, &t.l3, &t.l4, &t.l5, a, b.l1)
        productRow(&u.l0, &u.l1, &u.l2, &u.l3, &u.l4, &u.l5, d, e.l1)
        productRow(&t.l0, &t.l1, &t.l2, &t.l3, &t.l4, &t.l5, a, b.l2)
        productRow(&u.l0, &u.l1, &u.l2, &u.l3, &u.l4, &u.l5, d, e.l2)
        productRow(&t.l0, &t.l1, &t.l2, &t.l3, &t.l4, &t.l5, a, b.l3)
        productRow(&u.l0, &u.l1, &u.l2, &u.l3, &u.l4, &u.l5, d, e.l3)
        productRow(&t.l0, &t.l1, &t.l2, &t.l3, &t.l4, &t.l5, a, b.l4)
        productRow(&u.l0, &u.l1, &u.l2, &u.l3, &u.l4, &u.l5, d, e.l4)
        productRow(&t.l0, &t.l1, &t.l2, &t.l3, &t.l4, &t.l5, a, b.l5)
        productRow(&u.l0, &u.l1, &u.l2, &u.l3, &u.l4, &u.l5, d, e.l5)
        return (t.reducedOnce(), u.reducedOnce())
    }

    @inline(__always)
    private static func product(_ a: Fp, _ b: Fp) -> Fp {
        var t0: UInt64 = 0
        var t1: UInt64 = 0
        var t2: UInt64 = 0
        var t3: UInt64 = 0
        var t4: UInt64 = 0
        var t5: UInt64 = 0
        productRow(&t0, &t1, &t2, &t3, &t4, &t5, a, b.l0)
        productRow(&t0, &t1, &t2, &t3, &t4, &t5, a, b.l1)
        productRow(&t0, &t1, &t2, &t3, &t4, &t5, a, b.l2)
        productRow(&t0, &t1, &t2, &t3, &t4, &t5, a, b.l3)
        productRow(&t0, &t1, &t2, &t3, &t4, &t5, a, b.l4)
        productRow(&t0, &t1, &t2, &t3, &t4, &t5, a, b.l5)
        return Fp(t0, t1, t2, t3, t4, t5).reducedOnce()
    }

    /// The square.
    @inline(never)
    package func squared() -> Fp { inAdx ? adxSquared() : Wide.square(self).reducedUnsigned() }

    /// Squares in place, so many times.
    @inline(never)
    package mutating func square(times: Int) {
        if inAdx {
            adxSquare(times: times)
        } else {
            for _ in 0..<times { self = Wide.square(self).reducedUnsigned() }
        }
    }

    /// The plain integer (not in Montgomery form), least significant word first.
    func canonical() -> Fp { Wide(lo: self, hi: .zero).reducedUnsigned() }
}
