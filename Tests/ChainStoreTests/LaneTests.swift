import Hashing
import Synchronization
import TestSupport
import Testing

@testable import ChainStore

/// Threads, order, group commit, refusal, cancellation.
struct LaneTests {
    private func open(
        _ engine: any KeyValueStore,
        _ change: (inout StoreConfiguration) -> Void = { _ in }
    ) async throws -> ChainStore {
        var configuration = StoreConfiguration()
        change(&configuration)
        return try await ChainStore.open(engine: engine, mode: .create(testNetwork), configuration: configuration)
    }

    @Test func concurrentWritersShareOneSync() async throws {
        let gate = GateEngine(InMemoryEngine())
        let store = try await open(gate)
        let writes = try store.core.router.shard(for: .blocks).writes
        gate.set(reads: true, writes: false)
        let before = gate.arrivals
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await store.putLifecycle(root(0), [0], durability: .synced) }
            await until { gate.arrivals > before }
            for number in 1...200 {
                group.addTask { try await store.putLifecycle(root(number), [1], durability: .synced) }
            }
            await until { writes.queuedCount == 200 }
            gate.set(reads: true, writes: true)
            try await group.waitForAll()
        }
        #expect(store.statistics.writes == 201)
        #expect(store.statistics.groups == 2)
        #expect(store.statistics.syncs == 2)
        #expect(store.statistics.largestGroup == 200)
        try await store.close()
    }

    @Test func exactlyOnePutWins() async throws {
        let store = try await open(InMemoryEngine())
        for number in 0..<20 {
            let wins = try await withThrowingTaskGroup(of: Bool.self) { group in
                for copy in 0..<32 {
                    group.addTask {
                        try await store.putBlockIfAbsent(
                            root: root(number),
                            summary: summary(slot: UInt64(number), parent: root(number - 1)),
                            ssz: [UInt8(copy)]
                        )
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(wins == 1)
        }
        try await store.close()
    }

    @Test func changesOfOneRecordAreNotLost() async throws {
        let store = try await open(InMemoryEngine())
        @Sendable func oneMore(_ old: [UInt8]?) -> [UInt8] {
            let count = old.map { UInt16($0[0]) << 8 | UInt16($0[1]) } ?? 0
            return [UInt8((count + 1) >> 8), UInt8((count + 1) & 255)]
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<500 {
                group.addTask { try await store.updateLifecycle(root(1)) { oneMore($0) } }
                group.addTask { try await store.updateNamed("count") { oneMore($0) } }
            }
            try await group.waitForAll()
        }
        #expect(try await store.lifecycle(root(1)) == [1, 244])
        #expect(try await store.named("count") == [1, 244])
        try await store.close()
    }

    @Test func aFailingBodyTakesNothingElseWithIt() async throws {
        struct Refused: Error {}
        let gate = GateEngine(InMemoryEngine())
        let store = try await open(gate)
        let writes = try store.core.router.shard(for: .blocks).writes
        gate.set(reads: true, writes: false)
        let before = gate.arrivals
        async let first: Void = store.putLifecycle(root(0), [0])
        await until { gate.arrivals > before }
        async let second: Void = store.putLifecycle(root(1), [1])
        await until { writes.queuedCount == 1 }
        let third = Task {
            try await store.updateLifecycle(root(1)) { old in
                #expect(old == [1], "a body sees the writes before it in its group")
                throw Refused()
            }
        }
        await until { writes.queuedCount == 2 }
        async let fourth: Void = store.putLifecycle(root(2), [2])
        await until { writes.queuedCount == 3 }
        gate.set(reads: true, writes: true)
        try await first
        try await second
        await #expect(throws: Refused.self) { try await third.value }
        try await fourth
        #expect(try await store.lifecycle(root(1)) == [1])
        #expect(try await store.lifecycle(root(2)) == [2])
        try await store.close()
    }

    @Test func rollBackForgetsTheOverlay() throws {
        let engine = InMemoryEngine()
        var transaction = WriteTransaction(engine, tables: .all)
        try transaction.put(Tables.lifecycles, root(1), [1])
        try transaction.put(Tables.lifecycles, root(2), [2])
        try transaction.put(Tables.lifecycles, root(1), [3])
        try transaction.delete(Tables.lifecycles, root(2))
        #expect(try transaction.get(Tables.lifecycles, root(1)) == [3])
        #expect(try transaction.get(Tables.lifecycles, root(2)) == nil)
        let bytes = transaction.batch.bytes
        transaction.rollBack(to: 2)
        #expect(try transaction.get(Tables.lifecycles, root(1)) == [1])
        #expect(try transaction.get(Tables.lifecycles, root(2)) == [2])
        #expect(transaction.effects.count == 2)
        #expect(transaction.batch.bytes == 68 && bytes == 135)
    }

    @Test(arguments: [FaultyEngine.Fault.failWrite(3), .applyAndFailWrite(3), .stopBeforeWrite(3)])
    func afterAFailedWriteNothingIsAcknowledged(_ fault: FaultyEngine.Fault) async throws {
        let memory = InMemoryEngine()
        let store = try await open(FaultyEngine(memory, faults: [fault]))  // write 1 is the schema
        try await store.putLifecycle(root(1), [1])
        await #expect(throws: StoreError.inputOutput(directory: "memory", detail: "injected fault at write 3")) {
            try await store.putLifecycle(root(2), [2])
        }
        await #expect {
            try await store.putLifecycle(root(3), [3])
        } throws: { error in
            if case StoreError.writesStopped = error { true } else { false }
        }
        #expect(try await store.lifecycle(root(1)) == [1])
        #expect(try await store.lifecycle(root(3)) == nil)
        let applied: [UInt8]? = if case .applyAndFailWrite = fault { [2] } else { nil }
        #expect(try await store.lifecycle(root(2)) == applied, "the cache must not know better than the engine")
        let found = memory.afterKill()
        try await store.close()
        let again = try await open(found)
        #expect(try await again.lifecycle(root(1)) == [1])
        try await again.putLifecycle(root(3), [3])
        try await again.close()
    }

    @Test func aFailedReadIsAnErrorOfThatReadOnly() async throws {
        let store = try await open(FaultyEngine(InMemoryEngine(), faults: [.failRead(4)]))  // three reads on opening
        await #expect(throws: StoreError.self) { try await store.lifecycle(root(1)) }
        #expect(try await store.lifecycle(root(1)) == nil)
        try await store.close()
    }

    @Test func waitingLookupsOfOneKeyAreOneRead() async throws {
        let gate = GateEngine(InMemoryEngine())
        let store = try await open(gate) { $0.readerThreads = 1 }
        let reads = try store.core.router.shard(for: .blocks).reads
        gate.set(reads: false, writes: true)
        let before = gate.arrivals
        async let stuck = store.block(root(0))
        await until { gate.arrivals > before }
        try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            for _ in 0..<100 { group.addTask { try await store.block(root(1)) } }
            await until { store.statistics.joinedReads == 99 && reads.queuedCount == 1 }
            gate.set(reads: true, writes: true)
            for try await found in group { #expect(found == nil) }
        }
        #expect(try await stuck == nil)
        #expect(store.statistics.engineReads == 2)
        try await store.close()
    }

    @Test func cancellationLeavesNoWaiterBehind() async throws {
        let gate = GateEngine(InMemoryEngine())
        let store = try await open(gate) { $0.readerThreads = 1 }
        let shard = try store.core.router.shard(for: .blocks)
        gate.set(reads: false, writes: false)
        let before = gate.arrivals
        async let stuckRead = store.block(root(0))
        async let stuckWrite: Void = store.putLifecycle(root(0), [0])
        await until { gate.arrivals == before + 2 }
        let read = Task { try await store.block(root(1)) }
        let scan = Task { try await store.children(of: root(1)) }
        let write = Task { try await store.putLifecycle(root(1), [1]) }
        await until { shard.reads.queuedCount == 2 && shard.writes.queuedCount == 1 }
        read.cancel()
        scan.cancel()
        write.cancel()
        // They end although both lanes hang.
        await #expect(throws: CancellationError.self) { try await read.value }
        await #expect(throws: CancellationError.self) { try await scan.value }
        await #expect(throws: CancellationError.self) { try await write.value }
        gate.set(reads: true, writes: true)
        #expect(try await stuckRead == nil)
        try await stuckWrite
        #expect(try await store.lifecycle(root(1)) == nil, "a cancelled write writes nothing")
        let cancelledBefore = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await store.children(of: root(1))
        }
        await #expect(throws: CancellationError.self) { try await cancelledBefore.value }
        try await store.close()
        #expect(store.statistics.cancelledReads == 2)
    }

    @Test func fullQueuesRefuse() async throws {
        let gate = GateEngine(InMemoryEngine())
        let store = try await open(gate) {
            $0.readerThreads = 1
            $0.readQueueLimit = 2
            $0.writeQueueLimit = 2
            $0.writeQueueBytes = 1000
        }
        let shard = try store.core.router.shard(for: .blocks)
        gate.set(reads: false, writes: false)
        let before = gate.arrivals
        async let stuckRead = store.block(root(0))
        async let stuckWrite: Void = store.putLifecycle(root(0), [0])
        await until { gate.arrivals == before + 2 }
        async let read1 = store.block(root(1))
        async let read2 = store.block(root(2))
        async let write1: Void = store.putLifecycle(root(1), [UInt8](repeating: 0, count: 900))
        await until { shard.reads.queuedCount == 2 && shard.writes.queuedCount == 1 }
        await #expect(throws: StoreError.overloaded(queue: "read", limit: 2)) { try await store.block(root(3)) }
        await #expect(throws: StoreError.overloaded(queue: "write", limit: 1000)) {
            try await store.putLifecycle(root(2), [UInt8](repeating: 0, count: 200))
        }
        async let write2: Void = store.putLifecycle(root(2), [2])
        await until { shard.writes.queuedCount == 2 }
        await #expect(throws: StoreError.overloaded(queue: "write", limit: 2)) {
            try await store.putLifecycle(root(3), [3])
        }
        gate.set(reads: true, writes: true)
        #expect(try await stuckRead == nil)
        #expect(try await read1 == nil)
        #expect(try await read2 == nil)
        try await stuckWrite
        try await write1
        try await write2
        try await store.close()
        await #expect(throws: StoreError.closed) { try await store.block(root(3)) }
        await #expect(throws: StoreError.closed) { try await store.putLifecycle(root(3), [3]) }
        try await store.close()
    }

    @Test func closingFinishesWhatWasAsked() async throws {
        let memory = InMemoryEngine()
        let store = try await open(memory)
        let writes = try store.core.router.shard(for: .blocks).writes
        let puts = (0..<300).map { number in
            Task {
                do {
                    try await store.putLifecycle(root(number), [1])
                    return 1
                } catch StoreError.closed {
                    return 0
                }
            }
        }
        await until { writes.queuedCount > 0 || store.statistics.writes > 0 }
        async let first: Void = store.close()
        async let second: Void = store.close()
        try await first
        try await second
        var acknowledged = 0
        for put in puts { acknowledged += try await put.value }
        let again = try await open(memory.afterKill())
        #expect(try await again.lifecycles().elements.count == acknowledged)
        try await again.close()
    }

    @Test func aSecondEngineHoldsItsTables() async throws {
        let chain = InMemoryEngine()
        let keys = InMemoryEngine()
        let store = try await ChainStore.open(
            engine: chain,
            secondary: [(keys, [.publicKeys, .lifecycles])],
            mode: .create(testNetwork)
        )
        try await store.putPublicKeys([UInt8](repeating: 5, count: 192), from: 0)
        #expect(try await store.publicKeyCount() == 2)
        #expect(try keys.page(KeyRange(prefix: []), limit: PageLimit(), order: .ascending).entries.count == 2)
        #expect(try chain.get(Tables.publicKeys.encode(0)) == nil)
        // Blocks and lifecycles on two engines cannot be one batch: refused as a whole.
        await #expect(throws: StoreError.crossesShards(table: .lifecycles)) {
            try await store.putBlockIfAbsent(
                root: root(1),
                summary: summary(slot: 1, parent: root(0)),
                ssz: [1],
                lifecycle: [1]
            )
        }
        #expect(try await store.block(root(1)) == nil)
        #expect(try await store.roots(atSlot: 1) == [])
        try await store.close()
    }

    @Test func handlesAreSmallAndDroppingThemEndsTheThreads() async throws {
        #expect(MemoryLayout<ChainStore>.size == 8)
        let directory = try TemporaryDirectory()
        var store: ChainStore? = try await ChainStore.open(directory: directory.path, mode: .create(testNetwork))
        let copy = store
        #expect(try await copy?.block(root(1)) == nil)
        try await store?.close()
        store = nil
        // The lock is free again at once.
        let again = try await ChainStore.open(directory: directory.path, mode: .existing(testNetwork))
        try await again.close()
    }
}
