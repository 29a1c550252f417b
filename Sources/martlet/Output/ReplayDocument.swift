import BlockPipeline
import ConsensusTypes
import Hashing
import Node

/// The report of a replay as JSON.
struct ReplayDocument: Encodable {
    struct Point: Encodable {
        let epoch: UInt64
        let root: String

        init(_ checkpoint: Checkpoint) {
            epoch = checkpoint.epoch
            root = "\(checkpoint.root)"
        }
    }

    struct StageTimes: Encodable {
        let count: UInt64
        let p50Ns: UInt64
        let p95Ns: UInt64
        let p99Ns: UInt64
    }

    struct Message: Encodable {
        let name: String
        let index: Int
        let root: String?
        let slot: UInt64
        let state: String
        let cause: String?
        let ancestor: String?
        let missing: String?
        let missingEnvelope: String?
        let stage: String
        let reason: String
        let data: String?
        let stateRoot: String?

        init(_ result: ReplayReport.Result) {
            name = result.name
            index = result.index
            root = result.root.map { "\($0)" }
            slot = result.slot
            state = result.state
            cause = result.cause
            ancestor = result.ancestor.map { "\($0)" }
            missing = result.missing.map { "\($0)" }
            missingEnvelope = result.missingEnvelope.map { "\($0)" }
            stage = result.stage
            reason = result.reason
            data = result.data
            stateRoot = result.stateRoot.map { "\($0)" }
        }
    }

    struct Envelope: Encodable {
        let name: String
        let index: Int
        /// Of the block whose payload it is.
        let root: String?
        let slot: UInt64
        let state: String
        let reason: String
        let waitedNs: UInt64
        let verifiedNs: UInt64

        init(_ envelope: ReplayReport.Envelope) {
            name = envelope.name
            index = envelope.index
            root = envelope.root.map { "\($0)" }
            slot = envelope.slot
            state = envelope.state
            reason = envelope.reason
            waitedNs = envelope.waited
            verifiedNs = envelope.verified
        }
    }

    struct Rejection: Encodable {
        let name: String
        let reason: String
    }

    struct Missing: Encodable {
        let root: String
        let waiting: Int
    }

    struct Memory: Encodable {
        let resident: Int
        let anonymous: Int
        let peak: Int
        let states: Int
        let stateBytes: Int
        let stateLimit: Int
        let statesEvicted: UInt64
        let caches: [String: Int]
        let rebuildings: UInt64

        init(_ memory: ReplayReport.Memory) {
            resident = memory.resident
            anonymous = memory.anonymous
            peak = memory.peak
            states = memory.states
            stateBytes = memory.stateBytes
            stateLimit = memory.stateLimit
            statesEvicted = memory.statesEvicted
            caches = memory.caches
            rebuildings = memory.rebuildings
        }
    }

    let ok: Bool
    /// Whose signatures were believed: `none`, `all`, a slot, or a root and its slot.
    let assumedSignatures: String
    let included: Int
    let invalid: Int
    let pending: Int
    let counts: [String: Int]
    /// Blocks with blobs by what was found of their data.
    let data: [String: Int]
    /// Payload envelopes by the state they ended in; included, invalid and pending are always told.
    let envelopeCounts: [String: Int]
    let envelopes: [Envelope]
    let sidecars: Int
    let rejectedSidecars: [Rejection]
    let headRoot: String
    let headSlot: UInt64
    let headStateRoot: String
    let justified: Point
    let finalized: Point
    let seconds: Double
    let blocksPerSecond: Double
    let transitions: UInt64
    let requests: UInt64
    let missing: [Missing]
    let stages: [String: StageTimes]
    let problems: [String]
    /// In bytes.
    let memory: Memory?
    let results: [Message]
    /// What `results` and `envelopes` list: `all`, or `faults`.
    let listed: String
    /// Faults beyond those listed.
    let unlisted: Int

    init(_ report: ReplayReport) {
        ok = report.isGood
        assumedSignatures = report.assumed.description
        included = report.included
        invalid = report.invalid
        pending = report.pending
        counts = report.counts
        data = report.data
        envelopeCounts = ["included": 0, "invalid": 0, "pending": 0].merging(report.envelopeCounts) { $1 }
        envelopes = report.envelopes.map(Envelope.init)
        sidecars = report.sidecars
        rejectedSidecars = report.rejectedSidecars.map { Rejection(name: $0.name, reason: $0.reason) }
        headRoot = "\(report.head)"
        headSlot = report.headSlot
        headStateRoot = "\(report.headStateRoot)"
        justified = Point(report.justified)
        finalized = Point(report.finalized)
        seconds = report.seconds
        blocksPerSecond = report.blocksPerSecond
        transitions = report.transitions
        requests = report.requests
        missing = report.missing.map { Missing(root: "\($0.root)", waiting: $0.waiting) }
        stages = Dictionary(
            report.stages.map { time in
                (time.stage, StageTimes(count: time.count, p50Ns: time.p50, p95Ns: time.p95, p99Ns: time.p99))
            },
            uniquingKeysWith: { $1 }
        )
        problems = report.problems
        memory = report.memory.map(Memory.init)
        results = report.results.map(Message.init)
        listed = report.listing == .all ? "all" : "faults"
        unlisted = report.sums.unlisted
    }
}
