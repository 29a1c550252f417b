import Hashing
import TestSupport
import Testing

@testable import ChainStore

/// Kept states: whole ones, differences from others, and who is replayed from which.
struct StoredStatesTests {
    /// Blocks 1…`count` in a row and a fork block 1000+n beside every fourth; every tenth state is kept, whole at 10
    /// and 60, else as a difference from the one its position says.
    private func chain(_ engine: any KeyValueStore = InMemoryEngine(), upTo count: Int = 100) async throws -> ChainStore
    {
        let store = try await ChainStore.open(engine: engine, mode: .create(testNetwork))
        try await fill(store, upTo: count)
        return store
    }

    private func fill(_ store: ChainStore, upTo count: Int) async throws {
        try await put(store, root(10), slot: 10, parent: root(9), base: root(10), snapshot: [10])
        for number in 11...count {
            // As in a chain: what a state names as its base lags behind what is kept.
            let base = root(max(10, (number / 10 - 1) * 10))
            try await put(store, root(number), slot: number, parent: root(number - 1), base: base)
            if number % 4 == 0 {
                try await put(store, root(1000 + number), slot: number, parent: root(number - 1), base: base)
            }
            guard number % 10 == 5, number > 20 else { continue }
            try await keep(store, number / 10 * 10)
            try await store.rebase(onto: root(number / 10 * 10), since: root(number / 10 * 10 - 10), pageSize: 3)
        }
    }

    private func put(
        _ store: ChainStore,
        _ block: Bytes32,
        slot: Int,
        parent: Bytes32,
        base: Bytes32,
        snapshot: [UInt8]? = nil
    ) async throws {
        let stateRoot = SHA256.hash(block.bytes)
        _ = try await store.putBlockIfAbsent(
            root: block,
            summary: summary(slot: UInt64(slot), parent: parent, state: stateRoot),
            ssz: [1],
            durability: .written
        )
        try await store.commitImport(
            Import(
                root: block,
                state: StateSummary(slot: UInt64(slot), stateRoot: stateRoot, baseRoot: base),
                snapshot: snapshot
            ),
            durability: .written
        )
    }

    /// Keeps the state of a block as finality would.
    private func keep(_ store: ChainStore, _ number: Int) async throws {
        let stateRoot = SHA256.hash(root(number).bytes)
        var item = Import(
            root: root(number),
            state: StateSummary(slot: UInt64(number), stateRoot: stateRoot, baseRoot: root(number))
        )
        let position = (number < 60 ? number - 10 : number - 60) / 10
        if position == 0 {
            item.snapshot = [UInt8(number)]
        } else {
            let base = (number < 60 ? 10 : 60) + 10 * (position & (position - 1))
            item.difference = StoredDifference(
                bytes: [UInt8(number), UInt8(base)],
                base: root(base),
                position: UInt32(position)
            )
        }
        try await store.commitImport(item, durability: .written)
    }

    /// Every state that is summed up can be read: its base is kept, and so is all that is made from.
    private func checkReadable(_ store: ChainStore) async throws {
        let verified = try await store.verify()
        #expect(verified.isSound, "\(verified.problems)")
        for number in Array(1...100) + (1...100).map({ 1000 + $0 }) {
            guard try await store.stateSummary(root(number)) != nil else { continue }
            let path = try await store.replayPath(to: root(number))
            for stored in try await store.storedChain(to: path.baseRoot) {
                let value =
                    stored.isWhole
                    ? try await store.snapshot(stateRoot: stored.stateRoot)
                    : try await store.stateDifference(stateRoot: stored.stateRoot)
                #expect(value?.first == UInt8(stored.slot), "block \(number)")
            }
        }
    }

    @Test func chainsLeadToAWholeState() async throws {
        let store = try await chain()
        #expect(try await store.storedChain(to: root(50)).map(\.slot) == [50, 10])
        #expect(try await store.storedChain(to: root(40)).map(\.slot) == [40, 30, 10])
        #expect(try await store.storedChain(to: root(90)).map(\.slot) == [90, 80, 60])
        #expect(try await store.storedChain(to: root(60)).map(\.position) == [0])
        #expect(try await store.stateDifference(stateRoot: SHA256.hash(root(50).bytes)) == [50, 10])
        #expect(try await store.snapshot(blockRoot: root(50)) == nil)
        await #expect(throws: StoreError.self) { try await store.storedChain(to: root(51)) }
        let kept = try await store.storedStates(in: 25...65).elements.map(\.slot)
        #expect(kept == [30, 40, 50, 60])
        try await checkReadable(store)
        // States behind a kept one are replayed from it, those on other branches from the one before.
        #expect(try await store.stateSummary(root(52))?.baseRoot == root(50))
        #expect(try await store.stateSummary(root(1052))?.baseRoot == root(50))
        #expect(try await store.stateSummary(root(1048))?.baseRoot == root(40))
        #expect(try await store.stateSummary(root(1060))?.baseRoot == root(50))
        #expect(try await store.replayPath(to: root(1060)).baseRoot == root(50))
        try await store.close()
    }

