internal import CDispatch  // owns pthread_attr_t where the room sees Dispatch at all
internal import Glibc

/// A thread of the store's own: blocking calls belong here, never on the cooperative pool.
enum OwnThread {
    private final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts a detached thread; `name` is for the error text.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(StoreError) {
        let start = Start(body)
        let argument = Unmanaged.passRetained(start)
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, 2 << 20)
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            &attributes,
            { argument in
                if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            },
            argument.toOpaque()
        )
        guard code == 0 else {
            argument.release()
            throw .inputOutput(directory: "", detail: "no thread \(name): error \(code)")
        }
    }

    /// Runs one blocking piece of work on a thread made for it; once begun it is not cancelled.
    static func run<R: Sendable>(_ name: String, _ body: @escaping @Sendable () throws -> R) async throws -> R {
        try await Waiter<R>().wait { waiter in
            guard waiter.claim() else { return }
            do throws(StoreError) {
                try start(name) { waiter.finish(Result { try body() }) }
            } catch {
                waiter.finish(.failure(error))
            }
        }
    }
}
