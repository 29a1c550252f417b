internal import Hashing

extension ChainStore {
    /// Makes a store of schema version 1 one of version 2: its whole states get their entries among the kept ones.
    ///
    /// Everything else is the same in both. The version is written last, so a stopped upgrade begins anew.
    static func upgrade(_ engine: any KeyValueStore) throws(StoreError) {
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
            if !batch.operations.isEmpty { try engine.write(batch, durability: .written) }
            next = page.next?.range
        }
        var version: [UInt8] = []
        version.append(bigEndian: schemaVersion)
        var batch = WriteBatch()
        batch.put(Tables.metadata.encode(.schema), version)
        try engine.write(batch, durability: .synced)
    }
}
