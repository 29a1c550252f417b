internal import Hashing

extension ChainStore {
    /// Makes a store of an older schema version one of this.
    ///
    /// Batch by batch, each bounded in bytes; the version is written last, so a stopped upgrade goes on where it was.
    /// What was moved gives its room back whenever `room` bytes are moved.
    static func upgrade(
        _ engine: any KeyValueStore,
        from version: UInt32,
        room: Int = 512 << 20
    ) throws(StoreError) {
        if version < 2 { try listWholeStates(engine) }
        if version < 3 {
            var place = try Places.next(in: engine)
            try moveMessages(engine, from: 0x10, namedIn: Tables.blocks, room: room, to: &place)
            try moveMessages(engine, from: 0x13, namedIn: Tables.envelopes, room: room, to: &place)
        }
        var batch = WriteBatch()
        batch.put(Tables.metadata.encode(.schema), versionRecord)
        try engine.write(batch, durability: .synced)
    }

    /// Version 2 lists the kept states; in version 1 all of them were whole.
    private static func listWholeStates(_ engine: any KeyValueStore) throws(StoreError) {
        let view = EngineView(engine: engine)
        var next: KeyRange? = Tables.stateSummaries.range
        while let range = next {
            let page = try view.page(Tables.stateSummaries, range)
            var batch = WriteBatch()
            for (root, state) in page.elements where state.baseRoot == root {
                let record = StoredStateRecord(base: root, position: 0)
                let entry = try Tables.storedStates.entry(SlotRoot(slot: state.slot, root: root), record)
                batch.put(entry.key, entry.stored)
            }
            if !batch.isEmpty { try engine.write(batch, durability: .written) }
            next = page.next?.range
        }
    }

    /// Version 3 has signed messages in the order in which they came; before, they lay under their block's root.
    ///
    /// One leaves its old place in the batch that names the new one. Stopped between the two engines of that batch, it
    /// is moved once more, and a copy stays that nobody names.
    private static func moveMessages(
        _ engine: any KeyValueStore,
        from code: UInt8,
        namedIn table: Table<Bytes32, UInt64>,
        room: Int,
        to place: inout UInt64
    ) throws(StoreError) {
        let limit = PageLimit(entries: 1024, bytes: min(8 << 20, room))
        // Also what an attempt before this one has moved.
        var moved = KeyRange(prefix: [code])
        var bytes = 0
        var next: KeyRange? = moved
        while let range = next {
            let page = try engine.page(range, limit: limit, order: .ascending)
            var batch = WriteBatch()
            for entry in page.entries {
                // Anything else than a root was never put there by a store; `verify` will name it.
                guard let root = Bytes32(entry.key.dropFirst()) else { continue }
                batch.put(Tables.blockMessages.encode(MessageKey(place: place, root: root)), entry.value)
                let name = try table.entry(root, place)
                batch.put(name.key, name.stored)
                batch.delete(entry.key)
                place += 1
            }
            if !batch.isEmpty { try engine.write(batch, durability: .synced) }
            bytes += batch.bytes
            next = page.remainder
            if let next, bytes >= room {
                try engine.compact(KeyRange(from: moved.lower, upTo: next.lower))
                moved = next
                bytes = 0
            }
        }
        try engine.compact(moved)
    }
}
