internal import Glibc

/// One `.era` file: the blocks of an era in the order of their slots, then the state at its end, then the indices.
///
/// The file has a name of its own until `finish`: a file that is cut short never looks like an era. Era 0 has no blocks.
/// What is not a block goes right behind the entry before it, so that a reader in file order meets it in time.
public final class EraWriter {
    /// Its last slot is the one before `era` times the slots of an era.
    public let era: UInt64
    private let directory: String
    private let configName: String
    private let slots: UInt64
    private let writer: E2Writer
    private var offsets: [Int?]

    /// - Parameter slots: `SLOTS_PER_HISTORICAL_ROOT`.
    public init(directory: String, configName: String, era: UInt64, slots: UInt64) throws(StreamError) {
        guard slots <= UInt64(SlotIndex.maximumCount), !era.multipliedReportingOverflow(by: slots).overflow else {
            throw .indexCount(path: directory, maximum: SlotIndex.maximumCount, got: slots)
        }
        self.directory = directory
        self.configName = configName
        self.era = era
        self.slots = slots
        writer = try E2Writer(path: "\(directory)/\(Self.stem(configName, era)).partial")
        offsets = era == 0 ? [] : Array(repeating: nil, count: Int(slots))
    }

    /// The first slot of the era; era 0 has none, and ends with slot 0.
    public var firstSlot: UInt64 { era == 0 ? 0 : (era - 1) * slots }

    /// Adds the block of a slot, a snappy stream.
    public func block(atSlot slot: UInt64, _ frames: [UInt8]) throws(StreamError) {
        guard slot >= firstSlot, slot - firstSlot < UInt64(offsets.count), offsets[Int(slot - firstSlot)] == nil else {
            throw .indexSlots(path: writer.path, start: slot, count: offsets.count)
        }
        offsets[Int(slot - firstSlot)] = try writer.append(.compressedSignedBeaconBlock, frames)
    }

    /// Adds an entry that no index mentions.
    public func entry(_ type: E2Type, _ content: [UInt8]) throws(StreamError) { try writer.append(type, content) }

    /// Adds the state at slot `era * slots`, with the block of that slot applied, and gives the file its name.
    ///
    /// - Parameter root: of the era's historical summary; of era 0 the genesis validators' root.
    /// - Returns: the file's path.
    public func finish(state frames: [UInt8], root: [UInt8]) throws(StreamError) -> String {
        let state = try writer.append(.compressedBeaconState, frames)
        if era > 0 { try index(firstSlot, offsets) }
        try index(era * slots, [state])
        try writer.close()
        let short = root.prefix(4).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count < 2 ? "0" + digits : digits
        }
        let path = "\(directory)/\(Self.stem(configName, era))-\(short.joined()).era"
        guard rename(writer.path, path) == 0 else { throw .cannotWrite(path: path, offset: 0, errno: errno) }
        return path
    }

    private func index(_ first: UInt64, _ offsets: [Int?]) throws(StreamError) {
        var content: [UInt8] = []
        content.reserveCapacity(16 + 8 * offsets.count)
        func add(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { content += $0 } }
        add(first)
        // Counted from the index itself, backwards.
        for offset in offsets { add(offset.map { UInt64(bitPattern: Int64($0 - writer.size)) } ?? 0) }
        add(UInt64(offsets.count))
        try writer.append(.slotIndex, content)
    }

    private static func stem(_ configName: String, _ era: UInt64) -> String {
        let number = String(era)
        return "\(configName)-\(String(repeating: "0", count: max(0, 5 - number.count)))\(number)"
    }
}
