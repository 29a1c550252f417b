internal import Hashing

extension Merkle {
    /// The roots of lists of bytes with their lengths mixed in; `nil` where one is longer than `limit`, or all are one leaf.
    ///
    /// Level by level over all lists: a transaction is a few leaves in a tree 25 levels deep, and alone its way up would
    /// be hashed pair by pair.
    static func roots(ofByteLists lists: [[UInt8]], limit: UInt64) -> [Bytes32]? {
        if lists.isEmpty { return [] }
        let depth = depth(of: limit / 32 + (limit % 32 == 0 ? 0 : 1))
        if depth == 0 || lists.contains(where: { UInt64($0.count) > limit }) { return nil }
        var widths: [Int] = []
        widths.reserveCapacity(lists.count)
        var total = 0
        for list in lists {
            let leaves = max(1, (list.count + 31) / 32)
            widths.append(leaves)
            total += leaves + leaves % 2
        }
        // Of odd widths the last node has a zero beside it, so that every level is one run of pairs.
        var nodes = [Bytes32](repeating: .zero, count: max(total, 2 * lists.count))
        nodes.withUnsafeMutableBytes { memory in
            var at = 0
            for (list, width) in zip(lists, widths) {
                list.withUnsafeBytes {
                    UnsafeMutableRawBufferPointer(rebasing: memory[at...]).copyMemory(from: $0)
                }
                at += 32 * (width + width % 2)
            }
        }
        nodes.withUnsafeMutableBufferPointer { nodes in
            for level in 0..<depth {
                total = widths.reduce(0) { $0 + $1 + $1 % 2 }
                MerkleHash.layer(
                    UnsafeBufferPointer(rebasing: nodes[..<total]),
                    into: UnsafeMutableBufferPointer(rebasing: nodes[..<(total / 2)])
                )
                if level + 1 < depth { spread(nodes, &widths, zero: MerkleHash.zero(level + 1)) }
            }
            for (i, list) in lists.enumerated().reversed() {
                nodes[2 * i] = nodes[i]
                nodes[2 * i + 1] = word(UInt64(list.count))
            }
            MerkleHash.layer(
                UnsafeBufferPointer(rebasing: nodes[..<(2 * lists.count)]),
                into: UnsafeMutableBufferPointer(rebasing: nodes[..<lists.count])
            )
        }
        nodes.removeSubrange(lists.count...)
        return nodes
    }

    /// Puts the trees of a hashed level, one behind the other, into runs of even width again, `zero` beside an odd last one.
    private static func spread(_ nodes: UnsafeMutableBufferPointer<Bytes32>, _ widths: inout [Int], zero: Bytes32) {
        var end = 0
        var spreadEnd = 0
        for i in widths.indices {
            widths[i] = (widths[i] + 1) / 2
            end += widths[i]
            spreadEnd += widths[i] + widths[i] % 2
        }
        // From the back: what is moved only goes to higher places.
        for width in widths.reversed() {
            if width % 2 == 1 {
                spreadEnd -= 1
                nodes[spreadEnd] = zero
            }
            for _ in 0..<width {
                end -= 1
                spreadEnd -= 1
                nodes[spreadEnd] = nodes[end]
            }
        }
    }
}
