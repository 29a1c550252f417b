/// A queue of bounded length between tasks: many senders, many receivers, each element to one receiver.
///
/// First in, first out, for elements and for waiting callers. A cancelled caller leaves nothing behind: a waiting
/// sender takes its element with it, and an element is handed only to a receiver that will return it, so none is
/// lost. After `finish()` receivers drain what is buffered, then get `nil`.
///
/// Iterating ends at the end of the queue or when the iterating task is cancelled, as with `AsyncStream`.
public final class BoundedQueue<Element: Sendable>: Sendable {
    private enum Sent {
        case result(SendResult<Element>)
        case cancelled
    }

    private enum Received {
        case element(Element)
        case end
        case cancelled
    }

    private typealias Sender = CheckedContinuation<Sent, Never>
    private typealias Receiver = CheckedContinuation<Received, Never>
    private typealias Machine = BoundedQueueStateMachine<Element, Sender, Receiver>

    private let storage: Guarded<Machine>

    /// `capacity` below one counts as one.
    public init(capacity: Int, overflow policy: OverflowPolicy) {
        storage = Guarded(Machine(capacity: capacity, policy: policy))
    }

    /// Elements buffered now.
    public var count: Int { storage.withLock { $0.count } }

    /// Callers suspended now.
    public var waiting: (senders: Int, receivers: Int) {
        storage.withLock { ($0.waitingSenders, $0.waitingReceivers) }
    }

    public var statistics: QueueStatistics { storage.withLock { $0.statistics } }

    /// Queues `element`, waiting for room when the policy is `suspend`.
    ///
    /// Throws `CancellationError`, and queues nothing, when the task is cancelled before there is room.
    @discardableResult
    public func send(_ element: Element) async throws -> SendResult<Element> {
        try Task.checkCancellation()
        let (id, quick) = storage.withLock { ($0.makeID(), $0.send(element)) }
        if let result = settle(quick, element) { return result }
        let sent = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: Sender) in
                // The cancellation flag is read under the lock: a handler that ran before this point has set it,
                // a handler that runs later finds the parked sender.
                let step: Machine.SendStep? = storage.withLock { machine in
                    if Task.isCancelled { return nil }
                    let step = machine.send(element)
                    if case .full = step { machine.park(sender: continuation, element: element, id: id) }
                    return step
                }
                guard let step else { return continuation.resume(returning: .cancelled) }
                if let result = settle(step, element) { continuation.resume(returning: .result(result)) }
            }
        } onCancel: {
            storage.withLock { $0.cancelSender(id: id) }?.resume(returning: .cancelled)
        }
        switch sent {
        case .result(let result): return result
        case .cancelled: throw CancellationError()
        }
    }

    /// Queues `element` or says at once why not; a full queue that would suspend answers `rejected`.
    @discardableResult
    public func trySend(_ element: Element) -> SendResult<Element> {
        let step: Machine.SendStep = storage.withLock { machine in
            let step = machine.send(element)
            if case .full = step { machine.countRejection() }
            return step
        }
        return settle(step, element) ?? .rejected
    }

    /// The next element, or `nil` after the end; throws `CancellationError` when the task is cancelled.
    public func receive() async throws -> Element? {
        try Task.checkCancellation()
        let (id, quick) = storage.withLock { ($0.makeID(), $0.receive()) }
        if let received = settle(quick) { return try unwrap(received) }
        let received = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: Receiver) in
                let step: Machine.ReceiveStep? = storage.withLock { machine in
                    if Task.isCancelled { return nil }
                    let step = machine.receive()
                    if case .empty = step { machine.park(receiver: continuation, id: id) }
                    return step
                }
                guard let step else { return continuation.resume(returning: .cancelled) }
                if let received = settle(step) { continuation.resume(returning: received) }
            }
        } onCancel: {
            storage.withLock { $0.cancelReceiver(id: id) }?.resume(returning: .cancelled)
        }
        return try unwrap(received)
    }

    /// The next buffered element, if there is one now.
    public func tryReceive() -> Element? {
        let step = storage.withLock { $0.receive() }
        guard case .element(let element)? = settle(step) else { return nil }
        return element
    }

    /// Ends the queue: senders are turned away, receivers drain the rest and then get `nil`.
    public func finish() {
        let (senders, receivers) = storage.withLock { $0.finish() }
        for sender in senders { sender.resume(returning: .result(.finished)) }
        for receiver in receivers { receiver.resume(returning: .end) }
    }

    /// Carries out a step outside the lock; `nil` means the caller has to wait.
    private func settle(_ step: Machine.SendStep, _ element: Element) -> SendResult<Element>? {
        switch step {
        case .done(let result): return result
        case .deliver(let receiver):
            receiver.resume(returning: .element(element))
            return .enqueued
        case .full: return nil
        }
    }

    private func settle(_ step: Machine.ReceiveStep) -> Received? {
        switch step {
        case .element(let element, let sender):
            sender?.resume(returning: .result(.enqueued))
            return .element(element)
        case .end: return .end
        case .empty: return nil
        }
    }

    private func unwrap(_ received: Received) throws -> Element? {
        switch received {
        case .element(let element): return element
        case .end: return nil
        case .cancelled: throw CancellationError()
        }
    }
}

extension BoundedQueue: AsyncSequence {
    public struct Iterator: AsyncIteratorProtocol {
        let queue: BoundedQueue

        public mutating func next() async -> Element? {
            await next(isolation: nil)
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async -> Element? {
            guard let element = try? await queue.receive() else { return nil }
            return element
        }
    }

    public func makeAsyncIterator() -> Iterator { Iterator(queue: self) }
}
