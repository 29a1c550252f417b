/// Bits packed into bytes, lowest bit of the first byte first, unused bits zero.
struct BitStorage: Hashable, Sendable {
    var bytes: [UInt8]
    let count: Int

    init(count: Int) {
        self.count = count
        bytes = Array(repeating: 0, count: (count + 7) / 8)
    }

    /// Takes bytes over; the caller has cleared the bits beyond `count`.
    init(bytes: [UInt8], count: Int) {
        self.bytes = bytes
        self.count = count
    }

    @inline(__always)
    subscript(i: Int) -> Bool {
        get {
            precondition(i < count, "bit index out of range")
            return bytes[i >> 3] >> UInt8(i & 7) & 1 == 1
        }
        set {
            precondition(i < count, "bit index out of range")
            let bit: UInt8 = 1 << UInt8(i & 7)
            if newValue { bytes[i >> 3] |= bit } else { bytes[i >> 3] &= ~bit }
        }
    }

    var oneCount: Int { bytes.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// How many bits of a range are set.
    func oneCount(in range: Range<Int>) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "bit index out of range")
        if range.isEmpty { return 0 }
        let (first, last) = (range.lowerBound >> 3, (range.upperBound - 1) >> 3)
        let head = UInt8.max << UInt8(range.lowerBound & 7)
        let tail = UInt8.max >> UInt8(7 - (range.upperBound - 1) & 7)
        if first == last { return (bytes[first] & head & tail).nonzeroBitCount }
        var ones = (bytes[first] & head).nonzeroBitCount + (bytes[last] & tail).nonzeroBitCount
        for at in first + 1..<last { ones += bytes[at].nonzeroBitCount }
        return ones
    }

    /// The indices of the bits that are set, ascending.
    var oneIndices: [Int] {
        var indices: [Int] = []
        for (at, byte) in bytes.enumerated() {
            var rest = byte
            while rest != 0 {
                indices.append(at * 8 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return indices
    }
}
