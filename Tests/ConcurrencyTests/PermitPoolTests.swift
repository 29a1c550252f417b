import TestSupport
import Testing

@testable import Concurrency

@Suite struct PermitPoolTests {
    /// Every sequence of seven operations on a pool of three, against arrays.
    @Test func everyShortSequence() {
        var ran = 0
        everySequence(of: 5, length: 7) { operations in
            ran += 1
            var machine = PermitPoolStateMachine<UInt64>(width: 3)
            var (available, waiting, held) = (3, [(id: UInt64, need: Int)](), [(id: UInt64, need: Int)]())
            func grant() -> [UInt64] {
                var granted: [UInt64] = []
                while let head = waiting.first, head.need <= available {
                    available -= head.need
                    held.append(waiting.removeFirst())
                    granted.append(head.id)
                }
                return granted
            }
            for (step, operation) in operations.enumerated() {
                let id = machine.makeID()
                switch operation {
                case 0, 1, 2:
                    let need = operation + 1
                    waiting.append((id, need))
                    let expected = grant() == [id]
                    let got = machine.take(need)
                    if !got { machine.park(id, need: need, id: id) }
                    if got != expected { Issue.record("\(operations) step \(step): took \(got)") }
                case 3:
                    guard !held.isEmpty else { continue }
                    let permit = held.removeFirst()
                    available += permit.need
                    let expected = grant()
                    let got = machine.release(permit.need)
                    if got != expected { Issue.record("\(operations) step \(step): \(got) for \(expected)") }
                default:
                    guard !waiting.isEmpty else { continue }
                    let victim = waiting.removeFirst()
                    let expected = grant()
                    let got = machine.cancel(id: victim.id)
                    if got.cancelled != victim.id || got.granted != expected {
                        Issue.record("\(operations) step \(step): \(got) for \(victim.id), \(expected)")
                    }
                }
                if machine.available != available || machine.waiting != waiting.count {
                    Issue.record("\(operations) step \(step): \(machine.available) free for \(available)")
                }
            }
        }
        #expect(ran == 78_125)
    }

    @Test func neverWiderThanItsWidth() async throws {
        let pool = PermitPool(width: 3)
        let inside = Counter()
        let most = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                group.addTask {
                    let weight = number % 3 + 1
                    try await pool.withPermit(weight) {
                        let now = inside.add(weight)
                        most.raise(to: now)
                        await Task.yield()
                        inside.add(-weight)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(most.value <= 3)
        #expect(pool.available == 3)
        #expect(pool.waiting == 0)
    }

    @Test func cancelledCallersLeaveAndUnblockOthers() async throws {
        let pool = PermitPool(width: 2)
        let held = try await pool.acquire()
        let large = Task { try await pool.acquire(2) }
        #expect(await eventually { pool.waiting == 1 })
        let small = Task { try await pool.acquire(1) }
        #expect(await eventually { pool.waiting == 2 })
        #expect(pool.tryAcquire() == nil)
        large.cancel()
        await #expect(throws: CancellationError.self) { try await large.value }
        let permit = try await small.value
        #expect(pool.available == 0)
        permit.release()
        permit.release()
        held.release()
        #expect(pool.available == 2)
        #expect(pool.waiting == 0)
    }

    @Test func aDroppedPermitGoesBack() async throws {
        let pool = PermitPool(width: 1)
        do { _ = try await pool.acquire(99) }
        #expect(pool.available == 1)
        let storm = (0..<200).map { _ in Task { _ = try await pool.acquire() } }
        for task in storm { task.cancel() }
        for task in storm { _ = await task.result }
        #expect(pool.available == 1)
        #expect(pool.waiting == 0)
    }
}
