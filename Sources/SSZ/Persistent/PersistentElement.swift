public import Hashing

/// What a persistent list can hold: plain values without references.
///
/// A `.basic` element's memory is its encoding. All others have a root of their own, which the list keeps.
public protocol PersistentElement: Hashable, Sendable, BitwiseCopyable {
    static var packing: PersistentPacking { get }

    /// The element's hash tree root; it must not depend on fork or preset.
    func elementRoot() -> Bytes32

    /// Writes the root of each element; worth writing by hand where many small trees can be hashed side by side.
    ///
    /// Both buffers have the same count. The roots' memory need not be initialized.
    static func elementRoots(
        _ elements: UnsafeBufferPointer<Self>,
        into roots: UnsafeMutableBufferPointer<Bytes32>
    )
}

/// How elements become Merkle leaves.
public enum PersistentPacking: Sendable {
    /// Several elements share a leaf, or one fills it exactly: leaves are the elements' memory.
    case basic
    /// Each element has a tree of its own, its root is the leaf.
    case composite
}

extension PersistentElement {
    @inlinable public static var packing: PersistentPacking { .composite }

    public static func elementRoots(
        _ elements: UnsafeBufferPointer<Self>,
        into roots: UnsafeMutableBufferPointer<Bytes32>
    ) {
        for i in 0..<elements.count { roots.initializeElement(at: i, to: elements[i].elementRoot()) }
    }
}

extension UInt8: PersistentElement {
    @inlinable public static var packing: PersistentPacking { .basic }

    public func elementRoot() -> Bytes32 { Merkle.word(UInt64(self)) }
}

extension UInt64: PersistentElement {
    @inlinable public static var packing: PersistentPacking { .basic }

    public func elementRoot() -> Bytes32 { Merkle.word(self) }
}

extension Bytes32: PersistentElement {
    @inlinable public static var packing: PersistentPacking { .basic }

    public func elementRoot() -> Bytes32 { self }
}

extension Bytes48: PersistentElement {
    public func elementRoot() -> Bytes32 { withUnsafeBytes { Merkle.rootOfBytes($0) } }
}
