import Hashing
import TestSupport
import Testing

@testable import SSZ

/// Counting owners against a dictionary, and shared lists against a walk over all of their nodes.
@Suite struct SharedMemoryTests {
    @Test func ownersAreThoseOfADictionary() {
        for seed in 0..<UInt64(8) {
            var random = SplitMix64(seed: seed)
            var table = OwnerTable()
            var model: [UInt: Int] = [:]
            for step in 0..<20_000 {
                // Grows, shrinks, grows again; addresses as an allocator gives them, some far apart.
                let isGrowing = step / 4_000 % 2 == 0
                let address = UInt(random.next() % 3_000) << 4 + (1 << UInt(20 + random.next() % 20))
                if random.next() % 100 < (isGrowing ? 70 : 20) {
                    model[address, default: 0] += 1
                    let isFirst = table.add(address)
                    #expect(isFirst == (model[address] == 1), "seed \(seed), step \(step)")
                } else {
                    let some = isGrowing ? address : model.keys.randomElement(using: &random) ?? address
                    guard let owners = model[some] else {
                        let wasThere = table.remove(some)
                        #expect(!wasThere, "seed \(seed), step \(step)")
                        continue
                    }
                    model[some] = owners == 1 ? nil : owners - 1
                    let isLast = table.remove(some)
                    #expect(isLast == (owners == 1), "seed \(seed), step \(step)")
                }
                #expect(table.count == model.count, "seed \(seed), step \(step)")
            }
        }
    }

    private static func nodes(of list: PersistentList<UInt64>) -> Set<ObjectIdentifier> {
        var found: Set<ObjectIdentifier> = []
        func walk(_ node: PersistentNode) {
            found.insert(ObjectIdentifier(node))
            if node.level > 0 { for i in 0..<node.count { walk(node.children[i]) } }
        }
        for top in list.tree.segments { walk(top) }
        return found
    }

    /// As many pieces as there are nodes and arrays of tops, whatever order lists come and go in.
    @Test(arguments: [PersistentLayout.binary, .progressive])
    func piecesAreThoseOfAllListsTogether(_ layout: PersistentLayout) {
        for seed in 0..<UInt64(4) {
            var random = SplitMix64(seed: seed)
            var memory = SharedMemory()
            var lists: [PersistentList<UInt64>] = []
            var next = PersistentList<UInt64>(0..<20_000, layout: layout)
            for step in 0..<150 {
                if random.next() % 3 > 0 || lists.isEmpty {
                    if let some = lists.randomElement(using: &random) { next = some }
                    for _ in 0..<5 { next[Int.random(in: 0..<next.count, using: &random)] = random.next() }
                    if random.next() % 4 == 0 { for _ in 0..<300 { next.append(random.next()) } }
                    if random.next() % 9 == 0 { next = PersistentList(repeating: 7, count: 20_000, layout: layout) }
                    lists.append(next)
                    memory.account(next, .add)
                } else {
                    let gone = lists.remove(at: Int.random(in: 0..<lists.count, using: &random))
                    memory.account(gone, .remove)
                }
                let nodes = lists.reduce(into: Set<ObjectIdentifier>()) { $0.formUnion(Self.nodes(of: $1)) }
                let tops = Set(lists.map { $0.tree.segments.withUnsafeBufferPointer { $0.baseAddress } })
                #expect(memory.pieces == nodes.count + tops.count, "seed \(seed), step \(step)")
            }
            for list in lists { memory.account(list, .remove) }
            #expect(memory.pieces == 0)
            #expect(memory.bytes == SharedMemory().bytes, "seed \(seed)")
        }
    }
}
