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
    func squared() -> Self
    func doubled() -> Self
    func inverse() -> Self
    func squareRoot() -> Self?
    static func invertAll(_ values: UnsafeMutableBufferPointer<Self>, scratch: UnsafeMutableBufferPointer<Self>)
}

extension Fp: CurveField {
    /// 4: G1 lies on y² = x³ + 4.
    package static let curveConstant = Fp(4)
}

extension Fp2: CurveField {
    /// 4(1 + i): G2 lies on y² = x³ + 4(1 + i).
    package static let curveConstant = Fp2(Fp(4), Fp(4))
}
