internal import ConsensusTypes
internal import Locking

/// An epoch on one of its forks.
struct EpochKey: Hashable {
    var epoch: Epoch
    /// The last block that can change the result.
    var decisionRoot: Root
}

/// Results that an epoch and a block before it decide, each made once however many transitions ask at once.
///
/// Bounded by a cost in bytes: beyond it the oldest epochs go first.
final class EpochTable<Value: Sendable>: Sendable {
    /// One result, or the place where it is being made.
    private final class Place: Sendable {
        let value = Guarded<Value?>(nil)
    }

    private struct Places {
        var byKey: [EpochKey: Place] = [:]
        /// What the results made so far cost, by epoch and in the order in which they were made.
        var costs: [Epoch: [(key: EpochKey, cost: Int)]] = [:]
        /// The epochs of `costs`, the oldest last.
        var epochs: [Epoch] = []
        var count = 0
        var cost = 0
    }

    /// A result's place, its key and what holds them.
    private static var placeBytes: Int { 320 }

    private let places = Guarded(Places())
    private let costLimit: Int
    private let cost: @Sendable (Value) -> Int

    init(costLimit: Int, cost: @escaping @Sendable (Value) -> Int) {
        self.costLimit = costLimit
        self.cost = cost
    }

    /// Bytes of the results made so far.
    var bytes: Int { places.withLock { $0.cost } }
    var count: Int { places.withLock { $0.count } }
    /// Results made and under way.
    var placeCount: Int { places.withLock { $0.byKey.count } }

    /// The result of `key`; who asks while another makes it waits for that.
    func value(_ key: EpochKey, compute: () throws(TransitionError) -> Value) throws(TransitionError) -> Value {
        let place = places.withLock { places in
            if let known = places.byKey[key] { return known }
            let place = Place()
            places.byKey[key] = place
            return place
        }
        let (value, isNew): (Value, Bool)
        do throws(TransitionError) {
            (value, isNew) = try place.value.withLock { (held) throws(TransitionError) -> (Value, Bool) in
                if let held { return (held, false) }
                let made = try compute()
                held = made
                return (made, true)
            }
        } catch {
            // Nothing stands there: whoever asks again makes a place again.
            places.withLock { places in
                if places.byKey[key] === place { places.byKey[key] = nil }
            }
            throw error
        }
        if isNew { account(key, cost(value) + Self.placeBytes) }
        return value
    }

    private func account(_ key: EpochKey, _ cost: Int) {
        places.withLock { places in
            // Another's failure may have taken the place away, or finality's bound the key: then nobody finds it.
            guard places.byKey[key] != nil else { return }
            if places.costs[key.epoch] == nil {
                let at = places.epochs.firstIndex { $0 < key.epoch } ?? places.epochs.count
                places.epochs.insert(key.epoch, at: at)
            }
            places.costs[key.epoch, default: []].append((key, cost))
            places.cost += cost
            places.count += 1
            while places.cost > costLimit, places.count > 1, let oldest = places.epochs.last {
                guard let gone = places.costs[oldest]?.popFirst() else { break }
                places.cost -= gone.cost
                places.count -= 1
                places.byKey[gone.key] = nil
                if places.costs[oldest]?.isEmpty == true {
                    places.costs[oldest] = nil
                    places.epochs.removeLast()
                }
            }
        }
    }
}

extension Array {
    fileprivate mutating func popFirst() -> Element? { isEmpty ? nil : removeFirst() }
}
