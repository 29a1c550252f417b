/// The third layer: which shard holds a table.
///
/// Every caller names a table and a key, never an engine, so a second engine is put in here and nowhere else.
/// Tables that are written in one batch must share a shard; a batch that does not is refused as a whole.
struct Router: Sendable {
    let shards: [Shard]
    private let places: [TableCode: Int]

    /// The first shard holds every table that no later one claims.
    init(_ shards: [Shard]) {
        self.shards = shards
        var places: [TableCode: Int] = [:]
        for (index, shard) in shards.enumerated().dropFirst() {
            for table in TableCode.allCases where shard.tables.contains(table) { places[table] = index }
        }
        self.places = places
    }

    func shard(for table: TableCode) throws(StoreError) -> Shard {
        let index = places[table, default: 0]
        guard index < shards.count else { throw .closed }
        return shards[index]
    }
}
