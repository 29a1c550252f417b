import BlockPipeline
import ChainStore
import Concurrency
import ConsensusTypes
import ForkChoice
import ForkTree
import Hashing
import TestSupport
import Testing

@testable import Node

/// One number for a node, its shares, and who gives way.
@Suite struct MemoryLimitTests {
    private static let status = """
        Name:\tmartlet
        VmPeak:\t 9000000 kB
        VmHWM:\t  2097152 kB
        VmRSS:\t  1048576 kB
        RssAnon:\t   524288 kB
        RssFile:\t   524288 kB
        """

    @Test func figuresOfTheSystemAreRead() throws {
        let memory = try #require(ProcessMemory(status: Self.status))
        #expect(memory.peak == 2 << 30)
        #expect(memory.resident == 1 << 30)
        #expect(memory.anonymous == 512 << 20)
        for broken in ["", "VmRSS: x kB", "VmRSS:\nRssAnon: 1 kB\nVmHWM: 1 kB", "VmRSS: 9223372036854775807 kB"] {
            #expect(ProcessMemory(status: broken) == nil, "\(broken)")
        }
        let own = try #require(ProcessMemory.read())
        #expect(own.anonymous > 1 << 20)
        #expect(own.anonymous <= own.resident && own.resident <= own.peak)
    }

    @Test func sharesFitTheLimit() {
        for bytes in [0, 128 << 20, 256 << 20, 512 << 20, 1 << 30, 3 << 30, 8 << 30, 1 << 36] {
            let limit = MemoryLimit(bytes: bytes)
            #expect(limit.bytes >= MemoryLimit.least)
            var options = ChainOptions()
            limit.apply(to: &options)
            let store = limit.store
            let sum =
                options.limits.stateBytes + options.limits.shufflingBytes + options.tree.waitingBytes
                + 2 * options.payloads.bytes + store.writeQueueBytes + store.cacheBytes
                + 2 * store.levelDB.writeBufferBytes + store.levelDB.blockCacheBytes
            #expect(sum <= limit.bytes / 8 * 7, "\(sum) of \(limit.bytes)")
            // What the two databases share is no more than that, and neither opens fewer files than it must.
            let (index, messages) = (store.levelDB.index, store.levelDB.messages)
            #expect(index.writeBufferBytes + messages.writeBufferBytes == store.levelDB.writeBufferBytes)
            #expect(index.blockCacheBytes + messages.blockCacheBytes == store.levelDB.blockCacheBytes)
            // A write buffer becomes one file, also where it is larger than files that come of merging.
            let mapped = [index, messages].reduce(0) {
                $0 + max(64, $1.maximumOpenFiles) * max($1.maximumFileBytes, $1.writeBufferBytes)
            }
            #expect(mapped <= max(limit.bytes / 4, 128 << 20), "\(mapped) of \(limit.bytes)")
        }
    }

    private static func withGuard(_ limit: MemoryLimit, _ body: @Sendable (MemoryGuard, StateCache) throws -> Void)
        async throws
    {
        var options = ReplayOptions(streams: ["\(Checkout.fixtures)/fulu-checkpoint"])
        options.assumed = .all
        let failure = Shared<(any Error)?>(nil)
        let report = try await Replay.run(
            options,
            inspect: { chain in
                let memory = MemoryGuard(
                    limit: limit,
                    cache: chain.states.cache,
                    clock: SystemClock(),
                    log: .none,
                    release: {}
                )
                do { try body(memory, chain.states.cache) } catch { failure.update { $0 = error } }
            }
        )
        if let error = failure.value { throw error }
        #expect(report.isGood)
    }

