internal import BlockPipeline
internal import ChainStore
internal import Concurrency
internal import ConsensusTypes
internal import ForkChoice
internal import ForkTree
internal import Foundation
internal import GossipIngest
internal import Hashing
internal import SSZ
internal import Snappy

/// Collects the outcomes of a replay: counts of all, and as many one by one as are asked for.
///
/// A stream may have hundreds of thousands of messages, so what came of one that is just included is a count.
actor ReplayTally {
    private let total: Int
    private let listing: ReplayReport.Listing
    private let progress: @Sendable (Int, Int) -> Void
    private var done = 0
    private var results: [ReplayReport.Result] = []
    private var envelopes: [ReplayReport.Envelope] = []
    private var sums = ReplayReport.Sums()
    /// By block that waits: the ancestor that never came.
    private var missing: [Root: Root] = [:]
    /// By block: the block whose payload never came.
    private var missingPayloads: [Root: Root] = [:]

    init(
        total: Int,
        listing: ReplayReport.Listing = .all,
        progress: @escaping @Sendable (Int, Int) -> Void
    ) {
        self.total = total
        self.listing = listing
        self.progress = progress
    }

    func add(_ label: ReplayMessage.Label, _ outcome: IngestOutcome) {
        switch outcome {
        case .block(let outcome): add(ReplayReport.Result(label, outcome))
        case .envelope(let outcome): add(ReplayReport.Envelope(label, outcome))
        }
        done += 1
        progress(done, total)
    }

    private func add(_ found: ReplayReport.Result) {
        var result = found
        // What was let go because its ancestor never came: `missing` was told before.
        if result.state == "evicted", let root = result.root {
            if let parent = missingPayloads[root] {
                result.state = "pending"
                result.missingEnvelope = parent
                result.reason = "expected the payload envelope of block \(parent), which never came"
            } else if let absent = missing[root] {
                result.state = "pending"
                result.missing = absent
                result.reason = "expected block \(absent) before it, which never came"
            }
        }
        sums.add(result)
        if lists(isFault: result.isFault, results.count) { results.append(result) }
    }

    private func add(_ envelope: ReplayReport.Envelope) {
        sums.add(envelope)
        if lists(isFault: envelope.isFault, envelopes.count) { envelopes.append(envelope) }
    }

    private func lists(isFault: Bool, _ count: Int) -> Bool {
        guard case .faults(let most) = listing else { return true }
        if isFault, count >= most { sums.unlisted += 1 }
        return isFault && count < most
    }

    /// Notes for every block that waits which ancestor, or whose payload, never came.
    ///
    /// - Parameters:
    ///   - tree: blocks that are not included will do.
    func missing(_ tree: ForkTreeSnapshot, payloads: [Root: Root]) {
        guard !tree.missing.isEmpty || !payloads.isEmpty else { return }
        var children: [Root: [Root]] = [:]
        for node in tree.nodes { children[node.root] = node.children }
        for absent in tree.missing {
            var rest = absent.children
            while let root = rest.popLast() {
                missing[root] = absent.root
                rest += children[root] ?? []
            }
        }
        for (block, parent) in payloads {
            var rest = [block]
            while let root = rest.popLast() {
                missingPayloads[root] = parent
                rest += children[root] ?? []
            }
        }
    }

    func report(
        chain: Chain,
        anchor: Anchor,
        options: ReplayOptions,
        seconds: Double
    ) async throws -> ReplayReport {
        let snapshot = chain.choice.snapshot
        var report = ReplayReport(snapshot: snapshot, metrics: chain.metrics, seconds: seconds)
        report.assumed = options.assumed
        report.requests = chain.tree.statistics.fetchesAsked
        results.sort { $0.index < $1.index }
        envelopes.sort { $0.index < $1.index }
        report.listing = listing
        report.results = results
        report.envelopes = envelopes
        report.sums = sums
        if report.included == 0, report.messages > 0, snapshot.tree.count <= 1 {
            let wanted = report.missing.map(\.root.description)
            if !wanted.isEmpty {
                report.problems.append(
                    "anchor state: block root: got \(anchor.blockRoot), expected one that a block of the stream builds "
                        + "on: \(wanted.prefix(3).joined(separator: ", "))"
                )
            }
        }
        if let expected = options.expectedHead, expected != snapshot.head.root {
            report.problems.append("head root: expected \(expected), got \(snapshot.head.root)")
        }
        if let path = options.expectedPost {
            try await report.compare(path, chain: chain, head: snapshot.head.root)
        }
        return report
    }
}

extension ReplayReport {
    /// Compares the head's state with the one in a file.
    mutating func compare(_ path: String, chain: Chain, head: Root) async throws {
        let post = try await chain.states.state(after: head).state
        let context = chain.spec.context(post.forkName)
        let bytes = try ByteFile.contents(of: path, maximum: 1 << 31)
        let expected = path.hasSuffix("_snappy") ? try Snappy.uncompress(bytes, maximum: 1 << 31) : bytes
        if post.encoded(in: context) == expected { return }
        guard let wanted = try? BeaconState.decode(expected, in: context) else {
            problems.append("\(path): expected a state of \(post.forkName.name), got other bytes")
            return
        }
        let fields = zip(wanted.fieldRoots(in: context), post.fieldRoots(in: context))
        let names = context.plan(for: BeaconState.self).fieldNames
        let differing = zip(names, fields).filter { $0.1.0 != $0.1.1 }.map(\.0)
        problems.append(
            "post-state: expected root \(wanted.hashTreeRoot(in: context)), got \(post.hashTreeRoot(in: context)); "
                + "fields that differ: \(differing.joined(separator: ", "))"
        )
    }
}
