internal import BlockPipeline
internal import Concurrency

/// The messages under way: no more than a number, those that wait for what nobody has sent not counted.
///
/// Places are given out in bursts: once none is free, the source waits until `burst` are. Blocks that come together share
/// the work on their signatures.
///
/// A block that waits for its parent keeps its place, so that no more is read than is soon needed. But where everything
/// under way waits, only what is still to come can end that: then those who wait give up their places.
final class InFlight: Sendable {
    /// A message's place, from before its task begins until that ends.
    final class Place: Sendable {
        fileprivate let permit: PermitPool.Permit
        fileprivate let id: UInt64

        fileprivate init(permit: PermitPool.Permit, id: UInt64) {
            self.permit = permit
            self.id = id
        }
    }

    private struct State {
        var lastID: UInt64 = 0
        var underWay = 0
        var waiting = 0
        /// Places of those who wait and keep theirs.
        var kept: [UInt64: PermitPool.Permit] = [:]
        /// Whether the source waits for places.
        var isFull = false

        /// What has to be given up now, for anything to go on.
        mutating func takeStuck() -> [PermitPool.Permit] {
            guard isFull, waiting == underWay else { return [] }
            defer { kept = [:] }
            return Array(kept.values)
        }
    }

    private let permits: PermitPool
    private let burst: Int
    private let state = Guarded(State())

    init(width: Int, burst: Int) {
        permits = PermitPool(width: width)
        self.burst = min(max(1, burst), permits.width)
    }

    /// Whether the source waits for places, for tests.
    var isFull: Bool { state.withLock { $0.isFull } }

    /// Waits for a place; one task at a time.
    func enter() async throws -> Place {
        if let permit = permits.tryAcquire() { return place(permit) }
        change { $0.isFull = true }
        defer { change { $0.isFull = false } }
        try await permits.acquire(burst).release()
        return place(try await permits.acquire())
    }

    func leave(_ place: Place) {
        change { $0.underWay -= 1 }
        place.permit.release()
    }

    private func place(_ permit: PermitPool.Permit) -> Place {
        state.withLock { state in
            state.lastID += 1
            state.underWay += 1
            return Place(permit: permit, id: state.lastID)
        }
    }

    fileprivate func willWait(_ place: Place, isOrphan: Bool) {
        change { state in
            state.waiting += 1
            if !isOrphan { state.kept[place.id] = place.permit }
        }
        if isOrphan { place.permit.release() }
    }

    fileprivate func didWait(_ place: Place) {
        change { state in
            state.waiting -= 1
            state.kept[place.id] = nil
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let stuck = state.withLock { state in
            body(&state)
            return state.takeStuck()
        }
        for permit in stuck { permit.release() }
    }
}

/// Tells of the waits of one message's task.
struct PlaceObserver: WaitObserver {
    let place: InFlight.Place
    let inFlight: InFlight
    let next: any WaitObserver

    func willWait(isOrphan: Bool) {
        inFlight.willWait(place, isOrphan: isOrphan)
        next.willWait(isOrphan: isOrphan)
    }

    func didWait() {
        inFlight.didWait(place)
        next.didWait()
    }
}
