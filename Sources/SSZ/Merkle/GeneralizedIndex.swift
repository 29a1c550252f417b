/// The place of a node in a binary tree: the root is 1, the children of `i` are `2i` and `2i + 1`.
///
/// Holds any node down to depth 63.
public struct GeneralizedIndex: RawRepresentable, Hashable, Sendable, Comparable {
    public let rawValue: UInt64

    /// The node with this number; `nil` for 0, which names none.
    public init?(rawValue: UInt64) {
        guard rawValue > 0 else { return nil }
        self.rawValue = rawValue
    }

    private init(unchecked rawValue: UInt64) { self.rawValue = rawValue }

    /// The root of the tree.
    public static let root = GeneralizedIndex(unchecked: 1)

    /// The leaf at `position` of a perfect tree; `nil` when the tree is deeper than 63 or has no such leaf.
    public init?(leaf position: UInt64, depth: Int) {
        guard 0...63 ~= depth else { return nil }
        let first: UInt64 = 1 << UInt64(depth)
        guard position < first else { return nil }
        rawValue = first + position
    }

    /// How many levels the node stands below the root.
    public var depth: Int { 63 - rawValue.leadingZeroBitCount }

    /// The node's position among the nodes of its depth, from the left.
    public var position: UInt64 { rawValue - 1 << UInt64(depth) }

    public var isRoot: Bool { rawValue == 1 }

    /// The node this one is a child of; `nil` for the root.
    public var parent: GeneralizedIndex? { isRoot ? nil : Self(unchecked: rawValue >> 1) }

    /// The other child of the same parent; `nil` for the root.
    public var sibling: GeneralizedIndex? { isRoot ? nil : Self(unchecked: rawValue ^ 1) }

    public var isRightChild: Bool { !isRoot && rawValue & 1 == 1 }

    /// The left child; `nil` below depth 63.
    public var left: GeneralizedIndex? { depth == 63 ? nil : Self(unchecked: rawValue << 1) }

    /// The right child; `nil` below depth 63.
    public var right: GeneralizedIndex? { depth == 63 ? nil : Self(unchecked: rawValue << 1 | 1) }

    /// The node that `inner` names in the tree whose root stands at this node; `nil` below depth 63.
    public func concatenated(with inner: GeneralizedIndex) -> GeneralizedIndex? {
        guard depth + inner.depth <= 63 else { return nil }
        return Self(unchecked: rawValue << UInt64(inner.depth) | inner.position)
    }

    /// The ancestor at a depth, and the place of this node in the tree below it; `nil` where it stands higher.
    public func split(atDepth outer: Int) -> (outer: GeneralizedIndex, inner: GeneralizedIndex)? {
        guard 0...depth ~= outer else { return nil }
        let below = UInt64(depth - outer)
        let first: UInt64 = 1 << below
        return (Self(unchecked: rawValue >> below), Self(unchecked: first | rawValue & (first - 1)))
    }

    /// The nodes from this one up to a child of the root; none for the root.
    public var pathIndices: [GeneralizedIndex] {
        (0..<depth).map { Self(unchecked: rawValue >> UInt64($0)) }
    }

    /// The siblings of the path, from the bottom up: what a proof of this node holds.
    public var branchIndices: [GeneralizedIndex] { pathIndices.compactMap(\.sibling) }

    public static func < (a: GeneralizedIndex, b: GeneralizedIndex) -> Bool { a.rawValue < b.rawValue }
}
