import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import Concurrency

private struct PartError: Error, Equatable { var part: Int }

@Suite struct CoreThreadsTests {
    private static let widths = [1, 2, 3, 7]

    @Test(arguments: widths) func everyCallIsMadeOnce(width: Int) async throws {
        let threads = try CoreThreads(name: "cores", width: width)
        #expect(threads.liveThreads == width - 1)
        for count in [0, 1, 2, 3, 64, 1000] {
            let calls = Guarded([Int](repeating: 0, count: count))
            threads.cores.forEach(count: count) { i in calls.withLock { $0[i] += 1 } }
            #expect(calls.withLock { $0.allSatisfy { $0 == 1 } }, "\(count) calls on \(width)")
            #expect(threads.cores.map(count: count) { $0 * $0 } == (0..<count).map { $0 * $0 })
        }
        threads.cores.forEach(count: -1) { _ in Issue.record("a call of none") }
        #expect(threads.openLoops == 0)
        await threads.shutdown()
        #expect(threads.liveThreads == 0)
    }

    /// A call waits until another thread has come: so there are two, and the caller is one of them.
    @Test func callerAndThreadsWorkAtOnce() async throws {
        let threads = try CoreThreads(name: "cores", width: 2)
        let arrived = DispatchSemaphore(value: 0)
        let left = DispatchSemaphore(value: 0)
        let (first, second) = threads.cores.both {
            arrived.signal()
            left.wait()
            return 1
        } _: {
            arrived.wait()
            left.signal()
            return 2
        }
        #expect(first == 1)
        #expect(second == 2)
        await threads.shutdown()
    }

    /// All threads are held up by one loop: another caller needs none of them.
    @Test func aCallerWhoFindsNoThreadDoesAllItself() async throws {
        let threads = try CoreThreads(name: "cores", width: 3)
        let begun = DispatchSemaphore(value: 0)
        let release = DispatchSemaphore(value: 0)
        let holder = try ThreadExecutor(name: "holder", width: 1)
        await withTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: holder) {
                threads.cores.forEach(count: 3) { _ in
                    begun.signal()
                    release.wait()
                }
            }
            group.addTask {
                for _ in 0..<3 { wait(begun) }
                let sum = Counter()
                for _ in 0..<100 { threads.cores.forEach(count: 10) { sum.add($0) } }
                #expect(sum.value == 4500)
                #expect(threads.openLoops == 1)
                for _ in 0..<3 { release.signal() }
            }
        }
        await holder.shutdown()
        await threads.shutdown()
    }

    @Test(arguments: widths) func loopsInLoops(width: Int) async throws {
        let threads = try CoreThreads(name: "cores", width: width)
        let cores = threads.cores
        let sum = Counter()
        cores.forEach(count: 8) { a in
            cores.forEach(count: 8) { b in
                cores.forEach(count: 8) { c in sum.add(a * 64 + b * 8 + c) }
            }
        }
        #expect(sum.value == 511 * 256)
        await threads.shutdown()
    }

    /// A loop may stand under a lock that its body leaves alone, while others wait for the lock.
    @Test func loopsUnderALock() async throws {
        let threads = try CoreThreads(name: "cores", width: 3)
        final class Held: Sendable { let total = Guarded(0) }
        let held = Held()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<50 {
                        held.total.withLock { total in
                            total += threads.cores.map(count: 5) { $0 }.reduce(0, +)
                        }
                    }
                }
            }
        }
        #expect(held.total.withLock { $0 } == 4 * 50 * 10)
        await threads.shutdown()
    }

    @Test(arguments: widths) func manyCallersAtOnce(width: Int) async throws {
        let threads = try CoreThreads(name: "cores", width: width)
        await withTaskGroup(of: Bool.self) { group in
            for caller in 0..<8 {
                group.addTask {
                    for round in 0..<50 {
                        var numbers = [Int](repeating: 0, count: 300)
                        numbers.withUnsafeMutableBufferPointer { buffer in
                            let memory = SharedMemory(buffer)
                            let ranges = threads.cores.ranges(300, grain: 16)
                            threads.cores.forEach(count: ranges.count) { part in
                                let places = memory[ranges[part]]
                                for i in places.indices { places[i] = ranges[part].lowerBound + i + caller * round }
                            }
                        }
                        if numbers != (0..<300).map({ $0 + caller * round }) { return false }
                    }
                    return true
                }
            }
            for await isRight in group { #expect(isRight) }
        }
        #expect(threads.openLoops == 0)
        await threads.shutdown()
    }

    @Test(arguments: widths) func theLowestErrorIsThrown(width: Int) async throws {
        let threads = try CoreThreads(name: "cores", width: width)
        var random = SplitMix64(seed: UInt64(width))
        for _ in 0..<100 {
            let bad = Set((0..<3).map { _ in Int(random.next() % 40) })
            do throws(PartError) {
                _ = try threads.cores.map(count: 40) { (i) throws(PartError) in
                    if bad.contains(i) { throw PartError(part: i) }
                    return i
                }
                Issue.record("nothing thrown")
            } catch {
                #expect(error.part == bad.min())
            }
        }
        await threads.shutdown()
    }

    /// What a body holds is let go of before the loop returns: the caller may change it in place.
    @Test func nothingOutlivesALoop() async throws {
        final class Token: Sendable {}
        let threads = try CoreThreads(name: "cores", width: 4)
        for _ in 0..<500 {
            var token = Token()
            threads.cores.forEach(count: 6) { [token] _ in _ = ObjectIdentifier(token) }
            #expect(isKnownUniquelyReferenced(&token))
        }
        await threads.shutdown()
    }

    @Test func loopsAfterTheEndRunOnTheirCaller() async throws {
        let threads = try CoreThreads(name: "cores", width: 3)
        await threads.shutdown()
        let sum = Counter()
        threads.cores.forEach(count: 10) { sum.add($0) }
        #expect(sum.value == 45)
    }

    @Test func rangesCoverAllAndKeepToTheGrain() async throws {
        let threads = try CoreThreads(name: "cores", width: 3)
        for count in [0, 1, 7, 8, 9, 63, 64, 1000, 4097] {
            for cores in [Cores.one, threads.cores] {
                let ranges = cores.ranges(count, grain: 8)
                #expect(ranges.flatMap { Array($0) } == Array(0..<count))
                #expect(ranges.allSatisfy { $0.lowerBound % 8 == 0 && !$0.isEmpty })
            }
        }
        #expect(Cores.one.ranges(1000, grain: 8).count == 1)
        await threads.shutdown()
    }
}

/// `wait` may not be called in asynchronous code; a test that holds a thread of the pool up for a moment may.
private func wait(_ semaphore: DispatchSemaphore) { semaphore.wait() }
