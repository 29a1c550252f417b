import Concurrency
import TestSupport
import Testing

/// Lets tasks through once opened.
private final class Gate: Sendable {
    private let queue = BoundedQueue<Void>(capacity: 1, overflow: .rejectNewest)

    func pass() async { _ = try? await queue.receive() }
    func open() { queue.finish() }
}

private struct Fault: Error, Equatable { let number: Int }

@Suite struct SingleFlightTests {
    @Test func manyCallersOneRunPerKey() async throws {
        let flights = SingleFlight<Int, Int>()
        let gate = Gate()
        let runs = Shared<[Int: Int]>([:])
        try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for caller in 0..<1_000 {
                group.addTask {
                    let key = caller % 10
                    let value = try await flights.value(for: key) {
                        runs.update { $0[key, default: 0] += 1 }
                        await gate.pass()
                        return key * 7
                    }
                    return (key, value)
                }
            }
            #expect(await eventually { flights.waiting == 1_000 })
            #expect(flights.inFlight == 10)
            gate.open()
            for try await (key, value) in group where value != key * 7 { Issue.record("\(key) gave \(value)") }
        }
        #expect(runs.value == Dictionary(uniqueKeysWithValues: (0..<10).map { ($0, 1) }))
        #expect(flights.statistics.started == 10)
        #expect(flights.statistics.joined == 990)
        #expect(flights.inFlight == 0)
        #expect(try await flights.value(for: 3) { 5 } == 5)
    }

    @Test func errorsAreSharedAndForgotten() async throws {
        let flights = SingleFlight<Int, Int>()
        let gate = Gate()
        let callers = (0..<20).map { _ in
            Task {
                try await flights.value(for: 1) {
                    await gate.pass()
                    throw Fault(number: 4)
                }
            }
        }
        #expect(await eventually { flights.waiting == 20 })
        gate.open()
        for caller in callers {
            await #expect(throws: Fault(number: 4)) { try await caller.value }
        }
        #expect(try await flights.value(for: 1) { 2 } == 2)
    }

    @Test func oneLeavingLeavesTheOthers() async throws {
        let flights = SingleFlight<Int, Int>()
        let gate = Gate()
        let operation: @Sendable () async throws -> Int = {
            await gate.pass()
            try Task.checkCancellation()
            return 9
        }
        let first = Task { try await flights.value(for: 1, operation) }
        #expect(await eventually { flights.waiting == 1 })
        let second = Task { try await flights.value(for: 1, operation) }
        #expect(await eventually { flights.waiting == 2 })
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(flights.waiting == 1)
        gate.open()
        #expect(try await second.value == 9)
    }

    @Test func theLastLeavingCancelsTheRun() async throws {
        let flights = SingleFlight<Int, Int>()
        let gate = Gate()
        let cancelled = Counter()
        let callers = (0..<2).map { _ in
            Task {
                try await flights.value(for: 1) {
                    await gate.pass()
                    if Task.isCancelled { cancelled.add() }
                    return 1
                }
            }
        }
        #expect(await eventually { flights.waiting == 2 })
        for caller in callers { caller.cancel() }
        for caller in callers {
            await #expect(throws: CancellationError.self) { try await caller.value }
        }
        #expect(await eventually { cancelled.value == 1 })
        #expect(flights.inFlight == 0)
        #expect(flights.statistics.abandoned == 1)
        // A newcomer gets a run of its own, and the late landing of the old one does not disturb it.
        #expect(try await flights.value(for: 1) { 2 } == 2)
    }

    @Test func cancellationStorm() async {
        let flights = SingleFlight<Int, Int>()
        var random = SplitMix64(seed: 5)
        let callers = (0..<2_000).map { caller in
            let key = caller % 3
            return Task {
                try await flights.value(for: key) {
                    await Task.yield()
                    return key
                }
            }
        }
        for (number, caller) in callers.enumerated() where Bool.random(using: &random) || number == 0 {
            caller.cancel()
        }
        for (number, caller) in callers.enumerated() {
            if case .success(let value) = await caller.result, value != number % 3 { Issue.record("wrong value") }
        }
        #expect(flights.waiting == 0)
        #expect(await eventually { flights.inFlight == 0 })
    }
}
