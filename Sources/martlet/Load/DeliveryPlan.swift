import Hashing
import Simulation

/// When the copies of each message of a simulated chain are delivered: decided by the seed.
struct DeliveryPlan: Sendable {
    /// Of every message.
    var copies = 1
    /// The most that a message in time comes after its moment.
    var jitterMs: UInt64 = 100
    var slotMs: UInt64 = 12_000
    var seed: UInt64 = 0

    /// After the beginning of the message's slot, one time for each copy.
    ///
    /// A block comes with the slot, a late one after the time to vote, with all that belongs to it; sidecars come when
    /// their block should be known, an envelope when its payload is due.
    func offsets(of message: WrittenMessage, number: Int) -> [UInt64] {
        var words = Chance(seed ^ UInt64(number) &* 0x9e37_79b9_7f4a_7c15)
        let own: UInt64 =
            switch message.kind {
            case .block: 0
            case .blob, .column: jitterMs + slotMs * 2 / 10
            case .envelope: slotMs * 3 / 10
            }
        // The same for all that belongs to a block.
        var fate = Chance(message.root.bytes.prefix(8).reduce(seed) { $0 << 8 ^ $0 >> 56 ^ UInt64($1) })
        let late = message.isLate ? slotMs * 4 / 10 + fate.next() % (slotMs * 2 / 10 + 1) : 0
        // Copies come from other peers, some of them after the first was dealt with.
        return (0..<copies).map { own + late + words.next() % (jitterMs * UInt64(1 + $0) + 1) }
    }
}

/// One copy of a message, and when it is sent.
struct Delivery: Sendable {
    let message: WrittenMessage
    /// Counts the messages, not their copies.
    let number: Int
    /// Milliseconds since 1970.
    let dueMs: UInt64
}

/// Deliveries in the order of their times, of messages that come in the order of their slots.
///
/// What is in it is bounded by what one slot brings: a delivery is taken only when no message still to come can be due
/// before it, and messages are taken in only until that is so.
struct DeliveryQueue {
    private var waiting: [Delivery] = []

    var isEmpty: Bool { waiting.isEmpty }

    /// When the next one is due.
    var nextMs: UInt64? { waiting.last?.dueMs }

    mutating func add(_ delivery: Delivery) {
        // Latest first, so that the next is taken from the end; of the same time, the first added goes first.
        let place = waiting.firstIndex { $0.dueMs <= delivery.dueMs } ?? waiting.endIndex
        waiting.insert(delivery, at: place)
    }

    mutating func take() -> Delivery? { waiting.popLast() }
}
