import GossipIngest
import Snappy

/// Writes e2store entries into memory.
struct EraBuilder {
    private(set) var bytes: [UInt8] = []

    init(version: Bool = true) {
        if version { add(.version, []) }
    }

    /// Returns the offset of the header.
    @discardableResult
    mutating func add(_ type: E2Type, _ content: [UInt8], length: Int? = nil, reserved: UInt16 = 0) -> Int {
        let offset = bytes.count
        bytes += little(UInt64(type.rawValue), 2) + little(UInt64(length ?? content.count), 4)
        bytes += little(UInt64(reserved), 2) + content
        return offset
    }

    /// An index over entries at these offsets from the beginning of the file.
    @discardableResult
    mutating func addIndex(firstSlot: UInt64, _ offsets: [Int?], count: UInt64? = nil, type: E2Type = .slotIndex) -> Int
    {
        let own = bytes.count
        let relative = offsets.flatMap { offset in
            little(offset.map { UInt64(bitPattern: Int64($0 - own)) } ?? 0, 8)
        }
        return add(type, little(firstSlot, 8) + relative + little(count ?? UInt64(offsets.count), 8))
    }

    /// A whole era: `nil` is an empty slot.
    static func era(firstSlot: UInt64, blocks: [[UInt8]?], state: [UInt8]) throws -> EraBuilder {
        var builder = EraBuilder()
        var offsets: [Int?] = []
        for block in blocks {
            offsets.append(try block.map { builder.add(.compressedSignedBeaconBlock, try SnappyFrames.compress($0)) })
        }
        let stateOffset = builder.add(.compressedBeaconState, try SnappyFrames.compress(state))
        if !blocks.isEmpty { builder.addIndex(firstSlot: firstSlot, offsets) }
        builder.addIndex(firstSlot: firstSlot + UInt64(blocks.count), [stateOffset])
        return builder
    }

    private func little(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }
}
