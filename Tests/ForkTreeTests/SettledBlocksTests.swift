import Hashing
import TestSupport
import Testing

@testable import ForkTree

/// Included blocks in records, against dictionaries and sets.
@Suite struct SettledBlocksTests {
    private struct Plain {
        var blocks: [Bytes32: (slot: UInt64, parent: Bytes32)] = [:]
        /// Which blocks hang on their parent: not those that were taken off it, or whose parent has gone.
        var linked: Set<Bytes32> = []

        func children(of root: Bytes32) -> Set<Bytes32> {
            Set(linked.filter { blocks[$0]?.parent == root })
        }

        mutating func remove(_ root: Bytes32) {
            linked.subtract(children(of: root))
            blocks[root] = nil
            linked.remove(root)
        }
    }

    private static func difference(_ blocks: SettledBlocks, _ plain: Plain) -> String? {
        if blocks.count != plain.blocks.count { return "\(blocks.count) blocks, expected \(plain.blocks.count)" }
        if Set(blocks.roots) != Set(plain.blocks.keys) || blocks.roots.count != plain.blocks.count { return "roots" }
        for (root, block) in plain.blocks {
            if blocks.slot(of: root) != block.slot { return "slot of \(root.short)" }
            if blocks.parent(of: root) != block.parent { return "parent of \(root.short)" }
            let children = blocks.children(of: root)
            if Set(children) != plain.children(of: root) || Set(children).count != children.count {
                return "children of \(root.short)"
            }
        }
        return nil
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func randomOperations(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var blocks = SettledBlocks()
        var plain = Plain()
        blocks.insert(root(0), slot: 0, parent: root(999_999))
        plain.blocks[root(0)] = (0, root(999_999))
        var next = 1
        for step in 0..<3_000 {
            // Grows at first, then shrinks.
            let grows = UInt64.random(in: 0..<10, using: &random) < (step < 1_500 ? 8 : 3)
            let some = plain.blocks.keys.sorted().randomElement(using: &random)
            if grows || some == nil {
                let parent = some ?? root(999_999)
                let fresh = root(next)
                next += 1
                blocks.insert(fresh, slot: UInt64(next), parent: parent)
                plain.blocks[fresh] = (UInt64(next), parent)
                if some != nil { plain.linked.insert(fresh) }
            } else if let some, Bool.random(using: &random) {
                blocks.unlink(some)
                plain.linked.remove(some)
            } else if let some {
                blocks.remove(some)
                plain.remove(some)
            }
            #expect(!blocks.contains(root(next)))
            guard step % 50 == 0 || step > 2_900 else { continue }
            if let problem = Self.difference(blocks, plain) {
                Issue.record("seed \(seed), step \(step): \(problem)")
                return
            }
        }
    }

    /// A long line takes few bytes a block, and gives them back when finality has taken it out.
    @Test func bytesComeAndGo() {
        var blocks = SettledBlocks()
        let count = 20_000
        for number in 0..<count {
            blocks.insert(root(number), slot: UInt64(number), parent: root(number == 0 ? 999_999 : number - 1))
        }
        #expect(blocks.bytes < count * 80, "\(blocks.bytes / count) bytes a block")
        for number in 0..<count - 100 { blocks.remove(root(number)) }
        blocks.compact()
        #expect(blocks.count == 100 && blocks.bytes < 100_000, "\(blocks.bytes)")
        for number in count - 100..<count {
            #expect(blocks.slot(of: root(number)) == UInt64(number))
            #expect(blocks.parent(of: root(number)) == root(number - 1))
            #expect(blocks.children(of: root(number)) == (number + 1 < count ? [root(number + 1)] : []))
        }
    }
}
