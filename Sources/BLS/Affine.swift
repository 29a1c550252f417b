/// A point in affine coordinates; infinity is (0, 0), which is on neither curve.
package struct Affine<F: CurveField>: Sendable, Hashable, BitwiseCopyable {
    package var x: F
    package var y: F

    @inline(__always)
    package init(x: F, y: F) {
        self.x = x
        self.y = y
    }

    package static var infinity: Affine { Affine(x: .zero, y: .zero) }

    @inline(__always)
    package var isInfinity: Bool { x.isZero && y.isZero }

    package static prefix func - (a: Affine) -> Affine { Affine(x: a.x, y: -a.y) }

    /// Whether the equation of the curve holds; infinity belongs to the curve.
    package var isOnCurve: Bool {
        isInfinity || y.squared() == x.squared() * x + .curveConstant
    }
}

package typealias G1Affine = Affine<Fp>
package typealias G2Affine = Affine<Fp2>
package typealias G1 = Jacobian<Fp>
package typealias G2 = Jacobian<Fp2>
