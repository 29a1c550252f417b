/// What the curve arithmetic asks of the field its coordinates live in: `Fp` for G1, `Fp2` for G2.
package protocol CurveField: Sendable, Hashable, BitwiseCopyable {
    static var zero: Self { get }
    static var one: Self { get }
    /// The b of y² = x³ + b.
    static var curveConstant: Self { get }
    var isZero: Bool { get }
    static func + (a: Self, b: Self) -> Self
    static func - (a: Self, b: Self) -> Self
    static func * (a: Self, b: Self) -> Self
    static prefix func - (a: Self) -> Self
    /// 2ab.
    static func doubledProduct(_ a: Self, _ b: Self) -> Self
    /// 4ab.
    static func quadrupledProduct(_ a: Self, _ b: Self) -> Self
    /// ab - cd, reduced once.
    static func productDifference(_ a: Self, _ b: Self, _ c: Self, _ d: Self) -> Self
    /// ab - 2c², reduced once.
    static func productMinusTwiceSquare(_ a: Self, _ b: Self, _ c: Self) -> Self
    // In kernels, where this thread uses them; false, and nothing done, for infinity and for equal or opposite points.
    static func adxDouble(_ point: inout Jacobian<Self>)
    static func adxAdd(_ a: inout Jacobian<Self>, _ b: Jacobian<Self>) -> Bool
    static func adxAdd(_ a: inout Jacobian<Self>, _ b: Affine<Self>) -> Bool
    func squared() -> Self
    func doubled() -> Self
    func inverse() -> Self
    func squareRoot() -> Self?
    static func invertAll(_ values: UnsafeMutableBufferPointer<Self>, scratch: UnsafeMutableBufferPointer<Self>)
}

extension Fp: CurveField {
    /// 4: G1 lies on y² = x³ + 4.
    package static let curveConstant = Fp(4)

    package static func doubledProduct(_ a: Fp, _ b: Fp) -> Fp { a.unreducedSum(a) * b }

    package static func quadrupledProduct(_ a: Fp, _ b: Fp) -> Fp { a.unreducedSum(a) * b.unreducedSum(b) }

    @inline(never)
    package static func productMinusTwiceSquare(_ a: Fp, _ b: Fp, _ c: Fp) -> Fp {
        if inAdx { return adxProductMinusTwiceSquare(a, b, c) }
        var difference = Wide.product(a, b)
        let square = Wide.square(c)
        difference.subtract(square)
        difference.subtract(square)
        return difference.reduced()
    }

    @inline(never)
    package static func productDifference(_ a: Fp, _ b: Fp, _ c: Fp, _ d: Fp) -> Fp {
        if inAdx { return adxProductDifference(a, b, c, d) }
        var difference = Wide.product(a, b)
        difference.subtract(Wide.product(c, d))
        return difference.reduced()
    }
}

extension Fp2: CurveField {
    /// 4(1 + i): G2 lies on y² = x³ + 4(1 + i).
    package static let curveConstant = Fp2(Fp(4), Fp(4))

    package static func doubledProduct(_ a: Fp2, _ b: Fp2) -> Fp2 { a.unreducedSum(a) * b }

    /// 4ab; with both factors doubled the coordinates reach 8p², within what a reduction takes.
    package static func quadrupledProduct(_ a: Fp2, _ b: Fp2) -> Fp2 { a.unreducedSum(a) * b.unreducedSum(b) }

    /// ab - 2c²; the sum stays within ±5p².
    @inline(never)
    package static func productMinusTwiceSquare(_ a: Fp2, _ b: Fp2, _ c: Fp2) -> Fp2 {
        if inAdx { return adxProductMinusTwiceSquare(a, b, c) }
        var difference = WideFp2.product(a, b)
        // 2c² = 2(c0 + c1)(c0 - c1) + 4c0c1·i
        let u = c.c0 - c.c1
        difference.c0.subtract(Wide.product(c.c0.unreducedSum(c.c1), u.unreducedSum(u)))
        difference.c1.subtract(Wide.product(c.c0.unreducedSum(c.c0), c.c1.unreducedSum(c.c1)))
        return difference.reduced()
    }

    @inline(never)
    package static func productDifference(_ a: Fp2, _ b: Fp2, _ c: Fp2, _ d: Fp2) -> Fp2 {
        if inAdx { return adxProductDifference(a, b, c, d) }
        var difference = WideFp2.product(a, b)
        difference.subtract(WideFp2.product(c, d))
        return difference.reduced()
    }
}
