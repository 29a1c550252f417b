internal import Hashing

// Hashing goes level by level, not node by node: all nodes of a level that have no root are folded together, in
// layers wide enough for the widest kernel, however few of them are siblings.

extension PersistentNode {
    /// The root of a tree of `height` that starts with this node and is zero behind it.
    ///
    /// This node is the top of its tree: its root is kept at `height`, those below at the height of their level.
    func root(height: Int, by elementRoots: ElementRoots) -> Bytes32 {
        if let known = root(height: height) { return known }
        if level == 0 { return rootOfOneChunk(height: height, by: elementRoots) }
        var pending = PendingNodes(below: self)
        pending.hashChunks(by: elementRoots)
        for level in 1..<level { pending.hashNodes(level: level) }
        let root = pending.childRoots[level].withUnsafeMutableBufferPointer {
            Merkle.fold($0, count: count, from: format.height(level: level - 1), to: height)
        }
        keep(root, height: height)
        return root
    }

    /// Computes the roots of `parents`, nodes of level 1, and of the chunks below, where they have none.
    static func hash(_ parents: [PersistentNode], by elementRoots: ElementRoots) {
        guard var pending = PendingNodes(parents: parents) else { return }
        pending.hashChunks(by: elementRoots)
        pending.hashNodes(level: 1)
    }

    private func rootOfOneChunk(height: Int, by elementRoots: ElementRoots) -> Bytes32 {
        if format.isPacked {
            let flat = flat
            let root = withExtendedLifetime(flat) { Merkle.subtree(flat.elementBytes, depth: height) }
            keep(root, height: height)
            return root
        }
        return withUnsafeTemporaryAllocation(of: Bytes32.self, capacity: max(count, 1)) { leaves in
            guard count > 0, let first = leaves.baseAddress else { return MerkleHash.zero(height) }
            writeLeaves(to: first, by: elementRoots)
            let root = Merkle.subtree(
                UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: leaves[..<count])),
                depth: height
            )
            keep(root, height: height, leaves: first)
            return root
        }
    }
}

/// The nodes under one top that have no root, by level.
private struct PendingNodes {
    /// `nodes[level]`, each kept alive by the top.
    private var nodes: [[Unmanaged<PersistentNode>]]
    /// Where in `childRoots[level + 1]` each node's root goes.
    private var places: [[Int]]
    /// Sixteen roots for each node of the level: of its children, or zero.
    fileprivate(set) var childRoots: [[Bytes32]]
    private let format: PersistentFormat

    /// Leaves of the chunks that are folded together: layers then fill the lanes, and all of it stays in the cache.
    private static let batchLeaves = 1024

    init(below top: PersistentNode) {
        format = top.format
        nodes = Array(repeating: [], count: top.level)
        places = Array(repeating: [], count: top.level)
        childRoots = Array(repeating: [], count: top.level + 1)
        collect(below: top)
    }

    /// Those below some nodes of level 1, and these themselves; `nil` where there are none.
    init?(parents: [PersistentNode]) {
        guard let first = parents.first else { return nil }
        format = first.format
        nodes = [[], parents.map { .passUnretained($0) }]
        places = [[], Array(parents.indices)]
        childRoots = [[], [], Array(repeating: .zero, count: parents.count)]
        for parent in parents { collect(below: parent) }
    }

    private mutating func collect(below node: PersistentNode) {
        let level = node.level
        let height = format.height(level: level - 1)
        let first = childRoots[level].count
        childRoots[level].append(contentsOf: repeatElement(MerkleHash.zero(height), count: PersistentFormat.fan))
        for i in 0..<node.count {
            let child = node.children[i]
            if let known = child.root(height: height) {
                childRoots[level][first + i] = known
                continue
            }
            nodes[level - 1].append(.passUnretained(child))
            places[level - 1].append(first + i)
            if level > 1 { collect(below: child) }
        }
    }

