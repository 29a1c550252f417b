// Where values differ. Equal parts cost a comparison, no trees.

extension SSZValue {
    public func compare(
        _ other: Self,
        _ differences: inout Differences,
        _ shape: Shape,
        in context: ShapeContext
    ) {
        guard encoded(shape, in: context) != other.encoded(shape, in: context) else { return }
        differences.add(.value(tree(shape, in: context)), .value(other.tree(shape, in: context)))
    }
}

extension SSZContainer {
    public func compare(
        _ other: Self,
        _ differences: inout Differences,
        _ shape: Shape,
        in context: ShapeContext
    ) {
        context.plan(for: Self.self).compare(self, other, &differences, in: context)
    }

    /// Where `other` differs; `nil` where it is of another type.
    public func differences(
        from other: any SSZContainer,
        limit: Int = .max,
        in context: ShapeContext
    ) -> Differences? {
        guard let other = other as? Self else { return nil }
        var differences = Differences(limit: limit)
        compare(other, &differences, .plain, in: context)
        return differences
    }
}

extension ContainerPlan {
    func compare(_ a: Container, _ b: Container, _ differences: inout Differences, in context: ShapeContext) {
        for entry in entries {
            differences.within(entry.name) { entry.codec.compare(a, b, &$0, entry.shape, in: context) }
        }
    }
}

extension Array where Element: SSZValue {
    public func compare(
        _ other: [Element],
        _ differences: inout Differences,
        _ shape: Shape,
        in context: ShapeContext
    ) {
        let isSame =
            Element.bulk != .none && count == other.count
            && withUnsafeBytes { a in other.withUnsafeBytes { b in a.elementsEqual(b) } }
        if isSame { return }
        if Element.self == UInt8.self {
            return differences.add(.value(tree(shape, in: context)), .value(other.tree(shape, in: context)))
        }
        differences.compare(self, other, shape.element, in: context)
    }
}

extension PersistentList where Element: SSZValue {
    public func compare(
        _ other: PersistentList,
        _ differences: inout Differences,
        _ shape: Shape,
        in context: ShapeContext
    ) {
        if self == other { return }
        differences.compare(self, other, shape.element, in: context) { $0 == $1 }
    }
}

extension Differences {
    /// Elements side by side: the lengths first, then each pair, then those that one side has alone.
    fileprivate mutating func compare<Values: Sequence>(
        _ a: Values,
        _ b: Values,
        _ element: Shape,
        in context: ShapeContext,
        areEqual: (Values.Element, Values.Element) -> Bool = { _, _ in false }
    ) where Values.Element: SSZValue {
        let (m, n) = (a.reduce(into: 0) { count, _ in count += 1 }, b.reduce(into: 0) { count, _ in count += 1 })
        if m != n { add(.elements(m), .elements(n)) }
        var (left, right) = (a.makeIterator(), b.makeIterator())
        for i in 0..<max(m, n) {
            switch (left.next(), right.next()) {
            case (let x?, let y?):
                if areEqual(x, y) { continue }
                within("[\(i)]") { x.compare(y, &$0, element, in: context) }
            case (let x?, nil): within("[\(i)]") { $0.add(.value(x.tree(element, in: context)), .absent) }
            case (nil, let y?): within("[\(i)]") { $0.add(.absent, .value(y.tree(element, in: context))) }
            case (nil, nil): return
            }
        }
    }
}

extension ValueTree {
    /// Where another tree differs: for values of different forks, whose fields are not the same.
    public func differences(from other: ValueTree, limit: Int = .max) -> Differences {
        var differences = Differences(limit: limit)
        compare(other, &differences)
        return differences
    }

    private func compare(_ other: ValueTree, _ differences: inout Differences) {
        switch (self, other) {
        case (.object(let a), .object(let b)):
            for x in a {
                differences.within(x.name) { differences in
                    if let y = b.first(where: { $0.name == x.name }) {
                        x.value.compare(y.value, &differences)
                    } else {
                        differences.add(.value(x.value), .absent)
                    }
                }
            }
            for y in b where !a.contains(where: { $0.name == y.name }) {
                differences.within(y.name) { $0.add(.absent, .value(y.value)) }
            }
        case (.list(let a), .list(let b)):
            if a.count != b.count { differences.add(.elements(a.count), .elements(b.count)) }
            for i in 0..<max(a.count, b.count) {
                differences.within("[\(i)]") { differences in
                    if i >= a.count {
                        differences.add(.absent, .value(b[i]))
                    } else if i >= b.count {
                        differences.add(.value(a[i]), .absent)
                    } else {
                        a[i].compare(b[i], &differences)
                    }
                }
            }
        default: if self != other { differences.add(.value(self), .value(other)) }
        }
    }
}
