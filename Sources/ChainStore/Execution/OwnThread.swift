internal import Glibc

/// A thread of the store's own: blocking calls belong here, never on the cooperative pool.
enum OwnThread {
    private final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts a detached thread; 15 bytes of `name` show in `top` and debuggers.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(StoreError) {
        let start = Start {
            setName(name)
            body()
        }
        let argument = Unmanaged.passRetained(start)
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
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
        pthread_detach(thread)
    }

    /// `pthread_setname_np` is hidden from Swift; the file does the same, as far as the kernel lets it.
    private static func setName(_ name: String) {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        let text = Array(name.utf8.prefix(15))
        _ = write(file, text, text.count)
        close(file)
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
