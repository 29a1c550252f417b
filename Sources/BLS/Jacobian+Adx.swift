internal import CFieldKernels

// Points in the kernels with MULX and two carry chains, by address and in place.

extension Fp {
    package static func adxDouble(_ point: inout G1) {
        withUnsafeMutablePointer(to: &point) { fk_adx_double_g1($0) }
    }

    package static func adxAdd(_ a: inout G1, _ b: G1) -> Bool {
        withUnsafeMutablePointer(to: &a) { a in withUnsafePointer(to: b) { fk_adx_add_g1(a, $0) } }
    }

    package static func adxAdd(_ a: inout G1, _ b: G1Affine) -> Bool {
        withUnsafeMutablePointer(to: &a) { a in withUnsafePointer(to: b) { fk_adx_add_affine_g1(a, $0) } }
    }
}

extension Fp2 {
    package static func adxDouble(_ point: inout G2) {
        withUnsafeMutablePointer(to: &point) { fk_adx_double_g2($0) }
    }

    package static func adxAdd(_ a: inout G2, _ b: G2) -> Bool {
        withUnsafeMutablePointer(to: &a) { a in withUnsafePointer(to: b) { fk_adx_add_g2(a, $0) } }
    }

    package static func adxAdd(_ a: inout G2, _ b: G2Affine) -> Bool {
        withUnsafeMutablePointer(to: &a) { a in withUnsafePointer(to: b) { fk_adx_add_affine_g2(a, $0) } }
    }
}

extension Jacobian<Fp> {
    /// The sum of keys; `nil` for few of them, and where points or sums are equal, opposite or infinity.
    ///
    /// As `sum` does it, a round at a time in the kernels.
    static func sumInAdx(_ keys: [PublicKey]) -> G1Affine? {
        keys.withUnsafeBufferPointer { keys in
            keys.withMemoryRebound(to: G1Affine.self) { sumInAdx($0) }
        }
    }

    private static func sumInAdx(_ points: UnsafeBufferPointer<G1Affine>) -> G1Affine? {
        guard points.count > sequentialLimit, !points.contains(where: \.isInfinity) else { return nil }
        let half = (points.count + 1) / 2
        let quarter = (half + 1) / 2
        return withUnsafeTemporaryAllocation(of: G1Affine.self, capacity: half + quarter) { sums -> G1Affine? in
            withUnsafeTemporaryAllocation(of: Fp.self, capacity: half) { products -> G1Affine? in
                guard let first = points.baseAddress, let sums = sums.baseAddress else { return nil }
                var from = first
                var to = sums
                var other = sums + half
                var count = points.count
                while count > sequentialLimit {
                    let pairs = count / 2
                    var product = Fp.one
                    guard fk_adx_pair_products(&product, products.baseAddress, from, pairs) else { return nil }
                    product = product.inverse()
                    fk_adx_add_pairs(to, from, pairs, &product, products.baseAddress)
                    if count % 2 == 1 { to[pairs] = from[count - 1] }
                    count -= pairs
                    from = UnsafePointer(to)
                    swap(&to, &other)
                }
                var total = infinity
                for i in 0..<count { total = total + from[i] }
                return total.affine()
            }
        }
    }
}
