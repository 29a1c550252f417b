/// An Fp2 element whose coordinates are signed sums of products, not yet reduced.
///
/// Sums of products in the higher extensions are formed here and reduced once per coordinate. A product of reduced
/// elements has c0 in ±p² and c1 in 0…2p²; times ξ that becomes -3p²…p² and -p²…3p². `reduced()` takes ±9.8 p².
struct WideFp2: Sendable, BitwiseCopyable {
    var c0: Wide
    var c1: Wide

    @inline(__always)
    init(_ c0: Wide, _ c1: Wide) {
        self.c0 = c0
        self.c1 = c1
    }

    /// The product; the factors may be sums of a few reduced elements, not reduced themselves.
    @inline(never)
    static func product(_ a: Fp2, _ b: Fp2) -> WideFp2 {
        var r = WideFp2(Wide.product(a.c0, b.c0), Wide.product(a.c0.unreducedSum(a.c1), b.c0.unreducedSum(b.c1)))
        let t = Wide.product(a.c1, b.c1)
        r.c1.subtract(r.c0)
        r.c1.subtract(t)
        r.c0.subtract(t)
        return r
    }

    @inline(never)
    func reduced() -> Fp2 { Fp2(c0.reduced(), c1.reduced()) }

    @inline(never)
    mutating func add(_ b: WideFp2) {
        c0.add(b.c0)
        c1.add(b.c1)
    }

    @inline(never)
    mutating func subtract(_ b: WideFp2) {
        c0.subtract(b.c0)
        c1.subtract(b.c1)
    }

    /// Adds ξ·b.
    @inline(never)
    mutating func addTimesXi(_ b: WideFp2) {
        c0.add(b.c0)
        c0.subtract(b.c1)
        c1.add(b.c0)
        c1.add(b.c1)
    }

    /// Subtracts ξ·b.
    @inline(never)
    mutating func subtractTimesXi(_ b: WideFp2) {
        c0.subtract(b.c0)
        c0.add(b.c1)
        c1.subtract(b.c0)
        c1.subtract(b.c1)
    }
}

extension Fp2 {
    /// The coordinate-wise sum without reduction, for `WideFp2.product` only.
    @inline(__always)
    func unreducedSum(_ b: Fp2) -> Fp2 { Fp2(c0.unreducedSum(b.c0), c1.unreducedSum(b.c1)) }
}
