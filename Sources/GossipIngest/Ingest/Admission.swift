internal import Hashing

/// Who may come in: messages of a size that a block can have, and of equal ones the first.
///
/// A plain value; `GossipIngest` keeps it under a lock. Messages are told apart by the hash of their bytes, before
/// anything is decompressed: a thousand copies at once cost a thousand hashes and one task.
struct Admission {
    enum Answer: Equatable {
        case admitted
        /// The same bytes are under way, or came to an end that would only be repeated.
        case duplicate
        case tooLarge(limit: Int, got: Int)
    }

    let maximumBytes: Int
    /// Digests remembered; the oldest is forgotten first.
    let memory: Int
    /// Each digest's latest turn.
    private var known: [Bytes32: UInt64] = [:]
    /// Turns that have a place, the oldest at `oldest` once it is full; a digest let in again has taken another turn.
    private var order: [(digest: Bytes32, turn: UInt64)] = []
    private var oldest = 0
    private var turn: UInt64 = 0

    init(maximumBytes: Int, memory: Int) {
        self.maximumBytes = maximumBytes
        self.memory = max(1, memory)
    }

    mutating func ask(_ digest: Bytes32, bytes: Int) -> Answer {
        guard bytes <= maximumBytes else { return .tooLarge(limit: maximumBytes, got: bytes) }
        guard known[digest] == nil else { return .duplicate }
        turn += 1
        known[digest] = turn
        if order.count < memory {
            order.append((digest, turn))
        } else {
            let last = order[oldest]
            if known[last.digest] == last.turn { known[last.digest] = nil }
            order[oldest] = (digest, turn)
            oldest = (oldest + 1) % memory
        }
        return .admitted
    }

    /// Lets the same bytes in again: their task ended without a verdict.
    mutating func forget(_ digest: Bytes32) {
        known[digest] = nil
    }
}