    /// States in memory shrink by what is too much, down to the least, and come back step by step.
    @Test func statesGiveWayAndComeBack() async throws {
        let limit = MemoryLimit(bytes: 1 << 30)
        @Sendable func used(_ bytes: Int) throws -> ProcessMemory {
            let kibibytes = bytes >> 10
            return try #require(
                ProcessMemory(status: "VmRSS: \(kibibytes) kB\nRssAnon: \(kibibytes) kB\nVmHWM: \(kibibytes) kB")
            )
        }
        try await Self.withGuard(limit) { memory, cache in
            cache.setLimit(limit.states)
            #expect(memory.step(try used(limit.bytes / 2)) == nil)
            #expect(memory.step(try used(limit.bytes / 20 * 15)) == nil)
            // Far above: all that states have is not enough.
            #expect(memory.step(try used(limit.bytes * 2)) == limit.leastStates)
            let held = cache.bytes
            #expect(held > 0)
            cache.setLimit(limit.leastStates)
            #expect(memory.step(try used(limit.bytes * 2)) == limit.leastStates)
            // Room again.
            var steps = 0
            while let next = memory.step(try used(limit.bytes / 2)) {
                #expect(next > cache.limit && next <= limit.states)
                cache.setLimit(next)
                steps += 1
            }
            #expect(cache.limit == limit.states)
            #expect(steps > 10)
        }
    }

    @Test func mappedTablesAreFound() {
        let maps = """
            7f0000000000-7f0000100000 r--s 00000000 fe:00 131 /tmp/a b/000005.ldb
            7f0000200000-7f0000300000 r--p 00000000 fe:00 132 /usr/lib/libc.so.6
            7f0000400000-7f0000400000 r--s 00000000 fe:00 133 /tmp/000006.ldb
            zz-7f0000500000 r--s 00000000 fe:00 134 /tmp/000007.ldb
            7f0000600000-7f0000700000 rw-p 00000000 00:00 0
            ffff0000-ffff1000 r--s 00000000 fe:00 135 /tmp/000008.sst
            """
        let found = MappedFiles.ranges(in: maps, where: MappedFiles.isTable)
        #expect(found == [0x7f00_0000_0000..<0x7f00_0010_0000, 0xffff_0000..<0xffff_1000])
        // The process itself is mapped, too, and goes on when its pages are given back.
        let own = MappedFiles.ranges { $0.hasSuffix(".so") || $0.contains(".so.") }
        #expect(!own.isEmpty)
        MappedFiles.giveBack { $0.contains(".so") }
    }

    /// Above the limit with nothing left to give way, it is said once, and the guard goes on.
    @Test func aLimitThatIsTooSmallIsSaid() async throws {
        let lines = Shared<[String]>([])
        let clock = TestClock(now: 1_000_000)
        let cache = StateCache(limit: 1)
        // Less than any process takes.
        let memory = MemoryGuard(
            limit: MemoryLimit(unchecked: 1 << 20),
            cache: cache,
            clock: clock,
            log: Log(level: .warning, clock: clock) { line in lines.update { $0.append(line) } },
            release: {}
        )
        let looks = Task { try await memory.run() }
        for _ in 0..<8 {
            await clock.sleepers(atLeast: 1)
            clock.advance(by: 250)
        }
        await clock.sleepers(atLeast: 1)
        looks.cancel()
        _ = try? await looks.value
        #expect(lines.value.count == 1)
        #expect(lines.value.first?.contains("event=memory_limit_too_small limit=1048576") == true, "\(lines.value)")
        #expect(lines.value.first?.contains("policy=\"goes on above the limit\"") == true)
    }

    /// A chain goes on within the least memory, to the same head.
    @Test func aReplayGoesOnWithinTheLeastMemory() async throws {
        var options = ReplayOptions(streams: ["\(Checkout.fixtures)/fulu-checkpoint"])
        options.assumed = .all
        let free = try await Replay.run(options)
        options.memoryLimit = MemoryLimit(bytes: 0)
        let released = Shared(0)
        options.releaseMemory = { released.update { $0 += 1 } }
        let limited = try await Replay.run(options)
        #expect(limited.isGood)
        #expect(limited.head == free.head)
        #expect(limited.memory?.stateLimit ?? .max <= MemoryLimit(bytes: 0).states)
        #expect(free.memory?.stateLimit == 1 << 30)
    }
}
