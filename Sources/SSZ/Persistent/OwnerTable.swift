/// How many owners each piece of memory has, by its address.
///
/// A hash table in one flat array: a state of a million validators has tens of thousands of pieces, and each block adds
/// a thousand. Addresses come from our own allocator, so nobody outside chooses them.
struct OwnerTable: Sendable {
    private struct Slot {
        /// 0 where the slot is free.
        var address: UInt = 0
        var owners: Int = 0
    }

    private var slots: [Slot]
    private var shift: UInt
    private(set) var count = 0

    init() {
        slots = Array(repeating: Slot(), count: 64)
        shift = 64 - 6
    }

    /// Bytes of the table itself.
    var bytes: Int { slots.count * MemoryLayout<Slot>.stride + 32 }

    /// Adds an owner; answers whether it is the first.
    mutating func add(_ address: UInt) -> Bool {
        if count * 4 >= slots.count * 3 { resize(slots.count * 2) }
        var at = home(address)
        while slots[at].address != 0 {
            if slots[at].address == address {
                slots[at].owners += 1
                return false
            }
            at = (at + 1) & (slots.count - 1)
        }
        slots[at] = Slot(address: address, owners: 1)
        count += 1
        return true
    }

    /// Takes an owner away; answers whether it was the last.
    mutating func remove(_ address: UInt) -> Bool {
        var at = home(address)
        while slots[at].address != address {
            // What was never added has no last owner.
            if slots[at].address == 0 { return false }
            at = (at + 1) & (slots.count - 1)
        }
        slots[at].owners -= 1
        if slots[at].owners > 0 { return false }
        close(at)
        count -= 1
        if slots.count > 64, count * 8 < slots.count { resize(slots.count / 2) }
        return true
    }

    /// Frees a slot and moves up what would not be found across the gap.
    private mutating func close(_ gap: Int) {
        var gap = gap
        var at = gap
        while true {
            at = (at + 1) & (slots.count - 1)
            if slots[at].address == 0 { break }
            let home = home(slots[at].address)
            // Whether the home lies behind the gap, around the end of the table.
            let isReachable = gap <= at ? gap < home && home <= at : gap < home || home <= at
            if isReachable { continue }
            slots[gap] = slots[at]
            gap = at
        }
        slots[gap] = Slot()
    }

    private mutating func resize(_ size: Int) {
        let old = slots
        slots = Array(repeating: Slot(), count: size)
        shift = 64 - UInt(size.trailingZeroBitCount)
        for slot in old where slot.address != 0 {
            var at = home(slot.address)
            while slots[at].address != 0 { at = (at + 1) & (size - 1) }
            slots[at] = slot
        }
    }

    private func home(_ address: UInt) -> Int { Int((address &* 0x9e37_79b9_7f4a_7c15) >> shift) }
}
