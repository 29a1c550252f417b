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

    /// Raises to an exponent of six words, least significant first, by windows of four bits.
    func power(_ e0: UInt64, _ e1: UInt64, _ e2: UInt64, _ e3: UInt64, _ e4: UInt64, _ e5: UInt64) -> Fp {
        withUnsafeTemporaryAllocation(of: Fp.self, capacity: 16) { powers in
            powers[0] = .one
            for i in 1..<16 { powers[i] = powers[i - 1] * self }
            var result = Fp.one
            var started = false
            for word in [e5, e4, e3, e2, e1, e0] {
                for shift in stride(from: 60, through: 0, by: -4) {
                    if started {
                        result = result.squared().squared().squared().squared()
                    }
                    let digit = Int(word >> UInt64(shift) & 15)
                    if digit != 0 {
                        result = started ? result * powers[digit] : powers[digit]
                        started = true
                    }
                }
            }
            return result
        }
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
            if !values[i].isZero { product = product * values[i] }
        }
        var inverse = product.inverse()
        for i in values.indices.reversed() where !values[i].isZero {
            let next = inverse * values[i]
            values[i] = inverse * scratch[i]
            inverse = next
        }
    }
}
