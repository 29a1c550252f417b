/// What a full queue does with one more element.
public enum OverflowPolicy: Sendable, Hashable, CaseIterable {
    /// The sender waits for room: back-pressure.
    case suspend
    /// The new element is turned away and the sender is told.
    case rejectNewest
    /// The longest queued element gives way and is handed to the sender.
    case dropOldest
}

/// What became of a sent element.
public enum SendResult<Element: Sendable>: Sendable {
    case enqueued
    /// Queued; this older element was dropped for it.
    case enqueuedDropping(Element)
    /// Not queued: the queue is full.
    case rejected
    /// Not queued: the queue is finished.
    case finished
}

extension SendResult: Equatable where Element: Equatable {}

/// The rules of a bounded queue, without lock and without suspension.
///
/// `Sender` and `Receiver` stand for suspended callers: continuations in production, plain numbers in tests.
struct BoundedQueueStateMachine<Element: Sendable, Sender, Receiver> {
    enum SendStep {
        case done(SendResult<Element>)
        /// The element goes straight to a waiting receiver; it never enters the buffer.
        case deliver(Receiver)
        /// The queue is full and the policy is `suspend`.
        case full
    }

    enum ReceiveStep {
        case element(Element, resuming: Sender?)
        case end
        case empty
    }

    let capacity: Int
    let policy: OverflowPolicy
    private(set) var statistics = QueueStatistics()
    private var buffer = RingBuffer<Element>()
    private var senders = WaiterQueue<(sender: Sender, element: Element)>()
    private var receivers = WaiterQueue<Receiver>()
    private(set) var isFinished = false
    private var lastID: UInt64 = 0

    init(capacity: Int, policy: OverflowPolicy) {
        self.capacity = max(1, capacity)
        self.policy = policy
    }

    var count: Int { buffer.count }
    var waitingSenders: Int { senders.count }
    var waitingReceivers: Int { receivers.count }

    /// A number for a caller that may have to wait.
    mutating func makeID() -> UInt64 {
        lastID += 1
        return lastID
    }

    mutating func send(_ element: Element) -> SendStep {
        if isFinished { return .done(.finished) }
        if let receiver = receivers.popFirst() {
            statistics.sent += 1
            statistics.received += 1
            return .deliver(receiver)
        }
        if buffer.count < capacity {
            push(element)
            return .done(.enqueued)
        }
        switch policy {
        case .suspend: return .full
        case .rejectNewest:
            statistics.rejected += 1
            return .done(.rejected)
        case .dropOldest:
            guard let oldest = buffer.popFirst() else { return .full }
            push(element)
            statistics.dropped += 1
            return .done(.enqueuedDropping(oldest))
        }
    }

    /// Counts a sender that would not wait for room.
    mutating func countRejection() { statistics.rejected += 1 }

    mutating func park(sender: Sender, element: Element, id: UInt64) {
        senders.append((sender, element), id: id)
    }

    mutating func receive() -> ReceiveStep {
        guard let element = buffer.popFirst() else { return isFinished ? .end : .empty }
        statistics.received += 1
        guard let next = senders.popFirst() else { return .element(element, resuming: nil) }
        push(next.element)
        return .element(element, resuming: next.sender)
    }

    mutating func park(receiver: Receiver, id: UInt64) {
        receivers.append(receiver, id: id)
    }

    mutating func cancelSender(id: UInt64) -> Sender? { senders.remove(id: id)?.sender }

    mutating func cancelReceiver(id: UInt64) -> Receiver? { receivers.remove(id: id) }

    /// Closes the entrance: waiting senders leave with their elements, waiting receivers get the end.
    mutating func finish() -> (senders: [Sender], receivers: [Receiver]) {
        isFinished = true
        return (senders.removeAll().map(\.sender), receivers.removeAll())
    }

    private mutating func push(_ element: Element) {
        buffer.append(element)
        statistics.sent += 1
        statistics.highWater = max(statistics.highWater, buffer.count)
    }
}

/// Counters of a queue since it was made.
public struct QueueStatistics: Sendable, Hashable {
    /// Elements accepted.
    public var sent: UInt64 = 0
    /// Elements handed to a receiver.
    public var received: UInt64 = 0
    /// Elements turned away because the queue was full.
    public var rejected: UInt64 = 0
    /// Elements that gave way to newer ones.
    public var dropped: UInt64 = 0
    /// The most elements ever buffered at once.
    public var highWater = 0

    public init() {}
}
