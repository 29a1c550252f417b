/// The optimal ate pairing of BLS12-381, always as a product over several pairs.
///
/// All pairs of one product share the squarings of the Miller loop and the final exponentiation.
package enum Pairing {
    /// Whether the product of the pairings e(Pᵢ, Qᵢ) is one; pairs with infinity count as one.
    ///
    /// The points must belong to G1 and G2.
    package static func isProductOne(_ pairs: [(G1Affine, G2Affine)], kernels: FieldKernels = .best) -> Bool {
        kernels.run { finalExponentiation(millerLoop(pairs, kernels: kernels)).isOne }
    }

    /// The product of the pairings' values.
    package static func product(_ pairs: [(G1Affine, G2Affine)]) -> Fp12 {
        finalExponentiation(millerLoop(pairs))
    }

    /// The product of the Miller functions f_{x,Qᵢ}(Pᵢ), up to factors that the final exponentiation removes.
    package static func millerLoop(_ pairs: [(G1Affine, G2Affine)], kernels: FieldKernels = .best) -> Fp12 {
        let finite = pairs.filter { !$0.0.isInfinity && !$0.1.isInfinity }
        // Eight lanes take hardly longer than one pair alone.
        return kernels.run {
            kernels.hasLanes && finite.count > 1 ? millerLoopInLanes(finite) : millerLoopOneByOne(finite)
        }
    }

    private static func millerLoopOneByOne(_ finite: [(G1Affine, G2Affine)]) -> Fp12 {
        var states = finite.map { MillerState($0.0, $0.1) }
        var f = Fp12.one
        states.withUnsafeMutableBufferPointer { states in
            for bit in Parameter.bitsBelowTop {
                f = f.squared()
                for i in states.indices { states[i].double(into: &f) }
                if bit {
                    for i in states.indices { states[i].add(into: &f) }
                }
            }
        }
        // x is negative.
        return f.conjugated()
    }

    /// Raises to (p^12 - 1)/r, times three: a value is one afterwards exactly if it would be without the three.
    package static func finalExponentiation(_ value: Fp12) -> Fp12 {
        // Easy part: (p^6 - 1)(p² + 1).
        let unitary = value.conjugated() * value.inverse()
        let f = unitary.frobeniusSquared() * unitary
        // Hard part, tripled (Hayashida, Hayasaka, Teruya 2020): (x - 1)²(x + p)(x² + p² - 1) + 3.
        let a = f.cyclotomicPowerOfX() * f.conjugated()
        let b = a.cyclotomicPowerOfX() * a.conjugated()
        let c = b.cyclotomicPowerOfX() * b.frobenius()
        let d = c.cyclotomicPowerOfX().cyclotomicPowerOfX() * c.frobeniusSquared() * c.conjugated()
        return d * f.cyclotomicSquared() * f
    }
}

/// One pair inside the Miller loop: the running multiple T of Q in homogeneous coordinates, and P's share of the lines.
///
/// With the twist (x, y) → (x/w², y/w³) a line of slope λ through T, times w³, is (λ·xT - yT) - λ·xP·v + yP·v·w; each
/// step multiplies it by whatever clears its denominators. Formulas: Costello, Lange, Naehrig 2010; Aranha et al. 2011.
struct MillerState {
    private var x: Fp2
    private var y: Fp2
    private var z: Fp2
    private let q: G2Affine
    private let xP: Fp
    private let tripleXP: Fp
    private let yP: Fp
    private let minusYP: Fp

    init(_ p: G1Affine, _ q: G2Affine) {
        x = q.x
        y = q.y
        z = .one
        self.q = q
        xP = p.x
        tripleXP = p.x.doubled() + p.x
        yP = p.y
        minusYP = -p.y
    }

    /// T ← 2T, f ← f·(tangent at T, evaluated at P).
    @inline(never)
    mutating func double(into f: inout Fp12) {
        if inAdx { return adxDouble(into: &f) }
        let b = y.squared()
        let c = z.squared()
        // 3·b'·Z² with b' = 4ξ.
        let c4 = c.doubled().doubled()
        let e = (c4.doubled() + c4).timesXi()
        let e3 = e.doubled() + e
        let h = (y + z).squared() - (b + c)
        let g = (b + e3).halved()
        let l0 = e - b
        let l1 = x.squared() * tripleXP
        let ee = e.squared()
        x = (x * y).halved() * (b - e3)
        y = g.squared() - (ee.doubled() + ee)
        z = b * h
        f.multiply(l0: l0, l1: l1, l4: h * minusYP)
    }

    /// T ← T + Q, f ← f·(line through T and Q, evaluated at P).
    @inline(never)
    mutating func add(into f: inout Fp12) {
        if inAdx { return adxAdd(into: &f) }
        let theta = y - q.y * z
        let lambda = x - q.x * z
        let c = theta.squared()
        let d = lambda.squared()
        let e = lambda * d
        let g = x * d
        let h = e + z * c - g.doubled()
        let l0 = Fp2.productDifference(theta, q.x, lambda, q.y)
        x = lambda * h
        y = Fp2.productDifference(theta, g - h, e, y)
        z = z * e
        f.multiply(l0: l0, l1: -(theta * xP), l4: lambda * yP)
    }
}
