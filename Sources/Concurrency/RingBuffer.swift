/// A first-in first-out buffer over one array that grows by doubling.
struct RingBuffer<Element> {
    private var slots: [Element?] = []
    private var head = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    var first: Element? { count == 0 ? nil : slots[head] }

    mutating func append(_ element: Element) {
        if count == slots.count { grow() }
        slots[(head + count) % slots.count] = element
        count += 1
    }

    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = slots[head]
        slots[head] = nil
        head = (head + 1) % slots.count
        count -= 1
        return element
    }

    /// Keeps the elements that satisfy `keep`, in order.
    mutating func filter(_ keep: (Element) -> Bool) {
        var kept = RingBuffer()
        while let element = popFirst() {
            if keep(element) { kept.append(element) }
        }
        self = kept
    }

    private mutating func grow() {
        var wider: [Element?] = []
        wider.reserveCapacity(Swift.max(8, slots.count * 2))
        for offset in 0..<count { wider.append(slots[(head + offset) % slots.count]) }
        while wider.count < Swift.max(8, slots.count * 2) { wider.append(nil) }
        slots = wider
        head = 0
    }
}
