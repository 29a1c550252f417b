public import Hashing

extension ChainStore {
    /// Stores the verified payload envelope of a block; one that is there already is replaced.
    ///
    /// `ssz` is the encoded signed envelope. It goes with its block when that is removed.
    public func putEnvelope(
        _ blockRoot: Bytes32,
        _ ssz: [UInt8],
        durability: Durability = .synced
    ) async throws {
        let envelope = try Tables.envelopeMessages.packed(ssz)
        let places = core.places
        try await write(.envelopes, cost: envelope.stored.count + 64, durability: durability) { transaction in
            if let old = try transaction.get(Tables.envelopes, blockRoot) {
                try transaction.deleteMessage(old, blockRoot)
            }
            let key = try transaction.freshKey(places, blockRoot)
            try transaction.put(Tables.envelopeMessages.entry(key, envelope))
            try transaction.put(Tables.envelopes, blockRoot, key.place)
        }
    }

    /// The encoded signed envelope of a block, if it was verified.
    public func envelope(_ blockRoot: Bytes32) async throws -> [UInt8]? {
        // No key of the table: longer than a block's name there, shorter than all keys, and one for each envelope.
        let name = [TableCode.messages.rawValue] + blockRoot.bytes + [TableCode.envelopes.rawValue]
        let found = try await core.router.shard(for: .envelopes).reads.lookup(name) { engine in
            let view = EngineView(engine: engine)
            return try view.messages(Tables.envelopeMessages, namedIn: Tables.envelopes, [blockRoot])[0]
        }
        return found as? [UInt8]
    }
}
