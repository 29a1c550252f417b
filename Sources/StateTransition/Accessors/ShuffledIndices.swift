public import Hashing

/// The swap-or-not shuffle.
public enum ShuffledIndices {
    /// Spec: `compute_shuffled_index`, for one index below `count`; `count` is not 0.
    ///
    /// Whoever asks for many indices of one seed makes a ``Shuffler``.
    public static func index(_ index: UInt64, count: UInt64, seed: Bytes32, rounds: UInt64) -> UInt64 {
        var shuffler = Shuffler(count: count, seed: seed, rounds: rounds)
        return shuffler.index(index)
    }

    /// Spec: `compute_shuffled_permutation`: where each index below `count` goes.
    ///
    /// Applying the rounds backwards to the whole list needs one hash for 256 positions, instead of one for each index
    /// and round: every pair of positions mirrored at the pivot is looked at once and swapped by its bit.
    public static func permutation(count: Int, seed: Bytes32, rounds: UInt64) -> [UInt64] {
        var list = (0..<UInt64(count)).map { $0 }
        guard count > 1 else { return list }
        var shuffler = Shuffler(count: UInt64(count), seed: seed, rounds: rounds)
        list.withUnsafeMutableBufferPointer { list in
            for round in shuffler.pivots.indices.reversed() {
                let pivot = Int(shuffler.pivots[round])
                // Positions 0...pivot mirror each other, and so do pivot+1...count-1.
                swapMirrored(list, low: 0, high: pivot, round, &shuffler)
                swapMirrored(list, low: pivot + 1, high: count - 1, round, &shuffler)
            }
        }
        return list
    }

    private static func swapMirrored(
        _ list: UnsafeMutableBufferPointer<UInt64>,
        low: Int,
        high: Int,
        _ round: Int,
        _ shuffler: inout Shuffler
    ) {
        var low = low
        var high = high
        while low < high {
            let bucket = high >> 8
            let source = shuffler.source(round, UInt64(bucket))
            let last = max(bucket << 8, low + 1)
            source.withUnsafeBytes { bytes in
                // Every second pair is swapped, at random: a branch would be mispredicted every other time.
                while high >= last, low < high {
                    let bit = UInt64(bytes[(high & 255) >> 3] >> UInt8(high & 7) & 1)
                    let difference = (list[low] ^ list[high]) & (0 &- bit)
                    list[low] ^= difference
                    list[high] ^= difference
                    low += 1
                    high -= 1
                }
            }
        }
    }
}

/// The shuffle of one seed and count, with its pivots hashed once.
struct Shuffler {
    let count: UInt64
    /// One for each round.
    let pivots: [UInt64]
    /// Seed, round, and position by 256.
    private var message: [UInt8]

    /// `count` is not 0.
    init(count: UInt64, seed: Bytes32, rounds: UInt64) {
        self.count = count
        var message = seed.bytes + [0, 0, 0, 0, 0]
        pivots = (0..<rounds).map { round in
            message[32] = UInt8(truncatingIfNeeded: round)
            return message.withUnsafeBytes {
                SHA256.hash(UnsafeRawBufferPointer(rebasing: $0[..<33])).firstWord % count
            }
        }
        self.message = message
    }

    /// Spec: `compute_shuffled_index`, for one index below `count`.
    mutating func index(_ index: UInt64) -> UInt64 {
        var index = index
        for round in pivots.indices {
            let ahead = pivots[round] + count - index
            let flip = ahead >= count ? ahead - count : ahead
            let position = max(index, flip)
            let byte = source(round, position >> 8).withUnsafeBytes { $0[Int(position & 255) >> 3] }
            if byte >> UInt8(position & 7) & 1 == 1 { index = flip }
        }
        return index
    }

    /// The bits of 256 positions in one round.
    @inline(__always)
    mutating func source(_ round: Int, _ bucket: UInt64) -> Bytes32 {
        message.withUnsafeMutableBytes { message in
            message[32] = UInt8(truncatingIfNeeded: round)
            message.storeBytes(
                of: UInt32(truncatingIfNeeded: bucket).littleEndian,
                toByteOffset: 33,
                as: UInt32.self
            )
            return SHA256.hash(UnsafeRawBufferPointer(message))
        }
    }
}

extension Bytes32 {
    /// The first eight bytes as a little-endian number.
    var firstWord: UInt64 {
        withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    }
}
