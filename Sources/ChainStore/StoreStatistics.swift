internal import Synchronization

/// What the store has done since it was opened, as one reading of its counters.
public struct StoreStatistics: Hashable, Sendable {
    /// Look-ups that reached an engine.
    public var engineReads = 0
    /// Look-ups that shared a waiting look-up of the same key.
    public var joinedReads = 0
    /// Reads dropped because nobody waited for them any more.
    public var cancelledReads = 0
    public var cacheHits = 0
    public var cacheMisses = 0
    /// Look-ups that found the cache locked and raced it against the database.
    public var cacheRaces = 0
    /// Values not cached because that would have cost a wait, or because a write came between.
    public var refusedOffers = 0
    /// Write requests committed.
    public var writes = 0
    /// Batches handed to an engine.
    public var groups = 0
    /// Batches handed to an engine with a sync.
    public var syncs = 0
    public var largestGroup = 0
    public var bytesWritten = 0
}

/// The counters behind `StoreStatistics`.
final class StoreCounters: Sendable {
    let engineReads = Atomic(0)
    let joinedReads = Atomic(0)
    let cancelledReads = Atomic(0)
    let cacheHits = Atomic(0)
    let cacheMisses = Atomic(0)
    let cacheRaces = Atomic(0)
    let refusedOffers = Atomic(0)
    let writes = Atomic(0)
    let groups = Atomic(0)
    let syncs = Atomic(0)
    let largestGroup = Atomic(0)
    let bytesWritten = Atomic(0)

    var reading: StoreStatistics {
        var reading = StoreStatistics()
        reading.engineReads = engineReads.load(ordering: .relaxed)
        reading.joinedReads = joinedReads.load(ordering: .relaxed)
        reading.cancelledReads = cancelledReads.load(ordering: .relaxed)
        reading.cacheHits = cacheHits.load(ordering: .relaxed)
        reading.cacheMisses = cacheMisses.load(ordering: .relaxed)
        reading.cacheRaces = cacheRaces.load(ordering: .relaxed)
        reading.refusedOffers = refusedOffers.load(ordering: .relaxed)
        reading.writes = writes.load(ordering: .relaxed)
        reading.groups = groups.load(ordering: .relaxed)
        reading.syncs = syncs.load(ordering: .relaxed)
        reading.largestGroup = largestGroup.load(ordering: .relaxed)
        reading.bytesWritten = bytesWritten.load(ordering: .relaxed)
        return reading
    }
}
