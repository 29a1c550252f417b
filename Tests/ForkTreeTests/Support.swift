import Concurrency
import Hashing

@testable import ForkTree

/// A root that is easy to recognise.
func root(_ number: Int) -> Bytes32 {
    var root = Bytes32()
    root.withUnsafeMutableBytes { $0.storeBytes(of: UInt64(number).bigEndian, as: UInt64.self) }
    return root
}

extension ForkTree {
    /// Takes in block `number` of `slot` below `parent`; its ticket, or `nil` when it is not fresh.
    func take(_ number: Int, slot: UInt64, below parent: Int, signature: Int = 1, bytes: Int = 100) -> BlockTicket? {
        let outcome = insert(
            root: root(number),
            slot: slot,
            parent: root(parent),
            signature: root(signature),
            bytes: bytes
        )
        guard case .fresh(let ticket) = outcome else { return nil }
        return ticket
    }

    var waiting: Int { counts().waiters }
}

extension InsertOutcome {
    var ticket: BlockTicket? {
        guard case .fresh(let ticket) = self else { return nil }
        return ticket
    }
}
