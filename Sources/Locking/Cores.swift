/// Processor cores that the loops of a pure room may use side by side.
///
/// A pure room cuts a loop into parts that need nothing of each other; whoever gives it cores owns the threads. The
/// result must not depend on `width`: parts write each their own place, and are put together in order.
public struct Cores: Sendable {
    /// Runs a loop: calls the body once with every number below the count, and returns when all calls have.
    public typealias Loop = @Sendable (_ count: Int, _ body: @Sendable (Int) -> Void) -> Void

    /// The caller's own core: every loop runs in order, where it is called.
    public static let one = Cores()

    /// How many calls of a body may run at once.
    public let width: Int
    @usableFromInline let loop: Loop?

    private init() {
        width = 1
        loop = nil
    }

    /// Cores of somebody's threads; the caller of `loop` must be at work on it itself, and wait for nobody else's.
    public init(width: Int, loop: @escaping Loop) {
        self.width = max(1, width)
        self.loop = width > 1 ? loop : nil
    }

    /// Calls `body` with every number below `count`, in any order, on several threads at once.
    ///
    /// Bodies may use the same cores again. They must not take a lock that the caller holds.
    @inlinable
    public func forEach(count: Int, _ body: @Sendable (Int) -> Void) {
        if let loop, count > 1 {
            loop(count, body)
        } else {
            for i in 0..<max(0, count) { body(i) }
        }
    }

    /// The results of `body` for every number below `count`, in order.
    ///
    /// Throws the error of the lowest number that has one, as a loop in order would.
    @inlinable
    public func map<Result: Sendable, Failure: Error>(
        count: Int,
        _ body: @Sendable (Int) throws(Failure) -> Result
    ) throws(Failure) -> [Result] {
        var results: [Result] = []
        results.reserveCapacity(max(0, count))
        guard loop != nil, count > 1 else {
            for i in 0..<max(0, count) { results.append(try body(i)) }
            return results
        }
        let places = Guarded<[Swift.Result<Result, Failure>?]>(Array(repeating: nil, count: count))
        // What stands behind a failure need not be computed.
        let failed = Guarded(Int.max)
        forEach(count: count) { i in
            if failed.withLock({ $0 < i }) { return }
            let result: Swift.Result<Result, Failure>
            do throws(Failure) {
                result = .success(try body(i))
            } catch {
                result = .failure(error)
                failed.withLock { $0 = min($0, i) }
            }
            places.withLock { $0[i] = result }
        }
        for case let result? in places.withLock({ $0 }) { results.append(try result.get()) }
        return results
    }

    /// Runs both at once.
    @inlinable
    public func both<First: Sendable, Second: Sendable>(
        _ first: @Sendable () -> First,
        _ second: @Sendable () -> Second
    ) -> (First, Second) {
        guard loop != nil else { return (first(), second()) }
        let places = Guarded<(First?, Second?)>((nil, nil))
        forEach(count: 2) { i in
            if i == 0 {
                let result = first()
                places.withLock { $0.0 = result }
            } else {
                let result = second()
                places.withLock { $0.1 = result }
            }
        }
        let (one, other) = places.withLock { $0 }
        guard let one, let other else { return (first(), second()) }
        return (one, other)
    }
}

extension Cores {
    /// Cuts `0..<count` into ranges that begin at multiples of `grain`, some for each core, and not smaller than `grain`.
    ///
    /// Many more ranges than cores, so that a core that is late does not hold up the others by much.
    public func ranges(_ count: Int, grain: Int) -> [Range<Int>] {
        guard count > 0 else { return [] }
        let grain = max(1, grain)
        let grains = (count - 1) / grain + 1
        let parts = loop == nil ? 1 : min(grains, width * 8)
        return (0..<parts).map { part in
            min(count, grains * part / parts * grain)..<min(count, grains * (part + 1) / parts * grain)
        }
    }
}

extension Cores {
    /// Cuts `0..<count` into one equal part for each core, as far as each gets `least` or more; one at least.
    public func parts(of count: Int, least: Int) -> [Range<Int>] {
        let parts = max(1, min(width, count / max(1, least)))
        return (0..<parts).map { count * $0 / parts..<count * ($0 + 1) / parts }
    }
}

/// Memory that the parts of one loop read and write side by side, each at places of its own.
///
/// Only for the time of a loop that whoever owns the memory waits for. Two parts must not write one place, nor one read
/// what another writes.
public struct SharedMemory<Element>: @unchecked Sendable {  // parts of a loop keep to places of their own
    @usableFromInline let start: UnsafeMutablePointer<Element>?

    @inlinable
    public init(_ buffer: UnsafeMutableBufferPointer<Element>) { start = buffer.baseAddress }

    /// The places of `range`, which must be within the memory.
    @inlinable
    public subscript(range: Range<Int>) -> UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(start: start.map { $0 + range.lowerBound }, count: range.count)
    }
}
