/// A heap: what is greatest comes out first.
struct GreatestFirst<Element: Comparable & Sendable>: Sendable {
    private var heap: [Element]

    init(_ elements: [Element] = []) {
        heap = elements
        for parent in stride(from: elements.count / 2 - 1, through: 0, by: -1) { sink(parent) }
    }

    var greatest: Element? { heap.first }

    mutating func removeAll() { heap.removeAll(keepingCapacity: true) }

    mutating func insert(_ element: Element) {
        heap.append(element)
        var child = heap.count - 1
        while child > 0, heap[child] > heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popGreatest() -> Element? {
        guard let top = heap.first else { return nil }
        let last = heap.removeLast()
        if heap.isEmpty { return top }
        heap[0] = last
        sink(0)
        return top
    }

    private mutating func sink(_ position: Int) {
        var parent = position
        while true {
            var most = parent
            if 2 * parent + 1 < heap.count, heap[2 * parent + 1] > heap[most] { most = 2 * parent + 1 }
            if 2 * parent + 2 < heap.count, heap[2 * parent + 2] > heap[most] { most = 2 * parent + 2 }
            if most == parent { return }
            heap.swapAt(parent, most)
            parent = most
        }
    }
}