    @Test func aDifferenceNeedsItsBase() async throws {
        let store = try await chain(upTo: 30)
        let item = Import(
            root: root(29),
            state: StateSummary(slot: 29, stateRoot: SHA256.hash(root(29).bytes), baseRoot: root(29)),
            difference: StoredDifference(bytes: [1], base: root(28), position: 9)
        )
        await #expect(throws: StoreError.missingSnapshot(block: root(29), base: root(28))) {
            try await store.commitImport(item)
        }
        #expect(try await store.stateDifference(stateRoot: item.state.stateRoot) == nil)
        // One that is kept stays so when it is summed up again.
        try await put(store, root(20), slot: 20, parent: root(19), base: root(10))
        #expect(try await store.stateSummary(root(20))?.baseRoot == root(20))
        var wrong = item
        wrong.state.baseRoot = root(10)
        await #expect(throws: StoreError.snapshotBaseMismatch(expected: root(29), got: root(10))) {
            try await store.commitImport(wrong)
        }
        try await checkReadable(store)
        try await store.close()
    }

    @Test(arguments: [1, 7, 256])
    func forgettingTakesAWholeStateWithAllMadeFromIt(_ pageSize: Int) async throws {
        let store = try await chain()
        let forgotten = try await store.forgetStates(before: 60, pageSize: pageSize)
        #expect(forgotten > 50)
        for number in 10...100 {
            #expect(try await store.block(root(number)) == [1])
            #expect((try await store.stateSummary(root(number)) != nil) == (number >= 60), "block \(number)")
        }
        #expect(try await store.stateSummary(root(1060)) == nil)
        #expect(try await store.stateSummary(root(1064)) != nil)
        #expect(try await store.storedStates().elements.map(\.slot) == [60, 70, 80, 90])
        try await checkReadable(store)
        #expect(try await store.forgetStates(before: 60) == 0)
        #expect(try await store.forgetStates(before: 0) == 0)
        try await store.close()
    }

    /// Killed before any write of it all, the store opens and everything it names is there.
    @Test func aStopBetweenAnyTwoWritesLeavesReadableStates() async throws {
        var write = 1
        while true {
            let memory = InMemoryEngine()
            // The first write makes the store.
            let store = try await ChainStore.open(
                engine: FaultyEngine(memory, faults: [.stopBeforeWrite(write + 1)]),
                mode: .create(testNetwork)
            )
            var isWhole = true
            do {
                try await fill(store, upTo: 70)
                _ = try await store.forgetStates(before: 60, pageSize: 5)
            } catch is StoreError {
                isWhole = false
            }
            let found = memory.afterKill()
            try await store.close()
            let again = try await ChainStore.open(engine: found, mode: .existing(testNetwork))
            try await checkReadable(again)
            try await again.close()
            if isWhole { break }
            write += write < 60 || write > 190 ? 1 : 7
        }
        #expect(write > 150)
    }

    @Test func pruningKeepsWhatOthersAreMadeFrom() async throws {
        let store = try await chain()
        let report = try await store.prune(
            PrunePlan(slots: 0..<45, keepsBlock: { $0.root == root(Int($0.slot)) }, keepsSnapshot: { _ in false })
        )
        // 10 and 40 carry 50 and the states behind it; what was made from 20 and 30 alone went.
        #expect(report.snapshotsProtected > 0)
        #expect(try await store.storedChain(to: root(50)).map(\.slot) == [50, 10])
        #expect(try await store.stateSummary(root(25)) == nil)
        try await checkReadable(store)
        try await store.close()
    }

    @Test func lostEntriesAreReportedAndDropped() async throws {
        let memory = InMemoryEngine()
        let store = try await chain(memory)
        var batch = WriteBatch()
        batch.delete(Tables.stateDiffs.encode(SHA256.hash(root(30).bytes)))
        batch.delete(Tables.storedStates.encode(SlotRoot(slot: 60, root: root(60))))
        try memory.write(batch, durability: .synced)
        #expect(try await !store.verify().isSound)
        #expect(try await store.reindex(pageSize: 4) > 0)
        try await checkReadable(store)
        // The whole state's entry follows from the state; a difference without its value is gone with all made from it.
        #expect(try await store.storedStates().elements.map(\.slot) == [10, 20, 50, 60, 70, 80, 90])
        #expect(try await store.stateSummary(root(45)) == nil)
        try await store.close()
    }

    /// Version 1 had whole states only, and no list of them.
    @Test(arguments: [0, 1, 2])
    func aStoreOfTheFirstVersionIsBroughtUp(_ failing: Int) async throws {
        let memory = InMemoryEngine()
        let store = try await ChainStore.open(engine: memory, mode: .create(testNetwork))
        for number in 1...40 {
            let base = root(number < 10 ? 1 : number / 10 * 10)
            try await put(
                store,
                root(number),
                slot: number,
                parent: root(number - 1),
                base: base,
                snapshot: base == root(number) ? [UInt8(number)] : nil
            )
        }
        let image = memory.afterKill()
        try await store.close()
        var batch = WriteBatch()
        for number in [1, 10, 20, 30, 40] {
            batch.delete(Tables.storedStates.encode(SlotRoot(slot: UInt64(number), root: root(number))))
        }
        batch.put(Tables.metadata.encode(.schema), [0, 0, 0, 1])
        try image.write(batch, durability: .synced)
        if failing > 0 {
            // Stopped in the middle, it begins anew.
            await #expect(throws: StoreError.self) {
                try await ChainStore.open(
                    engine: FaultyEngine(image, faults: [.failWrite(failing)]),
                    mode: .existing(testNetwork)
                )
            }
        }
        let again = try await ChainStore.open(engine: image.afterKill(), mode: .existing(testNetwork))
        #expect(try await again.storedStates().elements.map(\.slot) == [1, 10, 20, 30, 40])
        #expect(try await again.storedChain(to: root(30)).map(\.isWhole) == [true])
        try await checkReadable(again)
        try await again.close()
    }
}
