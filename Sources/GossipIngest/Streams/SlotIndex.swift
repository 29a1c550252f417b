/// Where the entries of a range of slots stand in an `.era` file.
///
/// On disk: `first slot: u64le, offset: i64le × count, count: u64le`. Offsets count from the index's own header,
/// backwards; 0 means that the slot is empty.
public struct SlotIndex: Equatable, Sendable {
    /// More slots than any era has: 8,192 of mainnet's preset, with room.
    public static let maximumCount = 65_536

    public let firstSlot: UInt64
    /// Of each slot's entry header, from the beginning of the file; `nil` where the slot is empty.
    public let offsets: [Int?]
    /// The index's own entry.
    public let entry: E2Entry

    /// Reads the index that ends where `end` is, found by the count in its last eight bytes.
    public init(endingAt end: Int, of store: E2Store) throws(StreamError) {
        let file = store.file
        let count = Self.number(try file.read(at: end - 8, count: 8)[...])
        guard count <= UInt64(Self.maximumCount) else {
            throw .indexCount(path: file.path, maximum: Self.maximumCount, got: count)
        }
        let contentLength = 16 + 8 * Int(count)
        entry = try store.entry(at: end - contentLength - E2Store.headerLength)
        guard entry.type == .slotIndex else {
            throw .entryType(
                path: file.path,
                offset: entry.offset,
                expected: E2Type.slotIndex.rawValue,
                got: entry.type.rawValue
            )
        }
        guard entry.length == contentLength else {
            throw .indexCount(path: file.path, maximum: max(0, (entry.length - 16) / 8), got: count)
        }
        let content = try store.content(of: entry, maximum: contentLength)
        firstSlot = Self.number(content[..<8])
        guard !firstSlot.addingReportingOverflow(count).overflow else {
            throw .indexSlots(path: file.path, start: firstSlot, count: Int(count))
        }
        var offsets: [Int?] = []
        offsets.reserveCapacity(Int(count))
        for slot in 0..<Int(count) {
            let relative = Int64(bitPattern: Self.number(content[(8 + 8 * slot)..<(16 + 8 * slot)]))
            guard relative != 0 else {
                offsets.append(nil)
                continue
            }
            let (absolute, overflow) = Int(relative).addingReportingOverflow(entry.offset)
            guard !overflow, absolute >= 0, absolute <= file.size - E2Store.headerLength else {
                throw .indexOffset(path: file.path, slot: firstSlot + UInt64(slot), got: relative)
            }
            offsets.append(absolute)
        }
        self.offsets = offsets
    }

    /// The offset of a slot's entry; `nil` where the slot is empty or not of this index.
    public func offset(ofSlot slot: UInt64) -> Int? {
        guard slot >= firstSlot, slot - firstSlot < UInt64(offsets.count) else { return nil }
        return offsets[Int(slot - firstSlot)]
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
