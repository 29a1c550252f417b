/// An element c0 + c1·w of the twelfth extension, w² = v: where pairings take their values.
package struct Fp12: Sendable, Equatable, BitwiseCopyable {
    var c0: Fp6
    var c1: Fp6

    @inline(__always)
    init(_ c0: Fp6, _ c1: Fp6) {
        self.c0 = c0
        self.c1 = c1
    }

    package static let one = Fp12(.one, .zero)

    package var isOne: Bool { self == .one }

    @inline(never)
    package static func * (a: Fp12, b: Fp12) -> Fp12 {
        let t0 = a.c0 * b.c0
        let t1 = a.c1 * b.c1
        let t2 = (a.c0 + a.c1) * (b.c0 + b.c1)
        return Fp12(t0 + t1.timesV(), t2 - t0 - t1)
    }

    @inline(never)
    package func squared() -> Fp12 {
        // (c0 + c1)(c0 + v·c1) - t - v·t and 2t, with t = c0·c1.
        let t = c0 * c1
        let s = (c0 + c1) * (c0 + c1.timesV())
        return Fp12(s - t - t.timesV(), t.doubled())
    }

    /// Times the line l0 + l1·v + l4·v·w: thirteen products of Fp2.
    ///
    /// Every coordinate of the result is a sum of three products, at most two of them times ξ: within -7p²…8p².
    @inline(never)
    mutating func multiply(l0: Fp2, l1: Fp2, l4: Fp2) {
        if inAdx { return adxMultiply(l0: l0, l1: l1, l4: l4) }
        var t0 = WideFp6.product(c0, l0, l1)
        // c1·l4·v, coordinate by coordinate.
        let u0 = WideFp2.product(c1.c0, l4)
        let u1 = WideFp2.product(c1.c1, l4)
        let u2 = WideFp2.product(c1.c2, l4)
        // (c0 + c1)(l0 + (l1 + l4)·v) - t0 - c1·l4·v
        var t2 = WideFp6.product(c0 + c1, l0, l1 + l4)
        t2.c0.subtract(t0.c0)
        t2.c1.subtract(t0.c1)
        t2.c2.subtract(t0.c2)
        t2.c0.subtractTimesXi(u2)
        t2.c1.subtract(u0)
        t2.c2.subtract(u1)
        // c0·(l0 + l1·v) + v·(c1·l4·v)
        t0.c0.addTimesXi(u1)
        t0.c1.addTimesXi(u2)
        t0.c2.add(u0)
        c0 = t0.reduced()
        c1 = t2.reduced()
    }

    /// The conjugate over Fp6, which is the p^6-th power; the inverse of a unitary element.
    package func conjugated() -> Fp12 { Fp12(c0, -c1) }

    /// 1/self; zero for zero.
    func inverse() -> Fp12 {
        let norm = c0 * c0 - (c1 * c1).timesV()
        let scale = norm.inverse()
        return Fp12(c0 * scale, -(c1 * scale))
    }
}
