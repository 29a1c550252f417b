internal import Concurrency

/// Messages of a queue, each counted as work before anybody can see it.
struct CountedSource<Element: Sendable>: AsyncSequence, Sendable {
    let queue: BoundedQueue<Element>
    let quiet: Quiescence

    struct AsyncIterator: AsyncIteratorProtocol {
        let queue: BoundedQueue<Element>
        let quiet: Quiescence

        mutating func next() async throws -> Element? {
            guard let message = try await queue.receive() else {
                quiet.sourceEnded()
                return nil
            }
            quiet.enter()
            return message
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(queue: queue, quiet: quiet) }
}
