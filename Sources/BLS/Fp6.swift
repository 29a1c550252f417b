/// An element c0 + c1·v + c2·v² of the sextic extension, v³ = ξ = 1 + i.
struct Fp6: Sendable, Equatable, BitwiseCopyable {
    var c0: Fp2
    var c1: Fp2
    var c2: Fp2

    @inline(__always)
    init(_ c0: Fp2, _ c1: Fp2, _ c2: Fp2) {
        self.c0 = c0
        self.c1 = c1
        self.c2 = c2
    }

    static let zero = Fp6(.zero, .zero, .zero)
    static let one = Fp6(.one, .zero, .zero)

    var isZero: Bool { c0.isZero && c1.isZero && c2.isZero }

    @inline(never)
    static func + (a: Fp6, b: Fp6) -> Fp6 { Fp6(a.c0 + b.c0, a.c1 + b.c1, a.c2 + b.c2) }

    @inline(never)
    static func - (a: Fp6, b: Fp6) -> Fp6 { Fp6(a.c0 - b.c0, a.c1 - b.c1, a.c2 - b.c2) }

    static prefix func - (a: Fp6) -> Fp6 { Fp6(-a.c0, -a.c1, -a.c2) }

    func doubled() -> Fp6 { Fp6(c0.doubled(), c1.doubled(), c2.doubled()) }

    /// Times v.
    func timesV() -> Fp6 { Fp6(c2.timesXi(), c0, c1) }

    @inline(never)
    static func * (a: Fp6, b: Fp6) -> Fp6 { inAdx ? adxProduct(a, b) : WideFp6.product(a, b).reduced() }

    /// 1/self; zero for zero.
    func inverse() -> Fp6 {
        let t0 = c0.squared() - (c1 * c2).timesXi()
        let t1 = c2.squared().timesXi() - c0 * c1
        let t2 = c1.squared() - c0 * c2
        let norm = c0 * t0 + (c2 * t1 + c1 * t2).timesXi()
        let scale = norm.inverse()
        return Fp6(t0 * scale, t1 * scale, t2 * scale)
    }
}

/// An Fp6 element with coordinates not yet reduced.
///
/// The worst coordinate of a product of reduced elements is a0b0 + ξ(a1b2 + a2b1): -7p²…3p² and -2p²…8p². That leaves no
/// room for sums of two such products, so Fp12 adds after reducing.
struct WideFp6: BitwiseCopyable {
    var c0: WideFp2
    var c1: WideFp2
    var c2: WideFp2

    @inline(__always)
    init(_ c0: WideFp2, _ c1: WideFp2, _ c2: WideFp2) {
        self.c0 = c0
        self.c1 = c1
        self.c2 = c2
    }

    /// Karatsuba over three terms: six products of Fp2.
    @inline(never)
    static func product(_ a: Fp6, _ b: Fp6) -> WideFp6 {
        let t0 = WideFp2.product(a.c0, b.c0)
        let t1 = WideFp2.product(a.c1, b.c1)
        let t2 = WideFp2.product(a.c2, b.c2)
        var r1 = WideFp2.product(a.c0.unreducedSum(a.c1), b.c0.unreducedSum(b.c1))
        r1.subtract(t0)
        r1.subtract(t1)
        r1.addTimesXi(t2)
        var r2 = WideFp2.product(a.c0.unreducedSum(a.c2), b.c0.unreducedSum(b.c2))
        r2.subtract(t0)
        r2.add(t1)
        r2.subtract(t2)
        var u = WideFp2.product(a.c1.unreducedSum(a.c2), b.c1.unreducedSum(b.c2))
        u.subtract(t1)
        u.subtract(t2)
        var r0 = t0
        r0.addTimesXi(u)
        return WideFp6(r0, r1, r2)
    }

    /// a·(b0 + b1·v): five products of Fp2.
    @inline(never)
    static func product(_ a: Fp6, _ b0: Fp2, _ b1: Fp2) -> WideFp6 {
        var t0 = WideFp2.product(a.c0, b0)
        let t1 = WideFp2.product(a.c1, b1)
        var r1 = WideFp2.product(a.c0.unreducedSum(a.c1), b0.unreducedSum(b1))
        r1.subtract(t0)
        r1.subtract(t1)
        var r2 = WideFp2.product(a.c2, b0)
        r2.add(t1)
        t0.addTimesXi(WideFp2.product(a.c2, b1))
        return WideFp6(t0, r1, r2)
    }

    @inline(never)
    func reduced() -> Fp6 { Fp6(c0.reduced(), c1.reduced(), c2.reduced()) }
}
