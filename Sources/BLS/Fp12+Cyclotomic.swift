// Elements that went through the easy part of the final exponentiation are unitary (conjugate = inverse) and have a
// cheaper squaring (Granger, Scott 2010): three squarings in Fp4 instead of two products in Fp6. Long runs of squarings
// need only two of the three when two coordinates are left out and computed again at the end (Karabina 2013).

/// The square of a + b·y in Fp4, y² = ξ, in the shape cyclotomic squaring wants: a² + ξb² and 3ab.
@inline(never)
private func squareFp4(_ a: Fp2, _ b: Fp2) -> (Fp2, Fp2) {
    // a² = (a0 + a1)(a0 - a1) + 2a0a1·i, likewise b²: four products below 2p².
    var re = Wide.product(a.c0.unreducedSum(a.c1), a.c0 - a.c1)
    let q = Wide.product(b.c0.unreducedSum(b.c1), b.c0 - b.c1)
    let r = Wide.product(b.c0.unreducedSum(b.c0), b.c1)
    var im = Wide.product(a.c0.unreducedSum(a.c0), a.c1)
    re.add(q)
    re.subtract(r)
    im.add(q)
    im.add(r)
    // 3ab is within ±3p² and 0…6p².
    let triple = a.unreducedSum(a).unreducedSum(a)
    return (WideFp2(re, im).reduced(), WideFp2.product(triple, b).reduced())
}

extension Fp12 {
    /// The square of a unitary element of the cyclotomic subgroup.
    @inline(never)
    func cyclotomicSquared() -> Fp12 {
        if inAdx { return adxCyclotomicSquared() }
        let (a0, a1) = squareFp4(c0.c0, c1.c1)
        let (b0, b1) = squareFp4(c1.c0, c0.c2)
        let (d0, d1) = squareFp4(c0.c1, c1.c2)
        return Fp12(
            Fp6(
                (a0 - c0.c0).doubled() + a0,
                (b0 - c0.c1).doubled() + b0,
                (d0 - c0.c2).doubled() + d0
            ),
            Fp6(
                (d1.timesXi() + c1.c0).doubled(),
                (a1 + c1.c1).doubled(),
                (b1 + c1.c2).doubled()
            )
        )
    }

    /// self^x for an element of the cyclotomic subgroup; x is the (negative) parameter of the curve.
    package func cyclotomicPowerOfX() -> Fp12 {
        // |x| = 2^16 + 2^48 + 2^57 + 2^60 + 2^62 + 2^63
        var run = CompressedFp12(self)
        run.square(times: 16)
        let at16 = run
        run.square(times: 32)
        let at48 = run
        run.square(times: 9)
        let (f16, f48, f57) = CompressedFp12.decompress(at16, at48, run)
        let f60 = f57.cyclotomicSquared().cyclotomicSquared().cyclotomicSquared()
        let f62 = f60.cyclotomicSquared().cyclotomicSquared()
        let f63 = f62.cyclotomicSquared()
        return (f16 * f48 * f57 * f60 * f62 * f63).conjugated()
    }
}

/// An element of the cyclotomic subgroup without its coordinates c0.c0 and c1.c1, which the other four determine.
struct CompressedFp12: BitwiseCopyable {
    private var g1: Fp2
    private var g2: Fp2
    private var g3: Fp2
    private var g5: Fp2

    init(_ f: Fp12) {
        g1 = f.c0.c1
        g2 = f.c0.c2
        g3 = f.c1.c0
        g5 = f.c1.c2
    }

    @inline(never)
    mutating func square(times: Int) {
        if inAdx { return adxSquare(times: times) }
        for _ in 0..<times { square() }
    }

    @inline(never)
    private mutating func square() {
        let (b0, b1) = squareFp4(g3, g2)
        let (d0, d1) = squareFp4(g1, g5)
        g1 = (b0 - g1).doubled() + b0
        g2 = (d0 - g2).doubled() + d0
        g3 = (d1.timesXi() + g3).doubled()
        g5 = (b1 + g5).doubled()
    }

    /// Numerator and denominator of c1.c1.
    private var missingFraction: (Fp2, Fp2) {
        if g3.isZero { return ((g1 * g5).doubled(), g2) }
        let square = g1.squared()
        return (
            g5.squared().timesXi() + (square - g2).doubled() + square,
            g3.doubled().doubled()
        )
    }

    private func completed(_ g4: Fp2) -> Fp12 {
        let product = g1 * g2
        let g0 = ((g4.squared() - product).doubled() - product + g3 * g5).timesXi() + .one
        return Fp12(Fp6(g0, g1, g2), Fp6(g3, g4, g5))
    }

    /// Brings three elements back with one inversion.
    static func decompress(_ a: Self, _ b: Self, _ c: Self) -> (Fp12, Fp12, Fp12) {
        let (na, da) = a.missingFraction
        let (nb, db) = b.missingFraction
        let (nc, dc) = c.missingFraction
        // A zero denominator belongs to the unit element, whose missing coordinate is zero.
        if da.isZero || db.isZero || dc.isZero {
            return (
                a.completed(na * da.inverse()), b.completed(nb * db.inverse()), c.completed(nc * dc.inverse())
            )
        }
        let ab = da * db
        let inverse = (ab * dc).inverse()
        let inverseAB = inverse * dc
        return (
            a.completed(na * (inverseAB * db)), b.completed(nb * (inverseAB * da)), c.completed(nc * (inverse * ab))
        )
    }
}

/// The parameter x of the BLS12 family: p, r and the length of the Miller loop are polynomials in it.
enum Parameter {
    /// |x|; x itself is negative.
    static let magnitude: UInt64 = 0xd201_0000_0001_0000

    /// The 63 bits of |x| below the top one, from the top.
    static let bitsBelowTop: [Bool] = (0..<63).reversed().map { magnitude >> UInt64($0) & 1 == 1 }
}
