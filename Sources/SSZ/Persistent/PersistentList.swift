public import Hashing

/// What a persistent list can hold.
public protocol PersistentElement: Hashable, Sendable {
    static var packing: PersistentPacking { get }
    func elementRoot() -> Bytes32
}

public enum PersistentPacking { case basic, composite }

extension PersistentElement { public static var packing: PersistentPacking { .composite } }
extension UInt64: PersistentElement {
    public static var packing: PersistentPacking { .basic }
    public func elementRoot() -> Bytes32 { hashTreeRoot(in: .invariant) }
}
extension UInt8: PersistentElement {
    public static var packing: PersistentPacking { .basic }
    public func elementRoot() -> Bytes32 { hashTreeRoot(in: .invariant) }
}
extension Bytes32: PersistentElement { public func elementRoot() -> Bytes32 { self } }
extension Bytes48: PersistentElement { public func elementRoot() -> Bytes32 { byteVectorRoot } }

/// A list that states share; stands in until the tree lands.
public struct PersistentList<Element: PersistentElement>: Hashable, Sendable {
    @usableFromInline var elements: [Element] = []
    public init() {}
    public init(_ elements: some Sequence<Element>) { self.elements = Array(elements) }
    public var count: Int { elements.count }
    public var isEmpty: Bool { elements.isEmpty }
    public subscript(i: Int) -> Element {
        get { elements[i] }
        set { elements[i] = newValue }
    }
    public mutating func update(at i: Int, _ body: (inout Element) -> Void) { body(&elements[i]) }
    public mutating func append(_ e: Element) { elements.append(e) }
    public mutating func append(contentsOf s: some Sequence<Element>) { elements.append(contentsOf: s) }
    public mutating func removeFirst(_ n: Int) { elements.removeFirst(n) }
    public mutating func removeAll() { elements.removeAll() }
    public mutating func replaceAll(with s: some Sequence<Element>) { elements = Array(s) }
    /// Offers each chunk for change; the result says whether it did.
    public mutating func updateEachChunk<E: Error>(
        _ body: (Int, UnsafeMutableBufferPointer<Element>) throws(E) -> Bool
    ) throws(E) {
        let held = elements.count
        try elements.withUnsafeMutableBufferPointer { (buffer) throws(E) in if held > 0 { _ = try body(0, buffer) } }
    }
    public func forEachChunk<E: Error>(_ body: (Int, UnsafeBufferPointer<Element>) throws(E) -> Void) throws(E) {
        try body(0, elements.withUnsafeBufferPointer { $0 })
    }
}
extension PersistentList: Sequence {
    public func makeIterator() -> IndexingIterator<[Element]> { elements.makeIterator() }
}
extension PersistentList where Element: SSZValue {
    func naive(_ shape: Shape) -> Bytes32 { elements.hashTreeRoot(shape, in: .invariant) }
    public func root(limit: UInt64) -> Bytes32 { naive(.list(.exactly(limit))) }
    public func vectorRoot(count: UInt64) -> Bytes32 { naive(.vector(.exactly(count))) }
    public func progressiveRoot() -> Bytes32 { naive(.progressive()) }
}
