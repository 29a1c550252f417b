internal import CFieldKernels

// The ways into the kernels with MULX and two carry chains. `inAdx` says whether this thread uses them; each product of
// the plain code asks it first. Operands are handed over by address.

/// Whether products on this thread are made in `CFieldKernels`.
@inline(__always)
var inAdx: Bool { fk_uses_adx() }

extension FieldKernels {
    /// Does something with the products of these kernels, on this thread.
    @inline(__always)
    func run<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
        let products = self == .portable || !FieldKernels.adx.isAvailable ? fk_products_plain : fk_products_adx
        let before = fk_set_thread_products(UInt8(products))
        defer { _ = fk_set_thread_products(before) }
        return try body()
    }
}

@inline(__always)
private func unary<A: BitwiseCopyable, R: BitwiseCopyable>(
    _ a: A,
    _ r: R,
    _ kernel: (UnsafeMutableRawPointer, UnsafeRawPointer) -> Void
) -> R {
    var r = r
    withUnsafePointer(to: a) { kernel(&r, $0) }
    return r
}

@inline(__always)
private func binary<A: BitwiseCopyable, B: BitwiseCopyable, R: BitwiseCopyable>(
    _ a: A,
    _ b: B,
    _ r: R,
    _ kernel: (UnsafeMutableRawPointer, UnsafeRawPointer, UnsafeRawPointer) -> Void
) -> R {
    var r = r
    withUnsafePointer(to: a) { a in withUnsafePointer(to: b) { kernel(&r, a, $0) } }
    return r
}

extension Fp {
    @inline(__always)
    static func adxProduct(_ a: Fp, _ b: Fp) -> Fp { binary(a, b, .zero) { fk_adx_multiply($0, $1, $2) } }

    @inline(__always)
    mutating func adxMultiply(by b: Fp) {
        withUnsafeMutablePointer(to: &self) { a in withUnsafePointer(to: b) { fk_adx_multiply(a, a, $0) } }
    }

    @inline(__always)
    func adxSquared() -> Fp { unary(self, .zero) { fk_adx_square($0, $1, 1) } }

    @inline(__always)
    mutating func adxSquare(times: Int) { withUnsafeMutablePointer(to: &self) { fk_adx_square($0, $0, times) } }

    /// To the power that the six words are.
    @inline(__always)
    func adxPower(_ exponent: Fp) -> Fp { binary(self, exponent, .zero) { fk_adx_power($0, $1, $2) } }

    /// ab - cd.
    @inline(__always)
    static func adxProductDifference(_ a: Fp, _ b: Fp, _ c: Fp, _ d: Fp) -> Fp {
        binary(a, b, .zero) { r, a, b in
            withUnsafePointer(to: c) { c in
                withUnsafePointer(to: d) { fk_adx_product_difference(r, a, b, c, $0) }
            }
        }
    }

    /// ab - 2c².
    @inline(__always)
    static func adxProductMinusTwiceSquare(_ a: Fp, _ b: Fp, _ c: Fp) -> Fp {
        binary(a, b, .zero) { r, a, b in
            withUnsafePointer(to: c) { fk_adx_product_minus_twice_square(r, a, b, $0) }
        }
    }
}

extension Fp2 {
    @inline(__always)
    static func adxProduct(_ a: Fp2, _ b: Fp2) -> Fp2 { binary(a, b, .blank) { fk_adx_multiply2($0, $1, $2) } }

    @inline(__always)
    static func adxProduct(_ a: Fp2, _ b: Fp) -> Fp2 { binary(a, b, .blank) { fk_adx_multiply2_by_base($0, $1, $2) } }

    @inline(__always)
    func adxSquared() -> Fp2 { unary(self, .blank) { fk_adx_square2($0, $1) } }

    /// ab - cd.
    @inline(__always)
    static func adxProductDifference(_ a: Fp2, _ b: Fp2, _ c: Fp2, _ d: Fp2) -> Fp2 {
        binary(a, b, .blank) { r, a, b in
            withUnsafePointer(to: c) { c in
                withUnsafePointer(to: d) { fk_adx_product_difference2(r, a, b, c, $0) }
            }
        }
    }

    /// ab - 2c².
    @inline(__always)
    static func adxProductMinusTwiceSquare(_ a: Fp2, _ b: Fp2, _ c: Fp2) -> Fp2 {
        binary(a, b, .blank) { r, a, b in
            withUnsafePointer(to: c) { fk_adx_product_minus_twice_square2(r, a, b, $0) }
        }
    }

    /// Zero, not read from memory.
    @inline(__always)
    fileprivate static var blank: Fp2 { Fp2(Fp(0, 0, 0, 0, 0, 0), Fp(0, 0, 0, 0, 0, 0)) }
}

extension Fp6 {
    @inline(__always)
    static func adxProduct(_ a: Fp6, _ b: Fp6) -> Fp6 {
        binary(a, b, Fp6(.blank, .blank, .blank)) { fk_adx_multiply6($0, $1, $2) }
    }
}

extension Fp12 {
    /// Times the line l0 + l1·v + l4·v·w.
    @inline(__always)
    mutating func adxMultiply(l0: Fp2, l1: Fp2, l4: Fp2) {
        withUnsafeMutablePointer(to: &self) { f in
            withUnsafePointer(to: l0) { l0 in
                withUnsafePointer(to: l1) { l1 in
                    withUnsafePointer(to: l4) { fk_adx_multiply12_by_line(f, l0, l1, $0) }
                }
            }
        }
    }

    @inline(__always)
    func adxCyclotomicSquared() -> Fp12 {
        var f = self
        withUnsafeMutablePointer(to: &f) { fk_adx_cyclotomic_square($0) }
        return f
    }
}

extension CompressedFp12 {
    @inline(__always)
    mutating func adxSquare(times: Int) {
        withUnsafeMutablePointer(to: &self) { fk_adx_compressed_square($0, times) }
    }
}

extension MillerState {
    /// T ← 2T, f ← f·(tangent at T, evaluated at P).
    @inline(__always)
    mutating func adxDouble(into f: inout Fp12) {
        withUnsafeTemporaryAllocation(of: Fp2.self, capacity: 3) { line in
            guard let l0 = line.baseAddress else { return }
            withUnsafeMutablePointer(to: &self) { fk_adx_miller_double($0, l0, l0 + 1, l0 + 2) }
            withUnsafeMutablePointer(to: &f) { fk_adx_multiply12_by_line($0, l0, l0 + 1, l0 + 2) }
        }
    }

    /// T ← T + Q, f ← f·(line through T and Q, evaluated at P).
    @inline(__always)
    mutating func adxAdd(into f: inout Fp12) {
        withUnsafeTemporaryAllocation(of: Fp2.self, capacity: 3) { line in
            guard let l0 = line.baseAddress else { return }
            withUnsafeMutablePointer(to: &self) { fk_adx_miller_add($0, l0, l0 + 1, l0 + 2) }
            withUnsafeMutablePointer(to: &f) { fk_adx_multiply12_by_line($0, l0, l0 + 1, l0 + 2) }
        }
    }
}
