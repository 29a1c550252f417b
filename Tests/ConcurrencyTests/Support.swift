import Concurrency
import Synchronization

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
///
/// Gives way instead of sleeping, so it costs no time when the condition is about to hold.
func eventually(_ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(60)
    while !condition() {
        if ContinuousClock.now > end { return false }
        await Task.yield()
    }
    return true
}

/// Calls `body` with every sequence of `length` numbers below `choices`.
func everySequence(of choices: Int, length: Int, _ body: ([Int]) -> Void) {
    var digits = [Int](repeating: 0, count: length)
    while true {
        body(digits)
        var position = 0
        while position < length {
            digits[position] += 1
            if digits[position] < choices { break }
            digits[position] = 0
            position += 1
        }
        if position == length { return }
    }
}

/// A counter that tasks can share.
final class Counter: Sendable {
    private let storage = Atomic(0)

    var value: Int { storage.load(ordering: .relaxed) }

    @discardableResult
    func add(_ amount: Int = 1) -> Int { storage.wrappingAdd(amount, ordering: .relaxed).newValue }

    func raise(to value: Int) { storage.max(value, ordering: .relaxed) }
}

/// A value that tasks can share.
final class Shared<Value: Sendable>: Sendable {
    private let storage: Guarded<Value>

    init(_ value: Value) { storage = Guarded(value) }

    var value: Value { storage.withLock { $0 } }

    func update(_ body: (inout Value) -> Void) {
        storage.withLock { value in body(&value) }
    }
}
