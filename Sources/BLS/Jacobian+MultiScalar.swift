extension Jacobian {
    /// Σ scalarᵢ·pointᵢ for 64-bit scalars.
    package static func multiScalarSum(_ points: [Affine<F>], _ scalars: [UInt64]) -> Jacobian {
        multiScalarSum(points, words: scalars, wordsEach: 1)
    }

    /// Σ scalarᵢ·pointᵢ for scalars of the whole field.
    package static func multiScalarSum(_ points: [Affine<F>], _ scalars: [Fr]) -> Jacobian {
        multiScalarSum(points, words: scalars.flatMap(\.canonicalWords), wordsEach: 4)
    }

    /// Pippenger's bucket method; the scalars are given by words, least significant first, `wordsEach` for a scalar.
    @_specialize(where F == Fp)
    @_specialize(where F == Fp2)
    static func multiScalarSum(_ points: [Affine<F>], words: [UInt64], wordsEach: Int) -> Jacobian {
        let count = min(points.count, words.count / wordsEach)
        let bits = 64 * wordsEach
        let width = windowWidth(count)
        var total = Jacobian.infinity
        var buckets = [Jacobian](repeating: .infinity, count: (1 << width) - 1)
        for low in stride(from: 0, to: bits, by: width).reversed() {
            if !total.isInfinity {
                for _ in 0..<width { total = total.doubled() }
            }
            for i in buckets.indices { buckets[i] = .infinity }
            for i in 0..<count {
                let digit = window(words, at: i * wordsEach, wordsEach, low: low, width: width)
                if digit != 0 { buckets[digit - 1] = buckets[digit - 1] + points[i] }
            }
            // Σ (d + 1)·bucket[d] by running sums.
            var running = Jacobian.infinity
            var sum = Jacobian.infinity
            for bucket in buckets.reversed() {
                running = running + bucket
                sum = sum + running
            }
            total = total + sum
        }
        return total
    }

    private static func windowWidth(_ count: Int) -> Int {
        switch count {
        case ..<8: 2
        case ..<32: 3
        case ..<96: 4
        case ..<300: 5
        case ..<1000: 7
        case ..<4000: 9
        default: 11
        }
    }
}

/// The `width` bits from bit `low` on of the scalar whose words start at `start`.
@inline(__always)
private func window(_ words: [UInt64], at start: Int, _ wordsEach: Int, low: Int, width: Int) -> Int {
    let index = low / 64
    let shift = UInt64(low % 64)
    var value = words[start + index] >> shift
    if shift != 0, index + 1 < wordsEach { value |= words[start + index + 1] << (64 - shift) }
    return Int(truncatingIfNeeded: value & ((1 << UInt64(width)) - 1))
}
