import Concurrency
import Synchronization

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
