extension Jacobian {
    /// |x|·self, x the parameter of the curve: 63 doublings, 5 additions.
    @_specialize(where F == Fp)
    @_specialize(where F == Fp2)
    func timesParameterMagnitude() -> Jacobian {
        var result = self
        for bit in Parameter.bitsBelowTop {
            result = result.doubled()
            if bit { result = result + self }
        }
        return result
    }

    /// scalar·self for an integer given by words, least significant first, by signed windows of five bits.
    @_specialize(where F == Fp)
    @_specialize(where F == Fp2)
    package func multiplied(by scalar: [UInt64]) -> Jacobian {
        let digits = signedDigits(scalar)
        let square = doubled()
        var odd = [self]
        for _ in 1..<8 { odd.append(odd[odd.count - 1] + square) }
        var result = Jacobian.infinity
        for digit in digits.reversed() {
            if !result.isInfinity { result = result.doubled() }
            if digit > 0 {
                result = result + odd[Int(digit) >> 1]
            } else if digit < 0 {
                result = result + -odd[Int(-digit) >> 1]
            }
        }
        return result
    }

    /// scalar·self for a short scalar.
    package func multiplied(by scalar: UInt64) -> Jacobian { multiplied(by: [scalar]) }
}

/// Writes an integer with digits that are zero or odd and below 16 in size, four zeroes after each (wNAF, width 5).
func signedDigits(_ scalar: [UInt64]) -> [Int8] {
    var words = scalar + [0]
    var digits: [Int8] = []
    digits.reserveCapacity(scalar.count * 64 + 1)
    while words.contains(where: { $0 != 0 }) {
        var digit = 0
        if words[0] & 1 == 1 {
            digit = Int(words[0] & 31)
            if digit > 15 { digit -= 32 }
            // Takes the digit away: the low five bits become zero, a negative digit carries upwards.
            words[0] &= ~31
            if digit < 0 {
                var carry: UInt64 = 32
                for i in words.indices {
                    let (sum, overflow) = words[i].addingReportingOverflow(carry)
                    words[i] = sum
                    carry = overflow ? 1 : 0
                }
            }
        }
        digits.append(Int8(digit))
        for i in words.indices {
            words[i] = words[i] >> 1 | (i + 1 < words.count ? words[i + 1] << 63 : 0)
        }
    }
    return digits
}
