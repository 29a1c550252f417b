import Hashing
import Testing

@testable import ChainStore

struct PruneTests {
    /// A canonical chain 1…40, a snapshot every tenth block, a fork block 1000+n beside every fifth.
    private func chain(_ engine: any KeyValueStore = InMemoryEngine()) async throws -> ChainStore {
        let store = try await ChainStore.open(engine: engine, mode: .create(testNetwork))
        for number in 1...40 {
            try await add(store, root(number), slot: number, parent: root(number - 1))
            if number % 5 == 0 { try await add(store, root(1000 + number), slot: number, parent: root(number - 1)) }
        }
        return store
    }

    private func add(_ store: ChainStore, _ block: Bytes32, slot: Int, parent: Bytes32) async throws {
        let ownsSnapshot = block == root(slot) && (slot % 10 == 0 || slot == 1)
        let base = slot < 10 ? root(1) : root(slot / 10 * 10)
        let stateRoot = SHA256.hash(block.bytes)
        _ = try await store.putBlockIfAbsent(
            root: block,
            summary: summary(slot: UInt64(slot), parent: parent, state: stateRoot),
            ssz: [1],
            lifecycle: [1],
            durability: .written
        )
        try await store.commitImport(
            Import(
                root: block,
                state: StateSummary(slot: UInt64(slot), stateRoot: stateRoot, baseRoot: ownsSnapshot ? block : base),
                snapshot: ownsSnapshot ? [UInt8(slot)] : nil
            ),
            durability: .written
        )
    }

    private func plan(upTo slot: UInt64, keepsSnapshots: Set<UInt64> = []) -> PrunePlan {
        PrunePlan(
            slots: 0..<slot,
            keepsBlock: { $0.root == root(Int($0.slot)) },
            keepsSnapshot: { keepsSnapshots.contains($0.slot) }
        )
    }

