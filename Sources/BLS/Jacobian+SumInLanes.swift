internal import CFieldKernels

extension Jacobian<Fp> {
    /// Below this many keys lanes do not pay.
    private static var laneLimit: Int { 48 }
    /// A workspace for so many points stays in the cache of a core.
    private static var chunk: Int { 2048 }
    /// Few groups of lanes are added in Jacobian coordinates: an inversion would cost more than it saves.
    private static var sequentialGroups: Int { 14 }

    /// The sum of keys; `nil` for few keys, and where keys or sums are equal, opposite or infinity.
    static func sumInLanes(_ keys: [PublicKey]) -> G1Affine? {
        guard keys.count >= laneLimit, !keys.contains(where: \.isInfinity) else { return nil }
        var total = infinity
        for start in stride(from: 0, to: keys.count, by: chunk) {
            let end = min(start + chunk, keys.count)
            let inLanes = (end - start) & ~7
            if inLanes > 0 {
                guard let sums = laneSums(keys, from: start, count: inLanes) else { return nil }
                for sum in sums { total = total + sum }
            }
            for key in keys[(start + inLanes)..<end] { total = total + key.point }
        }
        return total.affine()
    }

    /// Eight sums of `count` keys, a multiple of eight.
    private static func laneSums(_ keys: [PublicKey], from start: Int, count: Int) -> [G1]? {
        var groups = count / 8
        return withUnsafeTemporaryAllocation(byteCount: fk_g1_sum_workspace(groups), alignment: 64) { space -> [G1]? in
            keys.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                let first = base + start * MemoryLayout<PublicKey>.stride
                fk_g1_sum_load(space.baseAddress, first.assumingMemoryBound(to: UInt64.self), groups)
            }
            var factors = [Fp](repeating: .zero, count: 16)
            while groups > sequentialGroups {
                let isDone = factors.withUnsafeMutableBufferPointer { factors in
                    let products = UnsafeMutableBufferPointer(rebasing: factors[..<8])
                    let words = UnsafeMutableRawPointer(products.baseAddress)?.assumingMemoryBound(to: UInt64.self)
                    fk_g1_sum_differences(words, space.baseAddress, groups)
                    guard !products.contains(where: \.isZero) else { return false }
                    Fp.invertAll(products, scratch: UnsafeMutableBufferPointer(rebasing: factors[8...]))
                    groups = fk_g1_sum_pairs(space.baseAddress, groups, words)
                    return true
                }
                guard isDone else { return nil }
            }
            var sums = [G1](repeating: .infinity, count: 8)
            sums.withUnsafeMutableBytes {
                fk_g1_sum_finish($0.baseAddress?.assumingMemoryBound(to: UInt64.self), space.baseAddress, groups)
            }
            return sums.contains(where: \.isInfinity) ? nil : sums
        }
    }
}