    mutating func hashNodes(level: Int) {
        let height = format.height(level: level)
        let nodes = nodes[level]
        let places = places[level]
        if nodes.isEmpty { return }
        childRoots[level].withUnsafeMutableBufferPointer { roots in
            Self.halve(roots, from: roots.count, to: nodes.count)
        }
        for (i, node) in nodes.enumerated() {
            let root = childRoots[level][i]
            childRoots[level + 1][places[i]] = root
            node._withUnsafeGuaranteedRef { $0.keep(root, height: height) }
        }
    }

    mutating func hashChunks(by elementRoots: PersistentNode.ElementRoots) {
        let depth = format.chunkDepth
        let total = nodes[0].count
        if total == 0 { return }
        let batch = min(Self.batchLeaves >> depth, total)
        withUnsafeTemporaryAllocation(of: Bytes32.self, capacity: batch << depth) { leaves in
            withUnsafeTemporaryAllocation(of: Bytes32.self, capacity: batch << (depth - 1)) { scratch in
                for start in stride(from: 0, to: total, by: batch) {
                    let range = start..<min(start + batch, total)
                    if format.isPacked {
                        hashPackedChunks(range, leaves, scratch)
                    } else {
                        hashCompositeChunks(range, leaves, scratch, by: elementRoots)
                    }
                }
            }
        }
    }

    private mutating func hashPackedChunks(
        _ range: Range<Int>,
        _ leaves: UnsafeMutableBufferPointer<Bytes32>,
        _ scratch: UnsafeMutableBufferPointer<Bytes32>
    ) {
        guard let firstLeaf = leaves.baseAddress else { return }
        let depth = format.chunkDepth
        let width = 1 << depth
        // A small chunk alone would leave lanes of the kernel empty.
        for (i, node) in nodes[0][range].enumerated() {
            node._withUnsafeGuaranteedRef { chunk in
                chunk.writeFlat(to: UnsafeMutableRawPointer(firstLeaf + i * width), byteCount: 32 << depth)
            }
        }
        MerkleHash.layer(
            UnsafeBufferPointer(rebasing: leaves[..<(range.count * width)]),
            into: UnsafeMutableBufferPointer(rebasing: scratch[..<(range.count * width / 2)])
        )
        Self.halve(scratch, from: range.count * width / 2, to: range.count)
        for (i, at) in range.enumerated() {
            childRoots[1][places[0][at]] = scratch[i]
            nodes[0][at]._withUnsafeGuaranteedRef { $0.keep(scratch[i], height: depth) }
        }
    }

    private mutating func hashCompositeChunks(
        _ range: Range<Int>,
        _ leaves: UnsafeMutableBufferPointer<Bytes32>,
        _ scratch: UnsafeMutableBufferPointer<Bytes32>,
        by elementRoots: PersistentNode.ElementRoots
    ) {
        guard let firstLeaf = leaves.baseAddress else { return }
        let depth = format.chunkDepth
        let width = 1 << depth
        for (i, node) in nodes[0][range].enumerated() {
            node._withUnsafeGuaranteedRef { chunk in
                let start = firstLeaf + i * width
                chunk.writeLeaves(to: start, by: elementRoots)
                (start + chunk.count).initialize(repeating: .zero, count: width - chunk.count)
            }
        }
        MerkleHash.layer(
            UnsafeBufferPointer(rebasing: leaves[..<(range.count * width)]),
            into: UnsafeMutableBufferPointer(rebasing: scratch[..<(range.count * width / 2)])
        )
        Self.halve(scratch, from: range.count * width / 2, to: range.count)
        for (i, at) in range.enumerated() {
            childRoots[1][places[0][at]] = scratch[i]
            nodes[0][at]._withUnsafeGuaranteedRef {
                $0.keep(scratch[i], height: depth, leaves: firstLeaf + i * width)
            }
        }
    }

    /// Hashes layer after layer in place until `end` nodes are left of `width`.
    private static func halve(_ nodes: UnsafeMutableBufferPointer<Bytes32>, from width: Int, to end: Int) {
        var width = width
        while width > end {
            MerkleHash.layer(
                UnsafeBufferPointer(rebasing: nodes[..<width]),
                into: UnsafeMutableBufferPointer(rebasing: nodes[..<(width / 2)])
            )
            width /= 2
        }
    }
}
