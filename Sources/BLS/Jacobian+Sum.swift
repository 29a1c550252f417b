extension Jacobian {
    /// The sum of affine points.
    package static func sum(_ points: [Affine<F>]) -> Affine<F> {
        points.withUnsafeBufferPointer { points in sum(count: points.count) { points[$0] } }
    }

    /// The sum of `count` affine points.
    ///
    /// Points are added two by two in affine coordinates: a round of additions shares one inversion (Montgomery's
    /// trick), which leaves five multiplications and a squaring for each. The last few go through Jacobian
    /// coordinates, where no inversion is needed.
    @_specialize(where F == Fp)
    @_specialize(where F == Fp2)
    package static func sum(count: Int, _ point: (Int) -> Affine<F>) -> Affine<F> {
        guard count > sequentialLimit else {
            var total = Jacobian.infinity
            for i in 0..<count { total = total + point(i) }
            return total.affine()
        }
        return withUnsafeTemporaryAllocation(of: Affine<F>.self, capacity: (count + 1) / 2) { sums in
            withUnsafeTemporaryAllocation(of: F.self, capacity: count + 2) { fields in
                let half = (count + 1) / 2
                let inverses = UnsafeMutableBufferPointer(rebasing: fields[..<half])
                let scratch = UnsafeMutableBufferPointer(rebasing: fields[half...])
                var remaining = addPairs(count: count, point, into: sums, inverses, scratch)
                while remaining > sequentialLimit {
                    remaining = addPairs(count: remaining, { sums[$0] }, into: sums, inverses, scratch)
                }
                var total = Jacobian.infinity
                for i in 0..<remaining { total = total + sums[i] }
                return total.affine()
            }
        }
    }

    /// Below this many points a shared inversion costs more than it saves.
    static var sequentialLimit: Int { 32 }

    /// Adds points 2i and 2i+1 into `sums[i]`, gives the number of sums; may work in place.
    @_specialize(where F == Fp)
    @_specialize(where F == Fp2)
    private static func addPairs(
        count: Int,
        _ point: (Int) -> Affine<F>,
        into sums: UnsafeMutableBufferPointer<Affine<F>>,
        _ inverses: UnsafeMutableBufferPointer<F>,
        _ scratch: UnsafeMutableBufferPointer<F>
    ) -> Int {
        let pairs = count / 2
        for i in 0..<pairs {
            inverses[i] = denominator(point(2 * i), point(2 * i + 1))
        }
        F.invertAll(
            UnsafeMutableBufferPointer(rebasing: inverses[..<pairs]),
            scratch: UnsafeMutableBufferPointer(rebasing: scratch[..<pairs])
        )
        for i in 0..<pairs {
            sums[i] = add(point(2 * i), point(2 * i + 1), inverse: inverses[i])
        }
        if count % 2 == 1 {
            sums[pairs] = point(count - 1)
            return pairs + 1
        }
        return pairs
    }

    /// What `add` needs the inverse of.
    @_specialize(where F == Fp)
    @_specialize(where F == Fp2)
    static func denominator(_ a: Affine<F>, _ b: Affine<F>) -> F {
        let difference = b.x - a.x
        return difference.isZero ? a.y.doubled() : difference
    }

    /// a + b, given 1/(b.x - a.x), or 1/(2·a.y) when the x are equal.
    @_specialize(where F == Fp)
    @_specialize(where F == Fp2)
    static func add(_ a: Affine<F>, _ b: Affine<F>, inverse: F) -> Affine<F> {
        if a.isInfinity { return b }
        if b.isInfinity { return a }
        let slope: F
        if a.x == b.x {
            guard a.y == b.y else { return .infinity }
            let square = a.x.squared()
            slope = (square.doubled() + square) * inverse
        } else {
            slope = (b.y - a.y) * inverse
        }
        let x = slope.squared() - a.x - b.x
        return Affine(x: x, y: slope * (a.x - x) - a.y)
    }
}
