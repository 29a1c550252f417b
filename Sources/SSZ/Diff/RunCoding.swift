/// How the change of a number becomes a symbol that is small where the change is.
protocol DeltaCoded: FixedWidthInteger, UnsignedInteger, PersistentElement {
    /// Zero where both are the same, and only there.
    static func symbol(from old: Self, to new: Self) -> UInt64
    /// What `symbol` was made from; any symbol gives some value.
    static func value(from old: Self, by symbol: UInt64) -> Self
}

extension UInt64: DeltaCoded {
    /// The difference, its sign in the lowest bit.
    @inline(__always)
    static func symbol(from old: UInt64, to new: UInt64) -> UInt64 {
        let delta = Int64(bitPattern: new &- old)
        return UInt64(bitPattern: (delta &<< 1) ^ (delta &>> 63))
    }

    @inline(__always)
    static func value(from old: UInt64, by symbol: UInt64) -> UInt64 {
        old &+ ((symbol &>> 1) ^ (0 &- (symbol & 1)))
    }
}

extension UInt8: DeltaCoded {
    /// The bits that change: these numbers are flags.
    @inline(__always)
    static func symbol(from old: UInt8, to new: UInt8) -> UInt64 { UInt64(old ^ new) }

    @inline(__always)
    static func value(from old: UInt8, by symbol: UInt64) -> UInt8 { old ^ UInt8(truncatingIfNeeded: symbol) }
}

/// Writes symbols as runs of one symbol and stretches of different ones.
///
/// A token is a number, twice the length of what it covers; the lowest bit set for a run, whose symbol follows once.
/// Rewards give most validators of one balance the same delta, so runs are what makes balances small.
struct RunWriter {
    /// A shorter run is cheaper inside a stretch.
    private static let shortest = 4
    private static let longestStretch = 4_096

    private var stretch: [UInt64] = []
    private var symbol: UInt64 = 0
    private var length = 0

    @inline(__always)
    mutating func add(_ next: UInt64, count: Int = 1, to writer: inout DiffWriter) {
        if next == symbol {
            length += count
        } else if count > 0 {
            endRun(to: &writer)
            symbol = next
            length = count
        }
    }

    private mutating func endRun(to writer: inout DiffWriter) {
        if length >= Self.shortest {
            endStretch(to: &writer)
            writer.write(UInt64(length) << 1 | 1)
            writer.write(symbol)
        } else {
            for _ in 0..<length { stretch.append(symbol) }
            if stretch.count >= Self.longestStretch { endStretch(to: &writer) }
        }
        length = 0
    }

    private mutating func endStretch(to writer: inout DiffWriter) {
        if stretch.isEmpty { return }
        writer.write(UInt64(stretch.count) << 1)
        for symbol in stretch { writer.write(symbol) }
        stretch.removeAll(keepingCapacity: true)
    }

    mutating func finish(to writer: inout DiffWriter) {
        endRun(to: &writer)
        endStretch(to: &writer)
    }
}

/// Reads what `RunWriter` writes, for exactly so many numbers.
struct RunReader {
    /// Numbers not covered by a token read so far.
    private var uncovered: Int
    private var isRun = false
    private var symbol: UInt64 = 0
    /// Numbers left of the token read last.
    private var left = 0

    init(count: Int) { uncovered = count }

    /// Changes these numbers; says whether any of them changed.
    mutating func apply<Number: DeltaCoded>(
        to numbers: UnsafeMutableBufferPointer<Number>,
        from reader: inout DiffReader
    ) throws(DiffError) -> Bool {
        var i = 0
        var changes: UInt64 = 0
        while i < numbers.count {
            if left == 0 { try readToken(from: &reader) }
            let end = i + min(left, numbers.count - i)
            left -= end - i
            if isRun {
                if symbol != 0 {
                    for j in i..<end { numbers[j] = Number.value(from: numbers[j], by: symbol) }
                    changes |= symbol
                }
                i = end
            } else {
                while i < end {
                    let symbol = try reader.number()
                    numbers[i] = Number.value(from: numbers[i], by: symbol)
                    changes |= symbol
                    i += 1
                }
            }
        }
        return changes != 0
    }

    private mutating func readToken(from reader: inout DiffReader) throws(DiffError) {
        let token = try reader.number()
        let length = token >> 1
        guard length > 0, length <= UInt64(uncovered) else {
            throw DiffError(.outOfRange(limit: UInt64(uncovered), got: length))
        }
        left = Int(length)
        uncovered -= left
        isRun = token & 1 == 1
        if isRun { symbol = try reader.number() }
    }
}
