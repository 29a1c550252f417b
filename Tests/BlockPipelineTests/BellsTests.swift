import Concurrency
import Hashing
import TestSupport
import Testing

@testable import BlockPipeline

@Suite struct BellsTests {
    private func root(_ number: Int) -> Bytes32 { SHA256.hash([UInt8(truncatingIfNeeded: number)]) }

    /// Sleepers at a few roots, rung in random order; some are cancelled: all the others wake, none is left.
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func nobodyOversleeps(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let bells = Bells(waiting: 1_000, bytes: 1_000)
        let known = Heard()
        let sleeps = 60
        let cancelled = Set((0..<sleeps).filter { _ in Int.random(in: 0..<4, using: &random) == 0 })
        let order = (0..<8).shuffled(using: &random)
        let woken = await withTaskGroup(of: Int?.self) { group in
            for sleeper in 0..<sleeps {
                let root = root(sleeper % 8)
                group.addTask {
                    await withTaskGroup(of: Int?.self) { inner in
                        inner.addTask {
                            let outcome = try? await bells.wait(
                                Bells.Sleeper(root: SHA256.hash([UInt8(sleeper)]), awaited: root),
                                bytes: 1,
                                until: .max,
                                clock: SystemClock(),
                                observer: NoObserver()
                            ) { known.roots.withLock { $0.contains(root) } ? true : nil }
                            if case .known = outcome { return sleeper }
                            return nil
                        }
                        if cancelled.contains(sleeper) { inner.cancelAll() }
                        return await inner.next() ?? nil
                    }
                }
            }
            for number in order {
                let root = root(number)
                await Task.yield()
                known.roots.withLock { _ = $0.insert(root) }
                bells.ring(root)
            }
            return await group.reduce(into: Set<Int>()) { if let one = $1 { $0.insert(one) } }
        }
        #expect(woken.isSuperset(of: Set(0..<sleeps).subtracting(cancelled)), "seed \(seed)")
        #expect(bells.count == 0)
        #expect(bells.sleepers.isEmpty && !bells.isRinging)
    }

    @Test func boundsRefuseTheNewcomer() async throws {
        let bells = Bells(waiting: 2, bytes: 10)
        func wait(_ bytes: Int) async throws -> Bells.Outcome<Bool> {
            try await bells.wait(
                Bells.Sleeper(root: root(1), awaited: root(2)),
                bytes: bytes,
                until: .max,
                clock: SystemClock(),
                observer: NoObserver()
            ) { nil }
        }
        guard case .crowded = try await wait(11) else { return #expect(Bool(false)) }
        async let first = wait(5)
        async let second = wait(5)
        #expect(await eventually { bells.sleepers.count == 2 })
        guard case .crowded = try await wait(0) else { return #expect(Bool(false)) }
        bells.close()
        guard case .closed = try await first, case .closed = try await second else { return #expect(Bool(false)) }
        guard case .closed = try await wait(1) else { return #expect(Bool(false)) }
        #expect(bells.count == 0)
    }
}

/// What the sleepers wait to hear of.
private final class Heard: Sendable {
    let roots = Guarded<Set<Bytes32>>([])
}
