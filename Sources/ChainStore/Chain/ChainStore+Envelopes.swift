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
        let envelope = try Tables.envelopes.entry(blockRoot, ssz)
        try await write(.envelopes, cost: envelope.stored.count + 64, durability: durability) { transaction in
            try transaction.put(envelope)
        }
    }

    /// The encoded signed envelope of a block, if it was verified.
    public func envelope(_ blockRoot: Bytes32) async throws -> [UInt8]? {
        try await value(Tables.envelopes, blockRoot)
    }
}
