// Elements that went through the easy part of the final exponentiation are unitary (conjugate = inverse) and have a
// cheaper squaring (Granger, Scott 2010): three squarings in Fp4 instead of two products in Fp6.

extension Fp12 {
    /// Replaces (a, b), standing for a + b·y with y² = ξ, by the two halves of its square.
    @inline(never)
    private static func squareFp4(_ a: Fp2, _ b: Fp2) -> (Fp2, Fp2) {
        var t0 = WideFp2.square(a)
        let t1 = WideFp2.square(b)
        var t2 = WideFp2.square(a + b)
        t2.subtract(t0)
        t2.subtract(t1)
        t0.addTimesXi(t1)
        return (t0.reduced(), t2.reduced())
    }

    /// The square of a unitary element of the cyclotomic subgroup.
    @inline(never)
    func cyclotomicSquared() -> Fp12 {
        let (a0, a1) = Fp12.squareFp4(c0.c0, c1.c1)
        let (b0, b1) = Fp12.squareFp4(c1.c0, c0.c2)
        let (d0, d1) = Fp12.squareFp4(c0.c1, c1.c2)
        let d1xi = d1.timesXi()
        return Fp12(
            Fp6(
                (a0 - c0.c0).doubled() + a0,
                (b0 - c0.c1).doubled() + b0,
                (d0 - c0.c2).doubled() + d0
            ),
            Fp6(
                (d1xi + c1.c0).doubled() + d1xi,
                (a1 + c1.c1).doubled() + a1,
                (b1 + c1.c2).doubled() + b1
            )
        )
    }

    /// self^x for a unitary element; x is the (negative) parameter of the curve.
    package func cyclotomicPowerOfX() -> Fp12 {
        var result = self
        for bit in Parameter.bitsBelowTop {
            result = result.cyclotomicSquared()
            if bit { result = result * self }
        }
        return result.conjugated()
    }
}

/// The parameter x of the BLS12 family: p, r and the length of the Miller loop are polynomials in it.
enum Parameter {
    /// |x|; x itself is negative.
    static let magnitude: UInt64 = 0xd201_0000_0001_0000

    /// The 63 bits of |x| below the top one, from the top.
    static let bitsBelowTop: [Bool] = (0..<63).reversed().map { magnitude >> UInt64($0) & 1 == 1 }
}
