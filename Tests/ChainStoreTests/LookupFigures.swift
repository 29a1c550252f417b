import ChainStore
import Foundation
import Hashing
import TestSupport
import Testing

/// Prints what 10,000 look-ups cost; figures of a release build are in the README.
struct LookupFigures {
    private let count = 10_000

    @Test(arguments: [false, true])
    func lookups(_ isCached: Bool) async throws {
        let directory = try TemporaryDirectory()
        var configuration = StoreConfiguration()
        configuration.cacheBytes = isCached ? 64 << 20 : 0
        let store = try await ChainStore.open(
            directory: directory.path,
            mode: .create(testNetwork),
            configuration: configuration
        )
        let filled = try await measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<count {
                    group.addTask {
                        _ = try await store.putBlockIfAbsent(
                            root: root(number),
                            summary: summary(slot: UInt64(number), parent: root(number - 1)),
                            ssz: [UInt8](repeating: UInt8(number & 255), count: 1000),
                            durability: .synced
                        )
                    }
                }
                try await group.waitForAll()
            }
        }
        let statistics = store.statistics
        let one = try await measure {
            var found = 0
            for number in 0..<count { found += try await store.block(root(number))?.count ?? 0 }
            #expect(found == count * 1000)
        }
        let spawned = try await measure {
            let found = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<count { group.addTask { try await store.block(root(number))?.count ?? 0 } }
                return try await group.reduce(0, +)
            }
            #expect(found == count * 1000)
        }
        print(
            """
            {"bench":"store","cached":\(isCached),"synced_puts_per_s":\(rate(filled)),"syncs":\(statistics.syncs),\
            "one_by_one_per_s":\(rate(one)),"spawned_per_s":\(rate(spawned))}
            """
        )
        try await store.close()
    }

    private func measure(_ body: () async throws -> Void) async throws -> Duration {
        let clock = ContinuousClock()
        let start = clock.now
        try await body()
        return start.duration(to: clock.now)
    }

    private func rate(_ duration: Duration) -> Int { Int(Double(count) / (duration / .seconds(1))) }
}
