import Concurrency
import TestSupport
import Testing

@Suite struct BoundedQueueTests {
    @Test func manySendersAndReceiversLoseNothing() async {
        let queue = BoundedQueue<Int>(capacity: 7, overflow: .suspend)
        let (senders, each) = (8, 2_000)
        let received = await withTaskGroup(of: [Int].self) { group in
            for _ in 0..<5 {
                group.addTask {
                    var got: [Int] = []
                    for await element in queue { got.append(element) }
                    return got
                }
            }
            await withTaskGroup(of: Void.self) { senderGroup in
                for sender in 0..<senders {
                    senderGroup.addTask {
                        for number in 0..<each { _ = try? await queue.send(sender * each + number) }
                    }
                }
            }
            queue.finish()
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(received.sorted() == Array(0..<senders * each))
        #expect(queue.statistics.highWater <= 7)
        #expect(queue.waiting == (0, 0))
    }

    @Test func orderIsKeptFromOneSenderToOneReceiver() async throws {
        let queue = BoundedQueue<Int>(capacity: 2, overflow: .suspend)
        async let sending: Void = {
            for number in 0..<1_000 { try await queue.send(number) }
            queue.finish()
        }()
        var expected = 0
        for await number in queue {
            if number != expected { Issue.record("got \(number), expected \(expected)") }
            expected += 1
        }
        try await sending
        #expect(expected == 1_000)
    }

    @Test func policiesOfAFullQueue() async throws {
        let rejecting = BoundedQueue<Int>(capacity: 1, overflow: .rejectNewest)
        #expect(try await rejecting.send(1) == .enqueued)
        #expect(try await rejecting.send(2) == .rejected)
        #expect(rejecting.statistics.rejected == 1)
        let dropping = BoundedQueue<Int>(capacity: 1, overflow: .dropOldest)
        #expect(try await dropping.send(1) == .enqueued)
        #expect(try await dropping.send(2) == .enqueuedDropping(1))
        #expect(dropping.tryReceive() == 2)
        #expect(dropping.statistics.dropped == 1)
        let suspending = BoundedQueue<Int>(capacity: 1, overflow: .suspend)
        #expect(suspending.trySend(1) == .enqueued)
        #expect(suspending.trySend(2) == .rejected)
        suspending.finish()
        #expect(try await suspending.send(3) == .finished)
        #expect(try await suspending.receive() == 1)
        #expect(try await suspending.receive() == nil)
    }

    @Test func finishReleasesEveryWaiter() async {
        let full = BoundedQueue<Int>(capacity: 1, overflow: .suspend)
        full.trySend(0)
        let empty = BoundedQueue<Int>(capacity: 1, overflow: .suspend)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let result = try? await full.send(number)
                    #expect(result == .finished)
                }
                group.addTask {
                    let end: Int?? = try? await empty.receive()
                    #expect(end == .some(nil))
                }
            }
            #expect(await eventually { full.waiting.senders == 20 && empty.waiting.receivers == 20 })
            full.finish()
            empty.finish()
        }
        #expect(full.count == 1)
    }

    @Test func cancellationLeavesNoWaiterAndNoElement() async {
        let full = BoundedQueue<Int>(capacity: 1, overflow: .suspend)
        full.trySend(0)
        let empty = BoundedQueue<Int>(capacity: 1, overflow: .suspend)
        await withTaskGroup(of: Void.self) { group in
            for number in 1...50 {
                group.addTask {
                    await #expect(throws: CancellationError.self) { try await full.send(number) }
                }
                group.addTask {
                    await #expect(throws: CancellationError.self) { try await empty.receive() }
                }
            }
            #expect(await eventually { full.waiting.senders == 50 && empty.waiting.receivers == 50 })
            group.cancelAll()
        }
        #expect(full.waiting == (0, 0))
        #expect(empty.waiting == (0, 0))
        #expect(full.tryReceive() == 0)
        #expect(full.tryReceive() == nil)
    }

    /// Receivers are cancelled while elements flow: each element is still received exactly once.
    @Test func cancellationRacingDeliveryLosesNothing() async {
        let queue = BoundedQueue<Int>(capacity: 3, overflow: .suspend)
        let total = 3_000
        let received = await withTaskGroup(of: [Int].self) { group in
            group.addTask {
                for number in 0..<total { _ = try? await queue.send(number) }
                queue.finish()
                return []
            }
            for _ in 0..<4 {
                group.addTask {
                    var got: [Int] = []
                    while true {
                        let attempt = Task { try await queue.receive() }
                        attempt.cancel()
                        do {
                            guard let element = try await attempt.value else { return got }
                            got.append(element)
                        } catch {
                            guard let element = try? await queue.receive() else { return got }
                            got.append(element)
                        }
                    }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(received.sorted() == Array(0..<total))
    }
}
