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
        var costs: [EpochKey: Int] = [:]
        var cost = 0
    }

    private let places = Guarded(Places())
    private let costLimit: Int
    private let cost: @Sendable (Value) -> Int

    init(costLimit: Int, cost: @escaping @Sendable (Value) -> Int) {
        self.costLimit = costLimit
        self.cost = cost
    }

    /// The result of `key`; who asks while another makes it waits for that.
    func value(_ key: EpochKey, compute: () throws(TransitionError) -> Value) throws(TransitionError) -> Value {
        let place = places.withLock { places in
            if let known = places.byKey[key] { return known }
            let place = Place()
            places.byKey[key] = place
            return place
        }
        let (value, isNew) = try place.value.withLock { (held) throws(TransitionError) -> (Value, Bool) in
            if let held { return (held, false) }
            let made = try compute()
            held = made
            return (made, true)
        }
        if isNew { account(key, cost(value)) }
        return value
    }

    private func account(_ key: EpochKey, _ cost: Int) {
        places.withLock { places in
            places.costs[key] = cost
            places.cost += cost
            while places.cost > costLimit, places.costs.count > 1,
                let oldest = places.costs.keys.min(by: { $0.epoch < $1.epoch })
            {
                places.cost -= places.costs.removeValue(forKey: oldest) ?? 0
                places.byKey[oldest] = nil
            }
        }
    }
}
