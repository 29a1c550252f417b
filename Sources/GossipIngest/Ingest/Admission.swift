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
    private var known: Set<Bytes32> = []
    private var order: [Bytes32] = []
    private var oldest = 0

    init(maximumBytes: Int, memory: Int) {
        self.maximumBytes = maximumBytes
        self.memory = max(1, memory)
    }

    mutating func ask(_ digest: Bytes32, bytes: Int) -> Answer {
        guard bytes <= maximumBytes else { return .tooLarge(limit: maximumBytes, got: bytes) }
        guard known.insert(digest).inserted else { return .duplicate }
        if order.count < memory {
            order.append(digest)
        } else {
            known.remove(order[oldest])
            order[oldest] = digest
            oldest = (oldest + 1) % memory
        }
        return .admitted
    }

    /// Lets the same bytes in again: their task ended without a verdict.
    mutating func forget(_ digest: Bytes32) {
        known.remove(digest)
    }
}
