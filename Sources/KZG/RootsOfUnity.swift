import BLS

/// The roots of unity of an order that is a power of two, and the transforms over them and over their subgroups.
struct RootsOfUnity: Sendable {
    /// ω^0, ω^1 and so on.
    let powers: [Fr]
    var order: Int { powers.count }

    /// `order` must be a power of two, at most 2^32.
    init(order: Int) {
        powers = Fr.rootOfUnity(log2Order: order.trailingZeroBitCount).powers(order)
    }

    /// Values on the subgroup of order `coefficients.count`, in the order of its powers.
    func evaluate(_ coefficients: [Fr]) -> [Fr] {
        var values = bitReversalPermutation(coefficients)
        let count = values.count
        values.withUnsafeMutableBufferPointer { values in
            powers.withUnsafeBufferPointer { powers in
                var half = 1
                while half < count {
                    let stride = powers.count / (2 * half)
                    var start = 0
                    while start < count {
                        for i in 0..<half {
                            let low = values[start + i]
                            let high = i == 0 ? values[start + half] : values[start + half + i] * powers[i * stride]
                            values[start + i] = low + high
                            values[start + half + i] = low - high
                        }
                        start += 2 * half
                    }
                    half *= 2
                }
            }
        }
        return values
    }

    /// The polynomial with these values on the subgroup of order `values.count`.
    func interpolate(_ values: [Fr]) -> [Fr] {
        var coefficients = evaluate(values)
        let count = coefficients.count
        let scale = Fr(UInt64(count)).inverse()
        coefficients[1...].reverse()
        for i in 0..<count { coefficients[i] = coefficients[i] * scale }
        return coefficients
    }

    /// Σ ω^(ij)·pointⱼ for every i, ω of order `points.count`.
    func transform(_ points: [G1]) -> [G1] {
        var points = bitReversalPermutation(points)
        let count = points.count
        var half = 1
        while half < count {
            let stride = order / (2 * half)
            for i in 0..<half {
                let root = powers[i * stride].canonicalWords
                for start in Swift.stride(from: 0, to: count, by: 2 * half) {
                    let other = points[start + half + i]
                    let high = i == 0 || other.isInfinity ? other : other.multiplied(by: root)
                    let low = points[start + i]
                    points[start + i] = low + high
                    points[start + half + i] = low + -high
                }
            }
            half *= 2
        }
        return points
    }

    /// The inverse of `transform`.
    func inverseTransform(_ points: [G1]) -> [G1] {
        var result = transform(points)
        result[1...].reverse()
        let scale = Fr(UInt64(points.count)).inverse().canonicalWords
        return result.map { $0.multiplied(by: scale) }
    }
}

/// Spec: `bit_reversal_permutation`; the count is a power of two.
func bitReversalPermutation<T>(_ values: [T]) -> [T] {
    let bits = values.count.trailingZeroBitCount
    return values.indices.map { values[reverseBits($0, width: bits)] }
}

/// Spec: `reverse_bits`.
func reverseBits(_ value: Int, width: Int) -> Int {
    guard width > 0 else { return value }
    var reversed = 0
    for bit in 0..<width { reversed |= (value >> bit & 1) << (width - 1 - bit) }
    return reversed
}
