extension Fp {
    /// self^((p - 3) / 4): one exponentiation that gives square root, inverse square root and quadratic character.
    ///
    /// For r = a^((p-3)/4), r²·a is 1 for a square, -1 for a non-square, 0 for zero; a·r is the root of a square.
    func rootPower() -> Fp {
        power(
            0xee7f_bfff_ffff_eaaa,
            0x07aa_ffff_ac54_ffff,
            0xd9cc_34a8_3dac_3d89,
            0xd91d_d2e1_3ce1_44af,
            0x92c6_e9ed_90d2_eb35,
            0x0680_447a_8e5f_f9a6
        )
    }

    /// Raises to an exponent of six words, least significant first, by sliding windows of five bits.
    func power(_ e0: UInt64, _ e1: UInt64, _ e2: UInt64, _ e3: UInt64, _ e4: UInt64, _ e5: UInt64) -> Fp {
        if inAdx { return adxPower(Fp(e0, e1, e2, e3, e4, e5)) }
        return withUnsafeTemporaryAllocation(of: Fp.self, capacity: 16) { odd in
            odd[0] = self
            let square = squared()
            for i in 1..<16 { odd[i] = odd[i - 1] * square }
            // Bits still to come stand at the top of the six words.
            var bits = Fp(e0, e1, e2, e3, e4, e5)
            var left = 384
            let leading = min(63, e5.leadingZeroBitCount)
            bits.shiftUp(leading)
            left -= leading
            var result = Fp.one
            var started = false
            while left > 0 {
                if bits.l5 >> 63 == 0 {
                    if started { result.square(times: 1) }
                    bits.shiftUp(1)
                    left -= 1
                    continue
                }
                let window = min(5, left)
                let excerpt = bits.l5 >> UInt64(64 - window)
                let width = window - excerpt.trailingZeroBitCount
                let digit = Int(excerpt >> UInt64(window - width))
                if started {
                    result.square(times: width)
                    result.multiply(by: odd[digit >> 1])
                } else {
                    result = odd[digit >> 1]
                    started = true
                }
                bits.shiftUp(width)
                left -= width
            }
            return result
        }
    }

    /// Shifts the six words up by 0…63 bits, dropping what falls out.
    private mutating func shiftUp(_ count: Int) {
        let s = UInt64(count)
        l5 = l5 << s | (l4 >> 1) >> (63 &- s)
        l4 = l4 << s | (l3 >> 1) >> (63 &- s)
        l3 = l3 << s | (l2 >> 1) >> (63 &- s)
        l2 = l2 << s | (l1 >> 1) >> (63 &- s)
        l1 = l1 << s | (l0 >> 1) >> (63 &- s)
        l0 = l0 << s
    }

    /// The square root, or `nil` for a non-square.
    package func squareRoot() -> Fp? {
        let root = self * rootPower()
        return root.squared() == self ? root : nil
    }

    /// Inverts every element in place with one inversion; zeroes stay zero.
    ///
    /// `scratch` must hold as many elements.
    package static func invertAll(_ values: UnsafeMutableBufferPointer<Fp>, scratch: UnsafeMutableBufferPointer<Fp>) {
        var product = Fp.one
        for i in values.indices {
            scratch[i] = product
            if !values[i].isZero { product.multiply(by: values[i]) }
        }
        var inverse = product.inverse()
        for i in values.indices.reversed() where !values[i].isZero {
            scratch[i].multiply(by: inverse)
            inverse.multiply(by: values[i])
            values[i] = scratch[i]
        }
    }
}
