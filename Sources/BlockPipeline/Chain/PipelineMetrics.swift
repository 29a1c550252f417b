public import Concurrency
public import ForkTree
internal import Hashing

/// How long each stage took, and how blocks ended, since the chain was opened.
public final class PipelineMetrics: Sendable {
    private struct Table {
        var stages: [Stage: LatencyHistogram] = [:]
        var ends: [String: UInt64] = [:]
        var transitions: UInt64 = 0
        var boundaries: UInt64 = 0
        var data: [DataResult: UInt64] = [:]
    }

    private let table = Guarded(Table())

    /// Writes down the durations and the end of one delivery.
    func record(_ life: LifecycleRecord) {
        table.withLock { table in
            for (stage, duration) in life.durations { table.stages[stage, default: .init()].record(duration) }
            if let data = life.data { table.data[data, default: 0] += 1 }
            table.ends[life.state.name, default: 0] += 1
        }
    }

    func countTransition() { table.withLock { $0.transitions += 1 } }

    func count(boundaries: UInt64) {
        if boundaries > 0 { table.withLock { $0.boundaries += boundaries } }
    }

    /// Epochs that blocks' transitions carried a state into themselves: those that were prepared do not count.
    public var boundaries: UInt64 { table.withLock { $0.boundaries } }

    /// Transitions begun, recovery included.
    public var transitions: UInt64 { table.withLock { $0.transitions } }

    /// Histograms by stage, in the order of the stages.
    public var stages: [(stage: Stage, histogram: LatencyHistogram)] {
        table.withLock { table in
            table.stages.sorted { $0.key < $1.key }.map { (stage: $0.key, histogram: $0.value) }
        }
    }

    /// Blocks with blobs by what was found of their data.
    public var data: [DataResult: UInt64] { table.withLock { $0.data } }

    /// Deliveries by the name of their end.
    public var ends: [String: UInt64] { table.withLock { $0.ends } }
}
