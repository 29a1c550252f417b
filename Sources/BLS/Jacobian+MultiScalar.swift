extension Jacobian {
    /// Σ scalarᵢ·pointᵢ for 64-bit scalars.
    package static func multiScalarSum(_ points: [Affine<F>], _ scalars: [UInt64]) -> Jacobian {
        multiScalarSum(points, words: scalars, wordsEach: 1, bits: 64)
    }

    /// Σ scalarᵢ·pointᵢ for scalars of the whole field.
    package static func multiScalarSum(_ points: [Affine<F>], _ scalars: [Fr]) -> Jacobian {
        multiScalarSum(points, words: scalars.flatMap(\.canonicalWords), wordsEach: 4, bits: 256)
    }

    /// Pippenger's bucket method with signed digits, which need half of the buckets.
    ///
    /// The scalars are given by words, least significant first, `wordsEach` for a scalar; without a scalar a point does
    /// not count. No scalar may reach 2^bits.
    @_specialize(where F == Fp)
    @_specialize(where F == Fp2)
    static func multiScalarSum(_ points: [Affine<F>], words: [UInt64], wordsEach: Int, bits: Int) -> Jacobian {
        let count = min(points.count, words.count / wordsEach)
        let width = windowWidth(count)
        let half = 1 << (width - 1)
        // One window more than the bits need takes the last carry.
        let windows = bits / width + 1
        let digits = signedWindows(words, count: count, wordsEach: wordsEach, width: width, windows: windows)
        var total = Jacobian.infinity
        var buckets = [Jacobian](repeating: .infinity, count: half)
        for window in (0..<windows).reversed() {
            if !total.isInfinity {
                for _ in 0..<width { total = total.doubled() }
            }
            for i in buckets.indices { buckets[i] = .infinity }
            for i in 0..<count {
                let digit = Int(digits[i * windows + window])
                if digit > 0 {
                    buckets[digit - 1] = buckets[digit - 1] + points[i]
                } else if digit < 0 {
                    buckets[-digit - 1] = buckets[-digit - 1] + -points[i]
                }
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
        case ..<8: 3
        case ..<32: 4
        case ..<128: 5
        case ..<400: 6
        case ..<1500: 8
        case ..<6000: 10
        default: 12
        }
    }
}

/// Cuts every scalar into digits between -2^(width-1) and 2^(width-1), lowest first, `windows` of them.
private func signedWindows(_ words: [UInt64], count: Int, wordsEach: Int, width: Int, windows: Int) -> [Int16] {
    var digits = [Int16](repeating: 0, count: count * windows)
    let half = 1 << (width - 1)
    for i in 0..<count {
        var carry = 0
        for window in 0..<windows {
            var digit = bits(words, at: i * wordsEach, wordsEach, low: window * width, width: width) + carry
            carry = digit > half ? 1 : 0
            digit -= carry << width
            digits[i * windows + window] = Int16(truncatingIfNeeded: digit)
        }
    }
    return digits
}

/// The `width` bits from bit `low` on of the scalar whose words start at `start`; zero beyond its end.
@inline(__always)
private func bits(_ words: [UInt64], at start: Int, _ wordsEach: Int, low: Int, width: Int) -> Int {
    let index = low / 64
    guard index < wordsEach else { return 0 }
    let shift = UInt64(low % 64)
    var value = words[start + index] >> shift
    if shift != 0, index + 1 < wordsEach { value |= words[start + index + 1] << (64 - shift) }
    return Int(truncatingIfNeeded: value & ((1 << UInt64(width)) - 1))
}
