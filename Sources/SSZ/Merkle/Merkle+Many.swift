internal import Hashing

// Many lists at once. One short list gives each of its layers a pair or two, and above its leaves one pair a level up to
// the limit; the same level of many lists fills the lanes.

extension Merkle {
    /// So many leaves are hashed together: 64 KiB of them, beside one number a list.
    private static let togetherAtMost = 2_048

    /// The roots of packed lists, each padded to a tree of `depth`, without their lengths.
    ///
    /// Both have the same count; the memory of `roots` need not be initialized. As with one list, more leaves than `depth`
    /// has room for make a deeper tree.
    static func roots<Packed>(
        ofPacked lists: [[Packed]],
        depth: Int,
        into roots: UnsafeMutableBufferPointer<Bytes32>
    ) {
        withUnsafeTemporaryAllocation(of: Bytes32.self, capacity: togetherAtMost) { nodes in
            var counts: [Int] = []
            var first = 0
            while first < lists.count {
                counts.removeAll(keepingCapacity: true)
                var width = 0
                for list in lists[first...] {
                    let leaves = evenLeaves(list)
                    guard depth > 0, depth > 32 || leaves <= 1 << depth, leaves <= togetherAtMost - width else { break }
                    copy(list, to: UnsafeMutableBufferPointer(rebasing: nodes[width..<width + leaves]))
                    counts.append(leaves)
                    width += leaves
                }
                if counts.isEmpty {
                    let root = lists[first].withUnsafeBytes { packed in
                        rootOfBytes(packed, limit: depth < 64 ? 1 << UInt64(depth) : .max)
                    }
                    roots.initializeElement(at: first, to: root)
                    first += 1
                    continue
                }
                fold(nodes, trees: &counts, width: width, to: depth)
                for i in counts.indices { roots.initializeElement(at: first + i, to: nodes[i]) }
                first += counts.count
            }
        }
    }

    /// Mixes in a length each, side by side.
    static func mixInLengths(_ roots: UnsafeMutableBufferPointer<Bytes32>, _ length: (Int) -> Int) {
        let most = 256
        withUnsafeTemporaryAllocation(of: Bytes32.self, capacity: 2 * min(most, roots.count)) { nodes in
            for start in stride(from: 0, to: roots.count, by: most) {
                let count = min(most, roots.count - start)
                for i in 0..<count {
                    nodes.initializeElement(at: 2 * i, to: roots[start + i])
                    nodes.initializeElement(at: 2 * i + 1, to: word(UInt64(length(start + i))))
                }
                MerkleHash.layer(
                    UnsafeBufferPointer(rebasing: nodes[..<(2 * count)]),
                    into: UnsafeMutableBufferPointer(rebasing: roots[start..<start + count])
                )
            }
        }
    }

    /// How many leaves a list takes up, at least two, one of zeroes among them where they would not be even.
    private static func evenLeaves<Packed>(_ list: [Packed]) -> Int {
        let bytes = list.count * MemoryLayout<Packed>.size
        return max(2, 2 * (bytes / 64 + (bytes % 64 == 0 ? 0 : 1)))
    }

    private static func copy<Packed>(_ list: [Packed], to leaves: UnsafeMutableBufferPointer<Bytes32>) {
        list.withUnsafeBytes { packed in
            let out = UnsafeMutableRawBufferPointer(leaves)
            out.copyMemory(from: packed)
            UnsafeMutableRawBufferPointer(rebasing: out[packed.count...]).initializeMemory(as: UInt8.self, repeating: 0)
        }
    }

    /// Folds trees that lie one behind the other into a node each, the first of `nodes`.
    ///
    /// Tree `i` has `counts[i]` nodes, an even number; of `width` nodes in all.
    private static func fold(
        _ nodes: UnsafeMutableBufferPointer<Bytes32>,
        trees counts: inout [Int],
        width: Int,
        to depth: Int
    ) {
        var width = width
        for level in 1...depth {
            MerkleHash.layer(
                UnsafeBufferPointer(rebasing: nodes[..<width]),
                into: UnsafeMutableBufferPointer(rebasing: nodes[..<(width / 2)])
            )
            width = 0
            for i in counts.indices {
                counts[i] /= 2
                width += counts[i]
            }
            if level < depth { width = makeEven(nodes, trees: &counts, width: width, level: level) }
        }
    }

    /// Gives each tree with an odd number of nodes of `level` a zero one more, and answers how many there are then.
    ///
    /// There is room: no tree gets more nodes than it had a level below.
    private static func makeEven(
        _ nodes: UnsafeMutableBufferPointer<Bytes32>,
        trees counts: inout [Int],
        width: Int,
        level: Int
    ) -> Int {
        let even = width + counts.count { $0 % 2 == 1 }
        if even == width { return width }
        let zero = MerkleHash.zero(level)
        var from = width
        var to = even
        for i in counts.indices.reversed() {
            let count = counts[i]
            from -= count
            to -= count + count % 2
            // From the last to the first, as they move to the right.
            for j in (0..<count).reversed() { nodes[to + j] = nodes[from + j] }
            if count % 2 == 1 {
                nodes[to + count] = zero
                counts[i] = count + 1
            }
        }
        return even
    }
}
