import Concurrency
import Hashing

@testable import ForkTree

/// A small reproducible source of random numbers; print its seed when a test fails.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// Yields until `condition` holds; `false` when it never does.
func eventually(_ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(60)
    while !condition() {
        if ContinuousClock.now > end { return false }
        await Task.yield()
    }
    return true
}

/// A root that is easy to recognise.
func root(_ number: Int) -> Bytes32 {
    var root = Bytes32()
    root.withUnsafeMutableBytes { $0.storeBytes(of: UInt64(number).bigEndian, as: UInt64.self) }
    return root
}

/// A counter that tasks can share.
final class Shared<Value: Sendable>: Sendable {
    private let storage: Guarded<Value>

    init(_ value: Value) { storage = Guarded(value) }

    var value: Value { storage.withLock { $0 } }

    func update(_ body: (inout Value) -> Void) {
        storage.withLock { value in body(&value) }
    }
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
