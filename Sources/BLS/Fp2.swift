/// An element c0 + c1·i of the quadratic extension, i² = -1.
package struct Fp2: Sendable, Hashable, BitwiseCopyable {
    package var c0: Fp
    package var c1: Fp

    @inline(__always)
    package init(_ c0: Fp, _ c1: Fp) {
        self.c0 = c0
        self.c1 = c1
    }

    package static let zero = Fp2(Fp(0, 0, 0, 0, 0, 0), Fp(0, 0, 0, 0, 0, 0))
    package static let one = Fp2(
        Fp(
            0x7609_0000_0002_fffd,
            0xebf4_000b_c40c_0002,
            0x5f48_9857_53c7_58ba,
            0x77ce_5853_7052_5745,
            0x5c07_1a97_a256_ec6d,
            0x15f6_5ec3_fa80_e493
        ),
        Fp(0, 0, 0, 0, 0, 0)
    )

    @inline(__always)
    package var isZero: Bool { c0.isZero && c1.isZero }
}

extension Fp2 {
    @inline(never)
    package static func + (a: Fp2, b: Fp2) -> Fp2 { Fp2(a.c0 + b.c0, a.c1 + b.c1) }

    @inline(never)
    package static func - (a: Fp2, b: Fp2) -> Fp2 { Fp2(a.c0 - b.c0, a.c1 - b.c1) }

    package static prefix func - (a: Fp2) -> Fp2 { Fp2(-a.c0, -a.c1) }

    @inline(never)
    package func doubled() -> Fp2 { Fp2(c0.doubled(), c1.doubled()) }

    func halved() -> Fp2 { Fp2(c0.halved(), c1.halved()) }

    package func conjugated() -> Fp2 { Fp2(c0, -c1) }

    /// Times ξ = 1 + i, the non-residue of the next extension.
    @inline(never)
    func timesXi() -> Fp2 { Fp2(c0 - c1, c0 + c1) }

    /// Times i.
    func timesI() -> Fp2 { Fp2(-c1, c0) }

    @inline(never)
    package static func * (a: Fp2, b: Fp2) -> Fp2 {
        if inAdx { return adxProduct(a, b) }
        // Three full products, two reductions.
        var t0 = Wide.product(a.c0, b.c0)
        let t1 = Wide.product(a.c1, b.c1)
        var t2 = Wide.product(a.c0.unreducedSum(a.c1), b.c0.unreducedSum(b.c1))
        t2.subtract(t0)
        t2.subtract(t1)
        t0.subtract(t1)
        return Fp2(t0.reduced(), t2.reduced())
    }

    @inline(never)
    static func * (a: Fp2, b: Fp) -> Fp2 {
        if inAdx { return adxProduct(a, b) }
        let (r0, r1) = Fp.productPair(a.c0, b, a.c1, b)
        return Fp2(r0, r1)
    }

    @inline(never)
    package func squared() -> Fp2 {
        if inAdx { return adxSquared() }
        let (r0, r1) = Fp.productPair(c0.unreducedSum(c1), c0 - c1, c0.unreducedSum(c0), c1)
        return Fp2(r0, r1)
    }

    /// c0² + c1².
    func norm() -> Fp {
        var sum = Wide.product(c0, c0)
        sum.add(Wide.product(c1, c1))
        return sum.reduced()
    }

    /// 1/self; zero for zero.
    package func inverse() -> Fp2 {
        let n = norm().inverse()
        return Fp2(c0 * n, -(c1 * n))
    }

    /// The square root, or `nil` for a non-square.
    package func squareRoot() -> Fp2? {
        let n = norm()
        let root = n * n.rootPower()
        guard root.squared() == n else { return nil }
        return squareRoot(normRoot: root)
    }

    /// The square root of a square, given a square root of its norm: one more exponentiation.
    ///
    /// With δ = (c0 + normRoot)/2 and x = δ·r, r = δ^((p-3)/4): if δ is a square the root is x + (c1·r/2)·i, else
    /// -δ is the square of x and the root is -(c1·r/2) + x·i.
    func squareRoot(normRoot: Fp) -> Fp2 {
        var delta = (c0 + normRoot).halved()
        // c1 = 0 and normRoot = -c0: the other root of the norm serves.
        if delta.isZero { delta = c0 }
        let r = delta.rootPower()
        let x = delta * r
        let other = (c1 * r).halved()
        return x.squared() == delta ? Fp2(x, other) : Fp2(-other, x)
    }

    /// `sgn0` of RFC 9380: the parity of c0, or of c1 when c0 is zero.
    var isOdd: Bool { c0.isZero ? c1.isOdd : c0.isOdd }

    /// The sign of the serialisation format: c1 decides, c0 when c1 is zero.
    var isLexicographicallyLarger: Bool {
        c1.isZero ? c0.isLexicographicallyLarger : c1.isLexicographicallyLarger
    }

    /// Inverts every element in place with one inversion; zeroes stay zero.
    package static func invertAll(_ values: UnsafeMutableBufferPointer<Fp2>, scratch: UnsafeMutableBufferPointer<Fp2>) {
        var product = Fp2.one
        for i in values.indices {
            scratch[i] = product
            if !values[i].isZero { product = product * values[i] }
        }
        var inverse = product.inverse()
        for i in values.indices.reversed() where !values[i].isZero {
            let next = inverse * values[i]
            values[i] = inverse * scratch[i]
            inverse = next
        }
    }
}