    @Test(arguments: [1, 3, 256])
    func forksAndOldStatesGo(_ pageSize: Int) async throws {
        let store = try await chain()
        let report = try await store.prune(plan(upTo: 33), pageSize: pageSize)
        #expect(report.blocksSeen == 38)
        #expect(report.blocksRemoved == 6)
        #expect(report.snapshotsRemoved == 3)
        #expect(report.snapshotsProtected == 1)
        for number in 1...40 {
            #expect(try await store.block(root(number)) == [1])
            #expect((try await store.summary(root(number))) != nil)
            let isLeft = number >= 30
            #expect((try await store.stateSummary(root(number)) != nil) == isLeft, "block \(number)")
            if number % 5 == 0 {
                let forkIsLeft = number >= 33
                #expect((try await store.block(root(1000 + number)) != nil) == forkIsLeft)
                #expect((try await store.lifecycle(root(1000 + number)) != nil) == forkIsLeft)
                #expect(try await store.roots(atSlot: UInt64(number)).count == (forkIsLeft ? 2 : 1))
                #expect(try await store.children(of: root(number - 1)).count == (forkIsLeft ? 2 : 1))
            }
        }
        #expect(try await store.replayPath(to: root(37)).baseRoot == root(30))
        #expect(try await store.snapshot(blockRoot: root(30)) == [30])
        #expect(try await store.snapshot(blockRoot: root(20)) == nil)
        let verified = try await store.verify()
        #expect(verified.isSound, "\(verified.problems)")
        // A late child of a block whose snapshot is gone is refused instead of left without a base.
        await #expect(throws: StoreError.missingSnapshot(block: root(5000), base: root(20))) {
            try await store.commitImport(
                Import(root: root(5000), state: StateSummary(slot: 30, stateRoot: root(5001), baseRoot: root(20)))
            )
        }
        let again = try await store.prune(plan(upTo: 33), pageSize: pageSize)
        #expect(again.blocksRemoved == 0 && again.snapshotsRemoved == 0)
        try await store.close()
    }

    @Test func keptSnapshotsKeepTheirDescendants() async throws {
        let store = try await chain()
        let report = try await store.prune(plan(upTo: 33, keepsSnapshots: [10]), pageSize: 4)
        #expect(report.snapshotsRemoved == 2)
        #expect(try await store.snapshot(blockRoot: root(10)) == [10])
        #expect(try await store.replayPath(to: root(17)).blocks.count == 7)
        #expect(try await store.stateSummary(root(21)) == nil)
        let verified = try await store.verify()
        #expect(verified.isSound, "\(verified.problems)")
        try await store.close()
    }

    @Test func importsWhilePruningStayReplayable() async throws {
        let store = try await chain()
        async let report = store.prune(plan(upTo: 33), pageSize: 1)
        for number in 41...80 {
            try await add(store, root(number), slot: number, parent: root(number - 1))
        }
        _ = try await report
        let verified = try await store.verify()
        #expect(verified.isSound, "\(verified.problems)")
        #expect(try await store.replayPath(to: root(79)).baseRoot == root(70))
        try await store.close()
    }

    /// Killed before any one write of a prune, the store is sound.
    @Test func aStoppedPruneLeavesWholeBlocks() async throws {
        for write in 1...12 {
            let memory = InMemoryEngine()
            let full = try await chain(memory)
            let image = memory.afterKill()
            try await full.close()
            let store = try await ChainStore.open(
                engine: FaultyEngine(image, faults: [.stopBeforeWrite(write)]),
                mode: .existing(testNetwork)
            )
            await #expect(throws: StoreError.self) { try await store.prune(plan(upTo: 33), pageSize: 3) }
            let found = image.afterKill()
            try await store.close()
            let again = try await ChainStore.open(engine: found, mode: .existing(testNetwork))
            let verified = try await again.verify()
            #expect(verified.isSound, "\(verified.problems)")
            _ = try await again.prune(plan(upTo: 33), pageSize: 3)
            #expect(try await again.stateSummary(root(3)) == nil)
            try await again.close()
        }
    }

    @Test func emptyAndOpenRanges() async throws {
        let store = try await chain()
        #expect(try await store.prune(plan(upTo: 0)) == PruneReport())
        let all = PrunePlan(slots: 0..<UInt64.max, keepsBlock: { _ in false }, keepsSnapshot: { _ in false })
        let report = try await store.prune(all)
        #expect(report.blocksRemoved == 48)
        let sizes = try await store.verify().tables
        #expect(sizes.keys.sorted { $0.rawValue < $1.rawValue } == [.metadata])
        try await store.close()
    }

    @Test func verifyNamesWhatIsWrongAndReindexMendsIt() async throws {
        let memory = InMemoryEngine()
        let store = try await chain(memory)
        var batch = WriteBatch()
        batch.delete(Tables.slots.encode(SlotRoot(slot: 7, root: root(7))))
        batch.delete(Tables.children.encode(RootPair(first: root(7), second: root(8))))
        batch.put(Tables.slots.encode(SlotRoot(slot: 9, root: root(77))), [])
        batch.put(Tables.children.encode(RootPair(first: root(1), second: root(77))), [])
        batch.delete(Tables.snapshots.encode(SHA256.hash(root(20).bytes)))
        batch.put(Tables.stateRoots.encode(root(555)), root(3).bytes)
        batch.delete(Tables.stateRoots.encode(SHA256.hash(root(3).bytes)))
        try memory.write(batch, durability: .synced)
        let report = try await store.verify()
        #expect(!report.isSound)
        // Seven entries by hand; what hangs on the lost snapshot is not named one by one.
        #expect(report.problemCount == 7, "\(report.problems)")
        #expect(try await store.reindex(pageSize: 5) > 0)
        let mended = try await store.verify()
        #expect(mended.isSound, "\(mended.problems)")
        #expect(try await store.roots(atSlot: 7) == [root(7)])
        #expect(try await store.children(of: root(7)) == [root(8)])
        #expect(try await store.reindex() == 0)
        try await store.close()
    }

    @Test func verifyReportsForeignAndMalformedEntries() async throws {
        let memory = InMemoryEngine()
        let store = try await chain(memory)
        var batch = WriteBatch()
        batch.put([0x99, 1], [1])
        batch.put([0x21, 1], [1])
        batch.put(Tables.blockMessages.encode(MessageKey(place: 0, root: root(1))), [7, 7])
        try memory.write(batch, durability: .synced)
        let report = try await store.verify()
        #expect(report.problemCount == 3, "\(report.problems)")
        try await store.close()
    }
}
