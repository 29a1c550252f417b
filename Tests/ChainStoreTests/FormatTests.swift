import Hashing
import TestSupport
import Testing

@testable import ChainStore

/// Pins the bytes of `docs/storage-format.md`: a failure here is a new schema version, not a test to adapt.
struct FormatTests {
    private let a = Bytes32([UInt8](repeating: 0xaa, count: 32)) ?? .zero
    private let b = Bytes32([UInt8](repeating: 0xbb, count: 32)) ?? .zero
    private let c = Bytes32([UInt8](repeating: 0xcc, count: 32)) ?? .zero
    private let a32 = String(repeating: "aa", count: 32)
    private let b32 = String(repeating: "bb", count: 32)
    private let c32 = String(repeating: "cc", count: 32)

    private func check<Key, Value>(
        _ table: Table<Key, Value>,
        _ key: Key,
        _ value: Value,
        _ expectedKey: String,
        _ expectedValue: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws where Key: Equatable, Value: Equatable {
        let entry = try table.entry(key, value)
        #expect(Hex.encode(entry.key) == expectedKey, sourceLocation: sourceLocation)
        #expect(Hex.encode(entry.stored) == expectedValue, sourceLocation: sourceLocation)
        #expect(try table.decodeKey(entry.key) == key, sourceLocation: sourceLocation)
        #expect(try table.decodeValue(entry.stored, key: entry.key) == value, sourceLocation: sourceLocation)
    }

    @Test func keysAndValues() throws {
        try check(Tables.blocks, a, 0x0102, "14" + a32, "0000000000000102")
        try check(Tables.envelopes, a, 0x0103, "15" + a32, "0000000000000103")
        let key = MessageKey(place: 258, root: a)
        try check(Tables.blockMessages, key, [1, 2, 3], "160000000000000102" + a32, "00010203")
        try check(Tables.envelopeMessages, key, [7], "160000000000000102" + a32, "0007")
        // 64 zeroes: length 64, a literal of one byte, a copy of 63 bytes from one byte back.
        let zeroes = [UInt8](repeating: 0, count: 64)
        try check(Tables.blockMessages, key, zeroes, "160000000000000102" + a32, "01400000fa0100")
        try check(
            Tables.blockSummaries,
            a,
            BlockSummary(
                slot: 0x0102,
                proposerIndex: 3,
                parentRoot: b,
                stateRoot: c,
                bodyRoot: a,
                annotation: [9, 8]
            ),
            "11" + a32,
            "0000000000000102" + "0000000000000003" + b32 + c32 + a32 + "0908"
        )
        try check(Tables.blockVariants, RootPair(first: a, second: b), [7], "12" + a32 + b32, "0007")
        try check(Tables.snapshots, c, [], "20" + c32, "00")
        try check(
            Tables.stateSummaries,
            a,
            StateSummary(slot: 258, stateRoot: b, baseRoot: c),
            "21" + a32,
            "0000000000000102" + b32 + c32
        )
        try check(Tables.stateRoots, b, a, "22" + b32, a32)
        try check(Tables.stateDiffs, b, [5, 6], "23" + b32, "000506")
        try check(
            Tables.storedStates,
            SlotRoot(slot: 258, root: a),
            StoredStateRecord(base: b, position: 7),
            "240000000000000102" + a32,
            b32 + "00000007"
        )
        try check(Tables.slots, SlotRoot(slot: 1 << 32, root: a), Presence(), "300000000100000000" + a32, "")
        try check(Tables.children, RootPair(first: a, second: b), Presence(), "31" + a32 + b32, "")
        try check(Tables.lifecycles, a, [1], "40" + a32, "01")
        let publicKey = [UInt8](repeating: 4, count: 96)
        try check(Tables.publicKeys, 258, publicKey, "500000000000000102", String(repeating: "04", count: 96))
        try check(Tables.metadata, .schema, [0, 0, 0, 1], "0100", "00000001")
        try check(Tables.metadata, .network, [1], "0101", "01")
        try check(Tables.metadata, .anchor, [1], "0102", "01")
        try check(Tables.metadata, .finalized, [1], "0103", "01")
        try check(Tables.metadata, .justified, [1], "0104", "01")
        try check(Tables.metadata, .head, [1], "0105", "01")
        try check(Tables.metadata, .named("ab"), [1], "01806162", "01")
    }

    @Test func records() {
        #expect(Hex.encode(AnchorRecord(slot: 1, blockRoot: a, stateRoot: b).bytes) == "0000000000000001" + a32 + b32)
        #expect(Hex.encode(CheckpointRecord(epoch: 2, root: a).bytes) == "0000000000000002" + a32)
        #expect(Hex.encode(SlotRoot(slot: 3, root: a).bytes) == "0000000000000003" + a32)
        let network = NetworkIdentity(configDigest: a, genesisValidatorsRoot: b, name: "x")
        #expect(Hex.encode(network.bytes) == a32 + b32 + "78")
        #expect(ChainStore.schemaVersion == 3)
    }

    @Test func codesAreUnique() {
        #expect(Set(TableCode.allCases.map(\.rawValue)).count == TableCode.allCases.count)
        // Retired with schema version 2.
        #expect(Set(TableCode.allCases.map(\.rawValue)).isDisjoint(with: [0x10, 0x13]))
    }

    @Test(arguments: [5, 6] as [UInt64])
    func noBytesTrap(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20_000 {
            let code = TableCode.allCases[Int(random.next() % UInt64(TableCode.allCases.count))]
            let key = [code.rawValue] + random.bytes(Int(random.next() % 80))
            let value = random.bytes(Int(random.next() % 150)).map { $0 & 3 == 0 ? $0 & 1 : $0 }
            try? Tables.check(.init(key: key, value: value), in: code)
        }
    }

    @Test func wrongSizesAreNamed() throws {
        #expect(throws: StoreError.malformed(table: .stateRoots, key: "", expected: "32 bytes", got: "33 bytes")) {
            try Tables.stateRoots.decodeValue([UInt8](repeating: 0, count: 33), key: [])
        }
        #expect(throws: StoreError.malformed(table: .slots, key: "31", expected: "table code 48", got: "49")) {
            try Tables.slots.decodeKey([0x31])
        }
        #expect(throws: StoreError.tooLarge(what: "a block", limit: 16 << 20, got: 16 << 20 + 1)) {
            try Tables.blockMessages.packed([UInt8](repeating: 0, count: 16 << 20 + 1))
        }
        #expect(throws: StoreError.tooLarge(what: "a fixed value", limit: 96, got: 95)) {
            try Tables.publicKeys.entry(0, [UInt8](repeating: 0, count: 95))
        }
        // A snappy header that promises 4 GiB is refused before anything is allocated.
        let table = Tables.blockMessages
        #expect(throws: StoreError.self) { try table.decodeValue([1, 0xff, 0xff, 0xff, 0xff, 0x0f], key: []) }
        #expect(throws: StoreError.self) { try table.decodeValue([2, 0], key: []) }
        #expect(throws: StoreError.self) { try table.decodeValue([], key: []) }
        #expect(throws: StoreError.self) { try Tables.blocks.decodeValue([0, 0, 0, 0, 0, 0, 1], key: []) }
    }
}
