/// Least-recently-used values under a limit of bytes, in one thread's hands.
struct RecencyList {
    /// What an entry costs besides its key and its value: node, dictionary slot, headers.
    static let overhead = 160

    private struct Node {
        var key: [UInt8]
        var value: any Sendable
        var cost: Int
        var newer: Int
        var older: Int
    }

    private static let none = -1

    private(set) var bytes = 0
    private let limit: Int
    private var nodes: [Node?] = []
    private var free: [Int] = []
    private var places: [[UInt8]: Int] = [:]
    private var newest = none
    private var oldest = none

    init(limit: Int) { self.limit = limit }

    var count: Int { places.count }

    /// The value, which becomes the most recently used.
    mutating func value(_ key: [UInt8]) -> (any Sendable)? {
        guard let place = places[key] else { return nil }
        if place != newest {
            unlink(place)
            linkNewest(place)
        }
        return nodes[place]?.value
    }

    /// Keeps the value and drops the oldest ones over the limit; `false` if it alone is larger than the limit.
    mutating func put(_ key: [UInt8], _ value: any Sendable, cost: Int) -> Bool {
        remove(key)
        let (payload, overflow) = max(0, cost).addingReportingOverflow(key.count + RecencyList.overhead)
        guard !overflow, payload <= limit else { return false }
        while bytes > limit - payload, let last = nodes.indices.contains(oldest) ? nodes[oldest] : nil {
            remove(last.key)
        }
        let node = Node(
            key: key,
            value: value,
            cost: payload,
            newer: RecencyList.none,
            older: RecencyList.none
        )
        let place: Int
        if let reused = free.popLast() {
            place = reused
            nodes[place] = node
        } else {
            place = nodes.count
            nodes.append(node)
        }
        places[key] = place
        bytes += payload
        linkNewest(place)
        return true
    }

    mutating func remove(_ key: [UInt8]) {
        guard let place = places.removeValue(forKey: key), let node = nodes[place] else { return }
        unlink(place)
        nodes[place] = nil
        free.append(place)
        bytes -= node.cost
    }

    /// The keys from newest to oldest; what `checkInvariants` and tests compare.
    var keysByRecency: [[UInt8]] {
        var keys: [[UInt8]] = []
        var place = newest
        while place != RecencyList.none, let node = nodes[place], keys.count <= places.count {
            keys.append(node.key)
            place = node.older
        }
        return keys
    }

    /// Whether list, dictionary and byte count agree.
    func checkInvariants() -> Bool {
        let keys = keysByRecency
        let sum = nodes.reduce(0) { $0 + ($1?.cost ?? 0) }
        return keys.count == places.count && Set(keys) == Set(places.keys) && sum == bytes && bytes <= limit
            && free.count + places.count == nodes.count
    }

    private mutating func unlink(_ place: Int) {
        guard let node = nodes[place] else { return }
        if node.newer == RecencyList.none { newest = node.older } else { nodes[node.newer]?.older = node.older }
        if node.older == RecencyList.none { oldest = node.newer } else { nodes[node.older]?.newer = node.newer }
    }

    private mutating func linkNewest(_ place: Int) {
        nodes[place]?.newer = RecencyList.none
        nodes[place]?.older = newest
        if newest == RecencyList.none { oldest = place } else { nodes[newest]?.newer = place }
        newest = place
    }
}
