// The generic functions are specialised by name: release builds specialise them anyway, but the debug build compiles
// file by file and would fall back to witness tables in the files that call them.

/// A point in Jacobian coordinates: x = X/Z², y = Y/Z³; Z = 0 is infinity.
///
/// Every operation is complete: it takes infinity, equal and opposite points.
package struct Jacobian<F: CurveField>: Sendable, BitwiseCopyable {
    package var x: F
    package var y: F
    package var z: F

    @inline(__always)
    package init(x: F, y: F, z: F) {
        self.x = x
        self.y = y
        self.z = z
    }

    package init(_ point: Affine<F>) {
        self.init(x: point.x, y: point.y, z: point.isInfinity ? .zero : .one)
    }

    package static var infinity: Jacobian { Jacobian(x: .one, y: .one, z: .zero) }

    package var isInfinity: Bool { z.isZero }

    package static prefix func - (a: Jacobian) -> Jacobian { Jacobian(x: a.x, y: -a.y, z: a.z) }

    @_specialize(where F == Fp)
    @_specialize(where F == Fp2)
    package func doubled() -> Jacobian {
        if inAdx {
            var double = self
            F.adxDouble(&double)
            return double
        }
        // M = 3X², S = 4XY²: X' = M² - 2S, Y' = M(S - X') - 8Y⁴, Z' = 2YZ.
        let square = x.squared()
        let m = square.doubled() + square
        let yy = y.squared()
        let s = F.quadrupledProduct(x, yy)
        let x3 = m.squared() - s.doubled()
        return Jacobian(
            x: x3,
            y: F.productMinusTwiceSquare(m, s - x3, yy.doubled()),
            z: F.doubledProduct(y, z)
        )
    }

    @_specialize(where F == Fp)
    @_specialize(where F == Fp2)
    package static func + (a: Jacobian, b: Affine<F>) -> Jacobian {
        if inAdx {
            var sum = a
            if F.adxAdd(&sum, b) { return sum }
        }
        if b.isInfinity { return a }
        if a.isInfinity { return Jacobian(b) }
        let zz = a.z.squared()
        let h = b.x * zz - a.x
        let r = b.y * a.z * zz - a.y
        if h.isZero { return r.isZero ? a.doubled() : .infinity }
        let hh = h.squared()
        let hhh = hh * h
        let v = a.x * hh
        let x3 = r.squared() - hhh - v.doubled()
        return Jacobian(x: x3, y: F.productDifference(r, v - x3, a.y, hhh), z: a.z * h)
    }

    @_specialize(where F == Fp)
    @_specialize(where F == Fp2)
    package static func + (a: Jacobian, b: Jacobian) -> Jacobian {
        if inAdx {
            var sum = a
            if F.adxAdd(&sum, b) { return sum }
        }
        if b.isInfinity { return a }
        if a.isInfinity { return b }
        let zzA = a.z.squared()
        let zzB = b.z.squared()
        let u1 = a.x * zzB
        let h = b.x * zzA - u1
        let s1 = a.y * b.z * zzB
        let r = b.y * a.z * zzA - s1
        if h.isZero { return r.isZero ? a.doubled() : .infinity }
        let hh = h.squared()
        let hhh = hh * h
        let v = u1 * hh
        let x3 = r.squared() - hhh - v.doubled()
        return Jacobian(x: x3, y: F.productDifference(r, v - x3, s1, hhh), z: a.z * b.z * h)
    }

    /// Whether both name the same point.
    @_specialize(where F == Fp)
    @_specialize(where F == Fp2)
    package static func == (a: Jacobian, b: Jacobian) -> Bool {
        if a.isInfinity || b.isInfinity { return a.isInfinity && b.isInfinity }
        let zzA = a.z.squared()
        let zzB = b.z.squared()
        return a.x * zzB == b.x * zzA && a.y * (b.z * zzB) == b.y * (a.z * zzA)
    }

    @_specialize(where F == Fp)
    @_specialize(where F == Fp2)
    package static func == (a: Jacobian, b: Affine<F>) -> Bool {
        if a.isInfinity || b.isInfinity { return a.isInfinity && b.isInfinity }
        let zz = a.z.squared()
        return a.x == b.x * zz && a.y == b.y * (a.z * zz)
    }

    @_specialize(where F == Fp)
    @_specialize(where F == Fp2)
    package func affine() -> Affine<F> {
        let inverse = z.inverse()
        let square = inverse.squared()
        return Affine(x: x * square, y: y * square * inverse)
    }

    /// Makes every point affine with one inversion.
    @_specialize(where F == Fp)
    @_specialize(where F == Fp2)
    package static func affine(_ points: [Jacobian]) -> [Affine<F>] {
        withUnsafeTemporaryAllocation(of: F.self, capacity: 2 * points.count) { buffer in
            let inverses = UnsafeMutableBufferPointer(rebasing: buffer[..<points.count])
            let scratch = UnsafeMutableBufferPointer(rebasing: buffer[points.count...])
            for i in points.indices { inverses[i] = points[i].z }
            F.invertAll(inverses, scratch: scratch)
            return points.indices.map { i in
                let square = inverses[i].squared()
                return Affine(x: points[i].x * square, y: points[i].y * square * inverses[i])
            }
        }
    }
}
