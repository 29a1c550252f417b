/// Keys from `lower` (included) up to `upper` (excluded; `nil` means no end).
public struct KeyRange: Hashable, Sendable {
    public var lower: [UInt8]
    public var upper: [UInt8]?

    public init(from lower: [UInt8], upTo upper: [UInt8]?) {
        self.lower = lower
        self.upper = upper
    }

    /// Every key that begins with `prefix`.
    public init(prefix: [UInt8]) {
        lower = prefix
        upper = KeyRange.end(of: prefix)
    }

    /// The first key after all keys that begin with `prefix`; `nil` when there is none.
    static func end(of prefix: [UInt8]) -> [UInt8]? {
        var end = prefix
        while let last = end.popLast() {
            if last < .max {
                end.append(last + 1)
                return end
            }
        }
        return nil
    }

    public func contains(_ key: [UInt8]) -> Bool {
        guard !key.lexicographicallyPrecedes(lower) else { return false }
        guard let upper else { return true }
        return key.lexicographicallyPrecedes(upper)
    }

    /// The keys of both; `nil` where there cannot be any.
    func intersection(_ other: KeyRange) -> KeyRange? {
        let lower = self.lower.lexicographicallyPrecedes(other.lower) ? other.lower : self.lower
        var upper = self.upper ?? other.upper
        if let mine = self.upper, let theirs = other.upper {
            upper = mine.lexicographicallyPrecedes(theirs) ? mine : theirs
        }
        if let upper, !lower.lexicographicallyPrecedes(upper) { return nil }
        return KeyRange(from: lower, upTo: upper)
    }

    /// What is left after an entry with this key was read in the given order.
    func remainder(after key: [UInt8], order: ScanOrder) -> KeyRange {
        switch order {
        case .ascending: KeyRange(from: key + [0], upTo: upper)
        case .descending: KeyRange(from: lower, upTo: key)
        }
    }
}

public enum ScanOrder: Hashable, Sendable {
    case ascending
    case descending
}

/// How much one page may hold; a page holds at least one entry if the range does.
public struct PageLimit: Hashable, Sendable {
    public var entries: Int
    public var bytes: Int

    public init(entries: Int = 1024, bytes: Int = 8 << 20) {
        self.entries = entries
        self.bytes = bytes
    }
}

/// Part of a range; `remainder` is `nil` when the range is used up.
public struct Page: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public var key: [UInt8]
        public var value: [UInt8]

        public init(key: [UInt8], value: [UInt8]) {
            self.key = key
            self.value = value
        }
    }

    public var entries: [Entry]
    public var remainder: KeyRange?

    public init(entries: [Entry], remainder: KeyRange?) {
        self.entries = entries
        self.remainder = remainder
    }
}
