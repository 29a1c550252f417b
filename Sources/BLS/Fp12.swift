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
        var t0 = WideFp6.product(a.c0, b.c0)
        let t1 = WideFp6.product(a.c1, b.c1)
        var t2 = WideFp6.product(a.c0 + a.c1, b.c0 + b.c1)
        t2.subtract(t0)
        t2.subtract(t1)
        t0.addTimesV(t1)
        return Fp12(t0.reduced(), t2.reduced())
    }

    @inline(never)
    func squared() -> Fp12 {
        // (c0 + c1)(c0 + v·c1) - t - v·t and 2t, with t = c0·c1.
        let t = WideFp6.product(c0, c1)
        var s = WideFp6.product(c0 + c1, c0 + c1.timesV())
        s.subtract(t)
        let cross = t.reduced()
        let square = s.reduced() - cross.timesV()
        return Fp12(square, cross.doubled())
    }

    /// Times the line l0 + l1·v + l4·v·w: thirteen products of Fp2.
    @inline(never)
    mutating func multiply(l0: Fp2, l1: Fp2, l4: Fp2) {
        var t0 = WideFp6.product(c0, l0, l1)
        // c1·l4·v, coordinate by coordinate.
        let u0 = WideFp2.product(c1.c0, l4)
        let u1 = WideFp2.product(c1.c1, l4)
        let u2 = WideFp2.product(c1.c2, l4)
        // (c0 + c1)(l0 + (l1 + l4)·v) - t0 - c1·l4·v
        var t2 = WideFp6.product(c0 + c1, l0, l1 + l4)
        t2.subtract(t0)
        t2.c0.addTimesXi(negating: u2)
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

extension WideFp2 {
    /// Subtracts ξ·b.
    @inline(never)
    mutating func addTimesXi(negating b: WideFp2) {
        c0.subtract(b.c0)
        c0.add(b.c1)
        c1.subtract(b.c0)
        c1.subtract(b.c1)
    }
}
