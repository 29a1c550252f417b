// The spec's integers refuse to wrap, and so do ours: an overflow makes the transition invalid, it never traps.

extension UInt64 {
    @inline(__always)
    func plus(_ other: UInt64, _ function: String) throws(TransitionError) -> UInt64 {
        let (sum, over) = addingReportingOverflow(other)
        if over { throw .overflow(function, "\(self) + \(other)") }
        return sum
    }

    @inline(__always)
    func minus(_ other: UInt64, _ function: String) throws(TransitionError) -> UInt64 {
        let (difference, under) = subtractingReportingOverflow(other)
        if under { throw .overflow(function, "\(self) - \(other)") }
        return difference
    }

    @inline(__always)
    func times(_ other: UInt64, _ function: String) throws(TransitionError) -> UInt64 {
        let (product, over) = multipliedReportingOverflow(by: other)
        if over { throw .overflow(function, "\(self) * \(other)") }
        return product
    }

    /// The quotient; a zero divisor is an error of `function`.
    @inline(__always)
    func over(_ divisor: UInt64, _ function: String) throws(TransitionError) -> UInt64 {
        if divisor == 0 { throw .overflow(function, "\(self) / 0") }
        return self / divisor
    }

    /// Spec: `saturating_sub`.
    @inline(__always)
    func saturatingSub(_ other: UInt64) -> UInt64 { self > other ? self &- other : 0 }

    /// Spec: `integer_squareroot`.
    var integerSquareroot: UInt64 {
        if self < 2 { return self }
        // The square root of the nearest Double is off by one at most; the products below cannot overflow.
        var root = UInt64(Double(self).squareRoot())
        root = Swift.min(root, 4_294_967_295)
        while root &* root > self { root &-= 1 }
        while root < 4_294_967_295, (root &+ 1) &* (root &+ 1) <= self { root &+= 1 }
        return root
    }
}

extension TransitionError {
    static func overflow(_ function: String, _ expression: String) -> TransitionError {
        TransitionError(function, "arithmetic", expected: "a 64-bit result", got: expression)
    }
}
