internal import CFieldKernels

extension Pairing {
    /// The product of the Miller functions, eight pairs at a time; no point may be infinity.
    static func millerLoopInLanes(_ pairs: [(G1Affine, G2Affine)]) -> Fp12 {
        guard !pairs.isEmpty else { return .one }
        let keys = pairs.map(\.0)
        let hashes = pairs.map(\.1)
        var products = [Fp12](repeating: .one, count: 8)
        withUnsafeTemporaryAllocation(byteCount: fk_miller_workspace(pairs.count), alignment: 64) { workspace in
            keys.withUnsafeBytes { keys in
                hashes.withUnsafeBytes { hashes in
                    products.withUnsafeMutableBytes { products in
                        fk_miller_loop(
                            products.baseAddress?.assumingMemoryBound(to: UInt64.self),
                            keys.baseAddress?.assumingMemoryBound(to: UInt64.self),
                            hashes.baseAddress?.assumingMemoryBound(to: UInt64.self),
                            pairs.count,
                            workspace.baseAddress
                        )
                    }
                }
            }
        }
        // Lanes without a pair hold one. x is negative.
        return products.prefix(pairs.count).dropFirst().reduce(products[0], *).conjugated()
    }
}
