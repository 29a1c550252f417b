extension Jacobian<Fp> {
    /// Spec: `g1_lincomb`: Σ scalarᵢ·pointᵢ for points of G1.
    ///
    /// The endomorphism φ = -x² halves the scalars for twice the points, and the buckets of all windows are summed in
    /// affine coordinates together, so that a round of additions shares one inversion. The points must be in the
    /// subgroup; a list longer than the other counts as cut.
    package static func linearCombination(_ points: [G1Affine], _ scalars: [Fr]) -> G1 {
        let count = min(points.count, scalars.count)
        guard count > 1 else { return multiScalarSum(points, scalars) }
        let width = windowWidth(2 * count)
        let half = 1 << (width - 1)
        // A half scalar has 128 bits; one window more than they need takes the last carry.
        let windows = 128 / width + 1
        // Entries of a bucket stand side by side: count them, then place them.
        var digits = [Int32](repeating: 0, count: 2 * count * windows)
        var starts = [Int32](repeating: 0, count: windows * half + 1)
        for i in 0..<count {
            let (low, high) = scalars[i].endomorphismHalves
            cut(low, at: 2 * i * windows, into: &digits, width: width, windows: windows)
            cut(high, at: (2 * i + 1) * windows, into: &digits, width: width, windows: windows)
            for at in 2 * i * windows..<2 * (i + 1) * windows where digits[at] != 0 {
                starts[at % windows * half + Int(abs(digits[at]))] += 1
            }
        }
        for bucket in 1..<starts.count { starts[bucket] += starts[bucket - 1] }
        var next = starts
        let total = Int(starts[starts.count - 1])
        let entries = [G1Affine](unsafeUninitializedCapacity: total) { entries, initialized in
            for i in 0..<2 * count {
                let point = i % 2 == 0 ? points[i / 2] : points[i / 2].minusEndomorphism
                for window in 0..<windows {
                    let digit = digits[i * windows + window]
                    guard digit != 0 else { continue }
                    let bucket = window * half + Int(abs(digit)) - 1
                    entries[Int(next[bucket])] = digit > 0 ? point : -point
                    next[bucket] += 1
                }
            }
            initialized = total
        }
        let buckets = sums(entries, starts: starts)
        var result = infinity
        for window in (0..<windows).reversed() {
            if !result.isInfinity {
                for _ in 0..<width { result = result.doubled() }
            }
            // Σ (d + 1)·bucket[d] by running sums.
            var running = infinity
            var sum = infinity
            for d in (0..<half).reversed() {
                running = running + buckets[window * half + d]
                sum = sum + running
            }
            result = result + sum
        }
        return result
    }

    /// The sums of runs of points; run i reaches from `starts[i]` up to `starts[i + 1]`.
    private static func sums(_ points: [G1Affine], starts: [Int32]) -> [G1Affine] {
        let runs = starts.count - 1
        var points = points
        var lengths = (0..<runs).map { starts[$0 + 1] - starts[$0] }
        var inverses = [Fp](repeating: .zero, count: points.count / 2)
        var scratch = inverses
        points.withUnsafeMutableBufferPointer { points in
            inverses.withUnsafeMutableBufferPointer { inverses in
                scratch.withUnsafeMutableBufferPointer { scratch in
                    while true {
                        var pairs = 0
                        for run in 0..<runs where lengths[run] > 1 {
                            let start = Int(starts[run])
                            for pair in 0..<Int(lengths[run]) / 2 {
                                inverses[pairs] = denominator(points[start + 2 * pair], points[start + 2 * pair + 1])
                                pairs += 1
                            }
                        }
                        if pairs == 0 { break }
                        Fp.invertAll(
                            UnsafeMutableBufferPointer(rebasing: inverses[..<pairs]),
                            scratch: UnsafeMutableBufferPointer(rebasing: scratch[..<pairs])
                        )
                        pairs = 0
                        for run in 0..<runs where lengths[run] > 1 {
                            let start = Int(starts[run])
                            let length = Int(lengths[run])
                            for pair in 0..<length / 2 {
                                points[start + pair] = add(
                                    points[start + 2 * pair],
                                    points[start + 2 * pair + 1],
                                    inverse: inverses[pairs]
                                )
                                pairs += 1
                            }
                            if length % 2 == 1 { points[start + length / 2] = points[start + length - 1] }
                            lengths[run] = Int32((length + 1) / 2)
                        }
                    }
                }
            }
        }
        return (0..<runs).map { lengths[$0] == 0 ? .infinity : points[Int(starts[$0])] }
    }

    private static func windowWidth(_ count: Int) -> Int {
        switch count {
        case ..<8: 3
        case ..<32: 4
        case ..<128: 5
        case ..<400: 6
        case ..<1000: 7
        case ..<3000: 8
        case ..<6000: 9
        default: 10
        }
    }
}

extension G1Affine {
    /// x²·self, which is -φ(self).
    var minusEndomorphism: G1Affine { G1Affine(x: x * G1Affine.beta, y: -y) }
}

extension Fr {
    /// The scalar as low + high·x², both below 2^128, x the parameter of the curve.
    var endomorphismHalves: (low: UInt128, high: UInt128) {
        let words = canonicalWords
        let low = UInt128(words[1]) << 64 | UInt128(words[0])
        let high = UInt128(words[3]) << 64 | UInt128(words[2])
        let square = UInt128(Parameter.magnitude) * UInt128(Parameter.magnitude)
        // r < 2^255 and x² > 2^127: the upper half is below the divisor, so the quotient fits.
        let (quotient, remainder) = square.dividingFullWidth((high, low))
        return (remainder, quotient)
    }
}

/// Writes digits between -2^(width-1) and 2^(width-1), lowest first.
private func cut(_ scalar: UInt128, at start: Int, into digits: inout [Int32], width: Int, windows: Int) {
    let half: Int32 = 1 << (width - 1)
    let mask: UInt128 = 1 << width - 1
    var rest = scalar
    var carry: Int32 = 0
    for window in 0..<windows {
        var digit = Int32(truncatingIfNeeded: rest & mask) + carry
        rest >>= width
        carry = digit > half ? 1 : 0
        digit -= carry << Int32(width)
        digits[start + window] = digit
    }
}
