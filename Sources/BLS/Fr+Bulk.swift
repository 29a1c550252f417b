extension Fr {
    /// A primitive root of unity of order 2^`log2Order`, a power of the generator 7.
    ///
    /// The order is cut to 2^32, the largest there is.
    package static func rootOfUnity(log2Order: Int) -> Fr {
        // r - 1 = 2^32 · an odd number.
        var words: [UInt64] = [
            0xffff_ffff_0000_0000, 0x53bd_a402_fffe_5bfe, 0x3339_d808_09a1_d805, 0x73ed_a753_299d_7d48,
        ]
        for _ in 0..<min(max(log2Order, 0), 32) {
            for i in words.indices { words[i] = words[i] >> 1 | (i + 1 < words.count ? words[i + 1] << 63 : 0) }
        }
        return Fr(7).power(words)
    }

    /// Replaces every value by its inverse, with a single inversion; zeroes stay.
    package static func invertAll(_ values: inout [Fr]) {
        var products: [Fr] = []
        products.reserveCapacity(values.count)
        var product = Fr.one
        for value in values {
            products.append(product)
            if !value.isZero { product = product * value }
        }
        var inverse = product.inverse()
        for i in values.indices.reversed() where !values[i].isZero {
            let value = values[i]
            values[i] = inverse * products[i]
            inverse = inverse * value
        }
    }

    /// 1, self, self², … : `count` powers.
    package func powers(_ count: Int) -> [Fr] {
        var powers: [Fr] = []
        powers.reserveCapacity(count)
        var power = Fr.one
        for _ in 0..<count {
            powers.append(power)
            power = power * self
        }
        return powers
    }

    /// Σ aᵢ·bᵢ over the shorter of both.
    package static func innerProduct(_ a: [Fr], _ b: [Fr]) -> Fr {
        var sum = Fr.zero
        for i in 0..<min(a.count, b.count) { sum = sum + a[i] * b[i] }
        return sum
    }
}

extension G1Affine {
    /// Takes a point back that was written as two big-endian coordinates, without any check; 96 zeroes are infinity.
    ///
    /// For bytes whose checksum is known. Other bytes give a meaningless point, never a trap.
    package init(uncheckedUncompressed bytes: UnsafeRawPointer) {
        self.init(x: Fp(uncheckedBigEndian: bytes), y: Fp(uncheckedBigEndian: bytes + 48))
    }
}
