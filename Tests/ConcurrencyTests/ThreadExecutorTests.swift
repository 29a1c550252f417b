import Dispatch
import Glibc
import TestSupport
import Testing

@testable import Concurrency

private func currentThread() -> pthread_t { pthread_self() }

private func currentThreadName() -> String {
    let file = open("/proc/thread-self/comm", O_RDONLY)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)).filter { $0 != 10 }, as: UTF8.self)
}

private actor Ledger {
    private let executor: SerialThreadExecutor
    private var entries: [Int] = []
    private var threads: Set<pthread_t> = []

    init(executor: SerialThreadExecutor) { self.executor = executor }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func add(_ entry: Int) {
        entries.append(entry)
        threads.insert(currentThread())
        checkFromOutside()
    }

    func addLater(_ entry: Int) async {
        await Task.yield()
        add(entry)
    }

    var figures: (entries: Int, threads: Int) { (entries.count, threads.count) }

    private nonisolated func checkFromOutside() {
        assumeIsolated { ledger in ledger.executor.checkIsolated() }
    }
}

@Suite struct ThreadExecutorTests {
    @Test func runsOnItsOwnNamedThreads() async throws {
        let executor = try ThreadExecutor(name: "transition-thread", width: 3)
        #expect(executor.liveThreads == 3)
        let names = await withTaskGroup(of: String.self) { group in
            for _ in 0..<100 {
                group.addTask(executorPreference: executor) {
                    await Task.yield()
                    return currentThreadName()
                }
            }
            return await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(names == ["transition-thre"])
        await executor.shutdown()
        #expect(executor.liveThreads == 0)
        #expect(executor.lateJobs == 0)
    }

    /// All threads block; an unrelated task on the pool still runs, which would deadlock if they shared it.
    @Test func blockingWorkLeavesThePoolAlone() async throws {
        let executor = try ThreadExecutor(name: "blocking", width: 4)
        let release = DispatchSemaphore(value: 0)
        let started = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask(executorPreference: executor) {
                    started.add()
                    block(on: release)
                }
            }
            #expect(await eventually { started.value == 4 })
            for _ in 0..<4 { release.signal() }
        }
        await executor.shutdown()
    }

    @Test func shutdownDrainsFirst() async throws {
        let executor = try ThreadExecutor(name: "drain", width: 2)
        let done = Counter()
        let tasks = (0..<500).map { _ in
            Task(executorPreference: executor) {
                for _ in 0..<5 { await Task.yield() }
                done.add()
            }
        }
        async let first: Void = executor.shutdown()
        async let second: Void = executor.shutdown()
        _ = await (first, second)
        for task in tasks { await task.value }
        #expect(done.value == 500)
        #expect(executor.liveThreads == 0)
    }

    @Test func aTaskThatOutlivesTheThreadsStillRuns() async throws {
        let executor = try ThreadExecutor(name: "late", width: 1)
        await executor.shutdown()
        let value = await Task(executorPreference: executor) { 42 }.value
        #expect(value == 42)
        #expect(executor.lateJobs >= 1)
    }

    @Test func shutdownFromAnOwnJob() async throws {
        let executor = try ThreadExecutor(name: "self", width: 2)
        await Task(executorPreference: executor) { await executor.shutdown() }.value
        #expect(executor.liveThreads == 0)
    }

    /// Executors dropped without shutdown end their threads: after 300 of them no more threads than before.
    @Test func droppedExecutorsLeakNoThreads() async throws {
        func threadsNamedDropped() -> Int {
            var count = 0
            guard let directory = opendir("/proc/self/task") else { return -1 }
            defer { closedir(directory) }
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                let file = open("/proc/self/task/\(name)/comm", O_RDONLY)
                guard file >= 0 else { continue }
                defer { close(file) }
                var bytes = [UInt8](repeating: 0, count: 7)
                if read(file, &bytes, 7) == 7, bytes == Array("dropped".utf8) { count += 1 }
            }
            return count
        }
        for round in 0..<300 {
            let executor = try ThreadExecutor(name: "dropped", width: 2)
            let value = await Task(executorPreference: executor) { round }.value
            if value != round { Issue.record("round \(round)") }
        }
        #expect(await eventually { threadsNamedDropped() == 0 })
    }
}

@Suite struct SerialThreadExecutorTests {
    @Test func anActorStaysOnItsThread() async throws {
        let executor = try SerialThreadExecutor(name: "ledger")
        let ledger = Ledger(executor: executor)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<500 {
                group.addTask { await ledger.add(number) }
                group.addTask { await ledger.addLater(number) }
            }
        }
        let figures = await ledger.figures
        #expect(figures.entries == 1_000)
        #expect(figures.threads == 1)
        await executor.shutdown()
        // The actor lives on, still one job at a time.
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 { group.addTask { await ledger.addLater(number) } }
        }
        #expect(await ledger.figures.entries == 1_200)
        #expect(executor.lateJobs > 0)
    }

    /// One call has threads of its own, whether it ends well or not.
    @Test func oneCallRunsOnAThreadOfItsOwn() async throws {
        struct Failure: Error {}
        @Sendable func name() async -> String { currentThreadName() }
        @Sendable func fail() async throws { throw Failure() }
        #expect(try await ThreadExecutor.once("single-call") { await name() }.hasPrefix("single-call"))
        await #expect(throws: Failure.self) { try await ThreadExecutor.once("single-call") { try await fail() } }
    }

    @Test func isolationIsChecked() async {
        await #expect(processExitsWith: .failure) {
            let executor = try SerialThreadExecutor(name: "guarded")
            executor.checkIsolated()
        }
    }
}

/// Blocks the thread; not to be called from the cooperative pool.
private func block(on semaphore: DispatchSemaphore) { semaphore.wait() }
