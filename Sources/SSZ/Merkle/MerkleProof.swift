public import Hashing

/// A node of a value's tree, and the siblings on its way to the root, from the bottom up.
public struct MerkleProof: Hashable, Sendable {
    public var leaf: Bytes32
    public var branch: [Bytes32]

    public init(leaf: Bytes32, branch: [Bytes32]) {
        self.leaf = leaf
        self.branch = branch
    }
}

extension SSZValue {
    public func proof(of index: GeneralizedIndex, _ shape: Shape, in context: ShapeContext) -> MerkleProof? {
        index.isRoot ? MerkleProof(leaf: hashTreeRoot(shape, in: context), branch: []) : nil
    }

    /// Spec: `compute_merkle_proof`.
    ///
    /// `nil` where the value has no such node, or where it lies inside a basic value, a bit type or a progressive list.
    public func proof(of index: GeneralizedIndex, in context: ShapeContext) -> MerkleProof? {
        proof(of: index, .plain, in: context)
    }
}

extension MerkleTree {
    /// The node at `index` with its branch, continued into the leaves' own trees where it stands below them.
    func proof(
        of index: GeneralizedIndex,
        below leaf: (_ position: Int, _ inner: GeneralizedIndex) -> MerkleProof?
    ) -> MerkleProof? {
        if let node = self[index], let branch = branch(of: index) { return MerkleProof(leaf: node, branch: branch) }
        guard let (outer, inner) = index.split(atDepth: depth), let position = Int(exactly: outer.position),
            var proof = leaf(position, inner), let branch = branch(of: outer)
        else { return nil }
        proof.branch += branch
        return proof
    }
}

extension ContainerPlan {
    func proof(_ container: Container, of index: GeneralizedIndex, in context: ShapeContext) -> MerkleProof? {
        if index.isRoot { return MerkleProof(leaf: root(container, in: context), branch: []) }
        let roots = fieldRoots(container, in: context)
        func proof(ofField position: Int, _ inner: GeneralizedIndex) -> MerkleProof? {
            guard entries.indices.contains(position) else { return nil }
            return entries[position].codec.proof(container, of: inner, entries[position].shape, in: context)
        }
        guard let progressive else { return MerkleTree(roots)?.proof(of: index, below: proof) }
        let tree = ProgressiveTree(
            progressive.leaves(ofFields: roots),
            mixedIn: Merkle.word(active: progressive.active)
        )
        return tree.proof(of: index) { leaf, inner in
            progressive.field(atLeaf: leaf).flatMap { proof(ofField: $0, inner) }
        }
    }
}

extension Array where Element: SSZValue {
    public func proof(of index: GeneralizedIndex, _ shape: Shape, in context: ShapeContext) -> MerkleProof? {
        if index.isRoot { return MerkleProof(leaf: hashTreeRoot(shape, in: context), branch: []) }
        switch Extent(shape, in: context) {
        case .progressive: return nil
        case .vector: return elementProof(of: index, limit: nil, shape.element, in: context)
        case .list(let limit):
            guard let (side, inner) = index.split(atDepth: 1) else { return nil }
            let length = Merkle.word(UInt64(count))
            if side.isRightChild {
                guard inner.isRoot, let elements = elementProof(of: .root, limit: limit, shape.element, in: context)
                else { return nil }
                return MerkleProof(leaf: length, branch: [elements.leaf])
            }
            var proof = elementProof(of: inner, limit: limit, shape.element, in: context)
            proof?.branch.append(length)
            return proof
        }
    }

    /// A proof in the tree of the elements alone; `limit` counts elements.
    private func elementProof(
        of index: GeneralizedIndex,
        limit: UInt64?,
        _ element: Shape,
        in context: ShapeContext
    ) -> MerkleProof? {
        if Element.bulk == .basic {
            let perLeaf = UInt64(32 / MemoryLayout<Element>.size)
            let leaves = withUnsafeBytes { packed in
                stride(from: 0, to: packed.count, by: 32).map { start in
                    Merkle.leaf(UnsafeRawBufferPointer(rebasing: packed[start..<Swift.min(start + 32, packed.count)]))
                }
            }
            let width = limit.map { $0 / perLeaf + ($0 % perLeaf == 0 ? 0 : 1) }
            return MerkleTree(leaves, limit: width)?.proof(of: index) { _, _ in nil }
        }
        let tree = MerkleTree(map { $0.hashTreeRoot(element, in: context) }, limit: limit)
        return tree?.proof(of: index) { position, inner in
            position < count ? self[position].proof(of: inner, element, in: context) : nil
        }
    }
}

extension PersistentList where Element: SSZValue {
    /// Hashes all elements: the roots a list keeps are of its chunks.
    public func proof(of index: GeneralizedIndex, _ shape: Shape, in context: ShapeContext) -> MerkleProof? {
        if index.isRoot { return MerkleProof(leaf: hashTreeRoot(shape, in: context), branch: []) }
        return Array(self).proof(of: index, shape, in: context)
    }
}
