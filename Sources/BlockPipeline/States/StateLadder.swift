internal import ChainStore
internal import ConsensusTypes

/// The kept states that the next ones may be made from: a whole one and, above it, ever shorter steps.
///
/// The state at position p is made from that at p with its lowest bit cleared. So it takes one difference for each bit
/// of p to read it, and half of all differences span one step only. Going up, what the next position's base is lies on
/// the way to the last one: the ladder is that way.
struct StateLadder: Sendable {
    struct Rung: Sendable {
        let stored: StoredState
        /// The state in memory; rebuilt from the store where it is not.
        var post: PostState?
    }

    /// The whole one first; positions rise.
    private(set) var rungs: [Rung]

    /// - Parameters:
    ///   - chain: from the latest kept state down to a whole one.
    init(_ chain: [StoredState], latest: PostState) {
        rungs = chain.reversed().map { Rung(stored: $0, post: $0.root == latest.blockRoot ? latest : nil) }
    }

    var whole: StoredState? { rungs.first?.stored }

    /// The position of the next kept state, and what it is made from.
    var next: (position: UInt32, base: Rung)? {
        guard let last = rungs.last else { return nil }
        let position = last.stored.position + 1
        return rungs.last { $0.stored.position == position & (position - 1) }.map { (position, $0) }
    }

    /// Takes a kept state in: those above its base are of no more use.
    mutating func add(_ rung: Rung) {
        if rung.stored.isWhole {
            rungs = [rung]
        } else {
            while let last = rungs.last, last.stored.root != rung.stored.base { rungs.removeLast() }
            rungs.append(rung)
        }
    }
}
