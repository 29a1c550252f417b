import TestSupport

/// A plain non-negative big integer, the model the field arithmetic is checked against.
struct ModelInteger: Equatable, CustomStringConvertible {
    /// 32-bit words, least significant first, no zero on top.
    private var words: [UInt32]

    init(_ words: [UInt32]) {
        self.words = words
        while self.words.last == 0 { self.words.removeLast() }
    }

    init(_ value: UInt64) { self.init([UInt32(truncatingIfNeeded: value), UInt32(value >> 32)]) }

    init(bigEndian bytes: some Collection<UInt8>) {
        var words: [UInt32] = []
        for (i, byte) in bytes.reversed().enumerated() {
            if i % 4 == 0 { words.append(0) }
            words[i / 4] |= UInt32(byte) << UInt32(i % 4 * 8)
        }
        self.init(words)
    }

    init(hex: String) {
        let digits = Array(hex)
        let padded = digits.count % 2 == 0 ? digits : ["0"] + digits
        self.init(
            bigEndian: stride(from: 0, to: padded.count, by: 2).compactMap {
                UInt8(String(padded[$0...($0 + 1)]), radix: 16)
            }
        )
    }

    var description: String { words.reversed().map { String($0, radix: 16) }.joined(separator: "_") }

    func bytes(_ count: Int) -> [UInt8] {
        (0..<count).reversed().map { i in
            i / 4 < words.count ? UInt8(truncatingIfNeeded: words[i / 4] >> UInt32(i % 4 * 8)) : 0
        }
    }

    func bit(_ index: Int) -> Bool { index / 32 < words.count && words[index / 32] >> UInt32(index % 32) & 1 == 1 }

    var bitWidth: Int { words.isEmpty ? 0 : words.count * 32 - words[words.count - 1].leadingZeroBitCount }

    static func + (a: Self, b: Self) -> Self {
        var result: [UInt32] = []
        var carry: UInt64 = 0
        for i in 0...max(a.words.count, b.words.count) {
            let sum = UInt64(i < a.words.count ? a.words[i] : 0) + UInt64(i < b.words.count ? b.words[i] : 0) + carry
            result.append(UInt32(truncatingIfNeeded: sum))
            carry = sum >> 32
        }
        return Self(result)
    }

    /// Only for a ≥ b.
    static func - (a: Self, b: Self) -> Self {
        var result: [UInt32] = []
        var borrow: Int64 = 0
        for i in a.words.indices {
            var difference = Int64(a.words[i]) - Int64(i < b.words.count ? b.words[i] : 0) - borrow
            borrow = difference < 0 ? 1 : 0
            if difference < 0 { difference += 1 << 32 }
            result.append(UInt32(difference))
        }
        return Self(result)
    }

    static func * (a: Self, b: Self) -> Self {
        var result = [UInt32](repeating: 0, count: a.words.count + b.words.count)
        for i in a.words.indices {
            var carry: UInt64 = 0
            for j in b.words.indices {
                let t = UInt64(a.words[i]) * UInt64(b.words[j]) + UInt64(result[i + j]) + carry
                result[i + j] = UInt32(truncatingIfNeeded: t)
                carry = t >> 32
            }
            result[i + b.words.count] = UInt32(carry)
        }
        return Self(result)
    }

    static func < (a: Self, b: Self) -> Bool {
        if a.words.count != b.words.count { return a.words.count < b.words.count }
        return a.words.reversed().lexicographicallyPrecedes(b.words.reversed())
    }

    /// Quotient and remainder by shifting and subtracting.
    func divided(by divisor: Self) -> (quotient: Self, remainder: Self) {
        var quotient = [UInt32](repeating: 0, count: words.count)
        var rest = Self([])
        for i in (0..<bitWidth).reversed() {
            rest = rest + rest
            if bit(i) { rest = rest + Self(1) }
            if !(rest < divisor) {
                rest = rest - divisor
                quotient[i / 32] |= 1 << UInt32(i % 32)
            }
        }
        return (Self(quotient), rest)
    }

    static func % (a: Self, b: Self) -> Self { a.divided(by: b).remainder }

    var uint64Words: [UInt64] {
        stride(from: 0, to: words.count, by: 2).map { i in
            UInt64(words[i]) | (i + 1 < words.count ? UInt64(words[i + 1]) << 32 : 0)
        }
    }
}

extension ModelInteger {
    /// |x|, the parameter everything else follows from.
    static let parameter = ModelInteger(0xd201_0000_0001_0000)

    /// r = x⁴ - x² + 1.
    static let order: ModelInteger = {
        let square = parameter * parameter
        return square * square - square + ModelInteger(1)
    }()

    /// p = (x - 1)²·r/3 + x, x negative.
    static let prime: ModelInteger = {
        let step = parameter + ModelInteger(1)
        return (step * step * order).divided(by: ModelInteger(3)).quotient - parameter
    }()
}

extension SplitMix64 {
    /// An integer below `limit`, now and then very small or just below it.
    mutating func integer(below limit: ModelInteger) -> ModelInteger {
        switch next() % 8 {
        case 0: ModelInteger(next() % 4)
        case 1: limit - ModelInteger(1 + next() % 4)
        default: ModelInteger(bigEndian: (0..<64).map { _ in UInt8(truncatingIfNeeded: next()) }) % limit
        }
    }
}
