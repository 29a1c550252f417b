internal import CFieldKernels

// A batch weights its sets with random numbers low + high·x² for 32-bit halves of 64 random bits, x the parameter of the
// curve. On both groups x² is an endomorphism that costs a multiplication, so a product takes 32 doublings and not 64;
// and no two weights are equal modulo r, since r is about x⁴. The points must be members of their groups.

extension Affine<Fp2> {
    /// x²·self, which is ψ²(self).
    var timesSquaredParameter: G2Affine { G2Affine(x: x * G2.psiSquaredX, y: -y) }
}

extension Jacobian<Fp> {
    /// Each point multiplied by its weight; no point may be infinity, no weight zero.
    static func weighted(_ points: [G1Affine], by weights: [UInt64], kernels: FieldKernels) -> [G1] {
        guard kernels.hasLanes, points.count > 1, points.count == weights.count else {
            return kernels.run { zip(points, weights).map { G1($0).multiplied(byHalves: $1) } }
        }
        var products = [G1](repeating: .infinity, count: points.count)
        points.withUnsafeBytes { points in
            products.withUnsafeMutableBytes { products in
                guard let input = points.baseAddress, let output = products.baseAddress else { return }
                for start in stride(from: 0, to: weights.count, by: 8) {
                    Array(weights[start..<min(start + 8, weights.count)]).withUnsafeBufferPointer { weights in
                        fk_g1_multiply(
                            (output + start * MemoryLayout<G1>.stride).assumingMemoryBound(to: UInt64.self),
                            (input + start * MemoryLayout<G1Affine>.stride).assumingMemoryBound(to: UInt64.self),
                            weights.baseAddress,
                            weights.count
                        )
                    }
                }
            }
        }
        for i in products.indices where products[i].isInfinity {
            products[i] = G1(points[i]).multiplied(byHalves: weights[i])
        }
        return products
    }

    /// (low + high·x²)·self for the halves of a weight.
    func multiplied(byHalves weight: UInt64) -> G1 {
        let low = signedDigits([weight & 0xffff_ffff])
        let high = signedDigits([weight >> 32])
        let square = doubled()
        var odd = [self]
        for _ in 1..<8 { odd.append(odd[odd.count - 1] + square) }
        var result = G1.infinity
        for place in (0..<max(low.count, high.count)).reversed() {
            if !result.isInfinity { result = result.doubled() }
            if place < low.count, low[place] != 0 {
                let entry = odd[Int(low[place].magnitude) >> 1]
                result = result + (low[place] < 0 ? -entry : entry)
            }
            if place < high.count, high[place] != 0 {
                // x²·P = (βx, -y)
                let entry = odd[Int(high[place].magnitude) >> 1]
                result = result + G1(x: entry.x * G1Affine.beta, y: high[place] < 0 ? entry.y : -entry.y, z: entry.z)
            }
        }
        return result
    }
}

extension Jacobian<Fp2> {
    /// The sum of the points multiplied by their weights; infinity adds nothing.
    static func weightedSum(_ points: [G2Affine], by weights: [UInt64], kernels: FieldKernels) -> G2 {
        let finite = zip(points, weights).filter { !$0.0.isInfinity }
        let points = finite.map(\.0)
        let weights = finite.map(\.1)
        if kernels.hasLanes, points.count > 1, let sum = sumInLanes(points, weights) { return sum }
        return kernels.run {
            multiScalarSum(
                points + points.map(\.timesSquaredParameter),
                words: weights.map { $0 & 0xffff_ffff } + weights.map { $0 >> 32 },
                wordsEach: 1,
                bits: 32
            )
        }
    }

    /// Eight sums side by side, then their sum; `nil` where two points or sums happened to be equal or opposite.
    private static func sumInLanes(_ points: [G2Affine], _ weights: [UInt64]) -> G2? {
        var sums = [G2](repeating: .infinity, count: 8)
        points.withUnsafeBytes { points in
            weights.withUnsafeBufferPointer { weights in
                sums.withUnsafeMutableBytes { sums in
                    fk_g2_weighted_sums(
                        sums.baseAddress?.assumingMemoryBound(to: UInt64.self),
                        points.baseAddress?.assumingMemoryBound(to: UInt64.self),
                        weights.baseAddress,
                        weights.count
                    )
                }
            }
        }
        let used = sums.prefix(points.count)
        guard !used.contains(where: \.isInfinity) else { return nil }
        return used.reduce(.infinity, +)
    }
}
