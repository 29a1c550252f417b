public import Hashing
internal import Locking

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
    public static func permutation(count: Int, seed: Bytes32, rounds: UInt64) -> [UInt64] {
        guard count > 0, let last = UInt32(exactly: count - 1) else {
            return (0..<UInt64(count)).map { index($0, count: UInt64(count), seed: seed, rounds: rounds) }
        }
        var list = Array(0...last)
        shuffle(&list, seed: seed, rounds: rounds, on: .one)
        return list.map(UInt64.init)
    }

    /// Puts at each place of `list` what stands at the place that `compute_shuffled_index` gives for it.
    ///
    /// Applying the rounds backwards to the whole list needs one hash for 256 places, instead of one for each index and
    /// round: every pair of places mirrored at the pivot is looked at once and swapped by its bit. The bits of some rounds
    /// are hashed by all cores; swapping is one core's, eight pairs at a time.
    static func shuffle(_ list: inout [UInt32], seed: Bytes32, rounds: UInt64, on cores: Cores) {
        guard list.count > 1 else { return }
        let shuffler = Shuffler(count: UInt64(list.count), seed: seed, rounds: rounds)
        let buckets = (list.count - 1) >> 8 + 1
        // Room behind the last bits, so that they can be read as a word.
        let stride = buckets * 32 + 8
        let atOnce = cores.width > 1 ? 15 : 1
        var bits = [UInt8](repeating: 0, count: min(atOnce, Int(rounds)) * stride)
        var end = Int(rounds)
        while end > 0 {
            let first = max(0, end - atOnce)
            bits.withUnsafeMutableBytes { bits in
                let all = SharedMemory(bits.assumingMemoryBound(to: UInt8.self))
                let parts = cores.width > 1 ? cores.width * 4 : 1
                let last = end
                cores.forEach(count: parts) { part in
                    var shuffler = shuffler
                    for round in first..<last {
                        let bucketsOfPart = buckets * part / parts..<buckets * (part + 1) / parts
                        let start = (round - first) * stride
                        let out = all[start + bucketsOfPart.lowerBound * 32..<start + bucketsOfPart.upperBound * 32]
                        shuffler.writeSources(round, bucketsOfPart, to: UnsafeMutableRawBufferPointer(out))
                    }
                }
                list.withUnsafeMutableBufferPointer { list in
                    for round in (first..<end).reversed() {
                        let start = (round - first) * stride
                        let bits = UnsafeRawBufferPointer(rebasing: bits[start..<start + stride])
                        let pivot = Int(shuffler.pivots[round])
                        // Places 0...pivot mirror each other, and so do pivot+1...count-1.
                        swapMirrored(list, low: 0, high: pivot, bits)
                        swapMirrored(list, low: pivot + 1, high: list.count - 1, bits)
                    }
                }
            }
            end = first
        }
    }

    /// Swaps the pairs of places that mirror each other between `low` and `high`, where the bit of the higher is set.
    private static func swapMirrored(
        _ list: UnsafeMutableBufferPointer<UInt32>,
        low: Int,
        high: Int,
        _ bits: UnsafeRawBufferPointer
    ) {
        var low = low
        var high = high
        let memory = UnsafeMutableRawBufferPointer(list)
        let places = SIMD8<UInt32>(1, 2, 4, 8, 16, 32, 64, 128)
        while high - low >= 15 {
            let top = high - 7
            let word = bits.loadUnaligned(fromByteOffset: top >> 3, as: UInt16.self).littleEndian
            let byte = SIMD8(repeating: UInt32(truncatingIfNeeded: word >> UInt16(top & 7)))
            let isSwapped = byte & places .== places
            let higher = memory.loadUnaligned(fromByteOffset: top * 4, as: SIMD8<UInt32>.self)
            let mirrored = memory.loadUnaligned(fromByteOffset: low * 4, as: SIMD8<UInt32>.self).reversed
            memory.storeBytes(
                of: higher.replacing(with: mirrored, where: isSwapped),
                toByteOffset: top * 4,
                as: SIMD8<UInt32>.self
            )
            memory.storeBytes(
                of: mirrored.replacing(with: higher, where: isSwapped).reversed,
                toByteOffset: low * 4,
                as: SIMD8<UInt32>.self
            )
            low += 8
            high -= 8
        }
        while low < high {
            if bits[high >> 3] >> UInt8(high & 7) & 1 == 1 { list.swapAt(low, high) }
            low += 1
            high -= 1
        }
    }
}

extension SIMD8 {
    @inline(__always)
    fileprivate var reversed: SIMD8 { SIMD8(self[7], self[6], self[5], self[4], self[3], self[2], self[1], self[0]) }
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

    /// Writes the bits of the positions of some buckets in one round, 32 bytes a bucket.
    mutating func writeSources(_ round: Int, _ buckets: Range<Int>, to out: UnsafeMutableRawBufferPointer) {
        for (i, bucket) in buckets.enumerated() {
            out.storeBytes(of: source(round, UInt64(bucket)), toByteOffset: i * 32, as: Bytes32.self)
        }
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
