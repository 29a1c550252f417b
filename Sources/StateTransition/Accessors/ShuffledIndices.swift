public import Hashing

/// The swap-or-not shuffle.
public enum ShuffledIndices {
    /// Spec: `compute_shuffled_index`, for one index below `count`; `count` is not 0.
    public static func index(_ index: UInt64, count: UInt64, seed: Bytes32, rounds: UInt64) -> UInt64 {
        var index = index
        var message = seed.bytes + [0, 0, 0, 0, 0]
        for round in 0..<rounds {
            message[32] = UInt8(truncatingIfNeeded: round)
            let pivot = message.withUnsafeBytes {
                SHA256.hash(UnsafeRawBufferPointer(rebasing: $0[..<33])).firstWord % count
            }
            let flip = (pivot + count - index) % count
            let position = max(index, flip)
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: position / 256).littleEndian) {
                message.replaceSubrange(33..<37, with: $0)
            }
            let source = SHA256.hash(message)
            let byte = source.withUnsafeBytes { $0[Int(position % 256 / 8)] }
            if byte >> UInt8(position % 8) & 1 == 1 { index = flip }
        }
        return index
    }

    /// Spec: `compute_shuffled_permutation`: where each index below `count` goes.
    ///
    /// Applying the rounds backwards to the whole list needs one hash for 256 positions, instead of two for each index
    /// and round: every pair of positions mirrored at the pivot is looked at once and swapped by its bit.
    public static func permutation(count: Int, seed: Bytes32, rounds: UInt64) -> [UInt64] {
        var list = (0..<UInt64(count)).map { $0 }
        guard count > 1 else { return list }
        var message = seed.bytes + [0, 0, 0, 0, 0]
        for round in (0..<rounds).reversed() {
            message[32] = UInt8(truncatingIfNeeded: round)
            let pivot = Int(
                message.withUnsafeBytes {
                    SHA256.hash(UnsafeRawBufferPointer(rebasing: $0[..<33])).firstWord % UInt64(count)
                }
            )
            // Positions 0...pivot mirror each other, and so do pivot+1...count-1.
            list.withUnsafeMutableBufferPointer { list in
                swapMirrored(list, low: 0, high: pivot, &message)
                swapMirrored(list, low: pivot + 1, high: count - 1, &message)
            }
        }
        return list
    }

    private static func swapMirrored(
        _ list: UnsafeMutableBufferPointer<UInt64>,
        low: Int,
        high: Int,
        _ message: inout [UInt8]
    ) {
        var low = low
        var high = high
        var bucket = -1
        var source = Bytes32()
        while low < high {
            if high / 256 != bucket {
                bucket = high / 256
                withUnsafeBytes(of: UInt32(truncatingIfNeeded: bucket).littleEndian) { bytes in
                    for i in 0..<4 { message[33 + i] = bytes[i] }
                }
                source = SHA256.hash(message)
            }
            let byte = source.withUnsafeBytes { $0[high % 256 / 8] }
            if byte >> UInt8(high % 8) & 1 == 1 { list.swapAt(low, high) }
            low += 1
            high -= 1
        }
    }
}

extension Bytes32 {
    /// The first eight bytes as a little-endian number.
    var firstWord: UInt64 {
        withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    }
}
