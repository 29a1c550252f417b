internal import BlockPipeline
internal import ChainStore
internal import Concurrency
internal import StateTransition

/// Public keys at hand before blocks need them: those of earlier starts from the store, the rest decompressed.
///
/// Works beside the import path, on threads of its own: a key that a block needs first is decompressed there, and the
/// store's writer takes keys between imports, a page at a time.
struct KeyWarming: Sendable {
    /// What came of it.
    struct Report: Equatable, Sendable {
        var validators = 0
        /// Points taken back from the store.
        var restored = 0
        var decompressed = 0
        /// Points written to the store.
        var stored = 0
    }

    /// Keys in one piece of work: a tenth of a second of a core.
    private static let page = 2_048

    let chain: Chain
    let log: Log
    let width: Int

    /// Warms the keys of the registry as it is now; those of later validators come when they are needed.
    func run() async throws -> Report {
        try await ThreadExecutor.once("keys", width: width) { try await warm() }
    }

    private func warm() async throws -> Report {
        let keys = chain.rules.caches.pubkeys
        var report = Report()
        report.validators = chain.coverKeys()
        // Where the store first lacks a key, or has one that is not this chain's.
        var complete: Int?
        var first = 0
        while first < report.validators {
            try Task.checkCancellation()
            let bytes = try await chain.store.publicKeys(from: UInt64(first), limit: Self.page)
            let count = min(bytes.count / PubkeyCache.pointSize, report.validators - first)
            let restored = keys.restore(Array(bytes.prefix(count * PubkeyCache.pointSize)), from: first)
            report.restored += restored
            if complete == nil, restored < count || count == 0 { complete = first }
            guard count > 0 else { break }
            first += count
        }
        log.info("keys", [("validators", report.validators), ("restored", report.restored)])
        let start = complete ?? first
        guard start < report.validators else { return report }
        try await decompress(from: start, &report)
        log.info("keys", [("decompressed", report.decompressed), ("stored", report.stored)])
        return report
    }

    /// Decompresses and stores as it goes: a start that is cut short leaves its work to the next.
    private func decompress(from start: Int, _ report: inout Report) async throws {
        let keys = chain.rules.caches.pubkeys
        let end = report.validators
        let step = max(1, (end - start) / 10)
        var done = 0
        let total = try await withThrowingTaskGroup(of: (keys: Int, decompressed: Int).self) { group in
            var next = start
            func add() {
                guard next < end else { return }
                let range = next..<min(next + Self.page, end)
                next = range.upperBound
                group.addTask { (range.count, try await decompress(range, keys)) }
            }
            for _ in 0..<width { add() }
            var total = (decompressed: 0, stored: 0)
            while let piece = try await group.next() {
                add()
                total.decompressed += piece.decompressed
                total.stored += try await store(from: start + total.stored, to: end)
                if (done + piece.keys) / step > done / step {
                    log.info("keys", [("done", start + done + piece.keys), ("of", end)])
                }
                done += piece.keys
            }
            return total
        }
        report.decompressed = total.decompressed
        report.stored = total.stored
    }

    /// Fills one of the executor's threads.
    private nonisolated func decompress(_ range: Range<Int>, _ keys: PubkeyCache) async throws -> Int {
        try Task.checkCancellation()
        return keys.decompress(range)
    }

    /// Stores points from `start` on, up to the first that is not there: to come yet, or a key that is no point.
    private func store(from start: Int, to end: Int) async throws -> Int {
        let keys = chain.rules.caches.pubkeys
        var first = start
        while first < end {
            try Task.checkCancellation()
            let points = keys.points(from: first, limit: min(Self.page, end - first))
            guard !points.isEmpty else { break }
            try await chain.store.putPublicKeys(points, from: UInt64(first))
            first += points.count / PubkeyCache.pointSize
        }
        return first - start
    }
}
