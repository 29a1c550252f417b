internal import Concurrency
internal import ForkTree
internal import Hashing

/// Post-states of blocks that are not included yet, for children whose transition runs ahead on them.
///
/// The tree says who may go ahead and bounds how many do; here is only what they go on. Whoever holds a state lets it go
/// when its ticket has ended, so nothing stays behind.
public final class AheadStates: Sendable {
    private struct Entry {
        let post: PostState
        /// The copies of the block that have made it.
        var holders: Set<Bytes32>
    }

    private let entries = Guarded<[Bytes32: Entry]>([:])

    /// States held now.
    public var count: Int { entries.withLock { $0.count } }

    subscript(root: Bytes32) -> PostState? { entries.withLock { $0[root]?.post } }

    func hold(_ post: PostState, for ticket: BlockTicket) {
        entries.withLock { entries in
            _ = entries[ticket.root, default: Entry(post: post, holders: [])].holders.insert(ticket.signature)
        }
    }

    func release(_ ticket: BlockTicket) {
        entries.withLock { entries in
            entries[ticket.root]?.holders.remove(ticket.signature)
            if entries[ticket.root]?.holders.isEmpty == true { entries[ticket.root] = nil }
        }
    }
}
