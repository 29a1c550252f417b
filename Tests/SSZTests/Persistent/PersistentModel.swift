import Hashing
import SSZ

/// A composite element as states have them: more than one field, its memory not its encoding.
struct TestRecord: PersistentElement {
    var key: Bytes32
    var amount: UInt64
    var flag: Bool

    func elementRoot() -> Bytes32 {
        Merkle.root([key, amount.elementRoot(), UInt8(flag ? 1 : 0).elementRoot()])
    }
}

/// Elements made from a number, so that tests can be written once for all types.
protocol NumberedElement: PersistentElement {
    init(number: UInt64)
}

extension UInt8: NumberedElement {
    init(number: UInt64) { self = UInt8(truncatingIfNeeded: number) }
}

extension UInt64: NumberedElement {
    init(number: UInt64) { self = number }
}

extension Bytes32: NumberedElement {
    init(number: UInt64) { self = number.elementRoot() }
}

extension Bytes48: NumberedElement {
    init(number: UInt64) {
        self.init()
        withUnsafeMutableBytes { $0.storeBytes(of: number, toByteOffset: 30, as: UInt64.self) }
    }
}

extension TestRecord: NumberedElement {
    init(number: UInt64) { self.init(key: number.elementRoot(), amount: number &* 3, flag: number % 2 == 0) }
}

/// The roots an array has by definition.
enum PersistentModel {
    static func leaves<Element: PersistentElement>(_ elements: [Element]) -> [Bytes32] {
        if Element.packing == .composite { return elements.map { $0.elementRoot() } }
        var leaves = [Bytes32](
            repeating: .zero,
            count: (elements.count * MemoryLayout<Element>.stride + 31) / 32
        )
        elements.withUnsafeBytes { source in leaves.withUnsafeMutableBytes { $0.copyMemory(from: source) } }
        return leaves
    }

    static func leafLimit<Element: PersistentElement>(_ type: Element.Type, _ limit: UInt64) -> UInt64 {
        if Element.packing == .composite { return limit }
        let perLeaf = UInt64(32 / MemoryLayout<Element>.stride)
        return limit / perLeaf + (limit % perLeaf == 0 ? 0 : 1)
    }

    static func vectorRoot<Element: PersistentElement>(_ elements: [Element], count: UInt64) -> Bytes32 {
        Merkle.root(leaves(elements), limit: leafLimit(Element.self, count))
    }

    static func root<Element: PersistentElement>(_ elements: [Element], limit: UInt64) -> Bytes32 {
        Merkle.mixInLength(vectorRoot(elements, count: limit), UInt64(elements.count))
    }

    static func progressiveRoot<Element: PersistentElement>(_ elements: [Element]) -> Bytes32 {
        Merkle.mixInLength(Merkle.progressiveRoot(leaves(elements)), UInt64(elements.count))
    }
}
