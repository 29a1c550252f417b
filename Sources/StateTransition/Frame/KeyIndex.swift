internal import ConsensusTypes

/// Where each key first stands in a list of keys.
///
/// A hash table of positions beside the list: six to eleven bytes a key, where a dictionary with the keys in it takes a
/// hundred. Seeded by the process: deposits choose their keys, and must not be able to choose where they meet.
struct KeyIndex: Sendable {
    /// One more than a position; 0 where nothing stands.
    private var slots = [UInt32](repeating: 0, count: 16)
    private var count = 0

    var bytes: Int { slots.count * MemoryLayout<UInt32>.stride }

    /// The first position of `key`; `keys` gives the key at a position.
    func position(of key: BLSPubkey, in keys: (Int) -> BLSPubkey) -> Int? {
        var at = home(key)
        while slots[at] != 0 {
            let position = Int(slots[at]) - 1
            if keys(position) == key { return position }
            at = (at + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Takes the keys at `positions` in, in their order; of equal ones the first counts.
    mutating func insert(_ positions: Range<Int>, _ keys: (Int) -> BLSPubkey) {
        reserve(count + positions.count, keys)
        for position in positions {
            let key = keys(position)
            var at = home(key)
            while slots[at] != 0, keys(Int(slots[at]) - 1) != key { at = (at + 1) & (slots.count - 1) }
            if slots[at] != 0 { continue }
            slots[at] = UInt32(position + 1)
            count += 1
        }
    }

    /// Makes room for so many, at most three quarters full.
    private mutating func reserve(_ count: Int, _ keys: (Int) -> BLSPubkey) {
        var size = slots.count
        while count * 4 > size * 3 { size *= 2 }
        guard size > slots.count else { return }
        let old = slots
        slots = [UInt32](repeating: 0, count: size)
        for slot in old where slot != 0 {
            var at = home(keys(Int(slot) - 1))
            while slots[at] != 0 { at = (at + 1) & (size - 1) }
            slots[at] = slot
        }
    }

    private func home(_ key: BLSPubkey) -> Int {
        var hasher = Hasher()
        hasher.combine(key)
        return hasher.finalize() & (slots.count - 1)
    }
}
