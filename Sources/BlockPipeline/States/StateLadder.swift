internal import ChainStore
internal import ConsensusTypes

/// The kept states that the next one may be made from: a whole one and, above it, ever shorter steps.
///
/// The state at position p is made from that at p with its lowest bit cleared. So it takes one difference for each bit
/// of p to read it, and half of all differences span one step only. Going up, what the next position's base is lies on
/// the way to the last one: the ladder is that way. Each branch has its own, told by its latest kept state.
struct StateLadder: Sendable {
    /// The whole one first; positions rise.
    private let rungs: [StoredState]

    /// - Parameters:
    ///   - chain: from the latest kept state down to a whole one.
    init(_ chain: [StoredState]) { rungs = chain.reversed() }

    var whole: StoredState? { rungs.first }
    var latest: StoredState? { rungs.last }

    /// Blocks whose states the next ones may be made from.
    var roots: Set<Root> { Set(rungs.map(\.root)) }

    /// The position of the next kept state, and what it is made from.
    var next: (position: UInt32, base: StoredState)? {
        guard let last = rungs.last else { return nil }
        let (position, isLast) = last.position.addingReportingOverflow(1)
        guard !isLast else { return nil }
        return rungs.last { $0.position == position & (position - 1) }.map { (position, $0) }
    }
}
