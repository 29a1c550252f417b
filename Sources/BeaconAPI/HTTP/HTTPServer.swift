internal import CMicroHTTPD
internal import Concurrency

/// An HTTP server on the loopback address: one library thread for all sockets, one task for each request.
///
/// The library (GNU libmicrohttpd) reads and writes; a request is handed over through a bounded queue, its connection
/// suspended meanwhile, and the library goes on when the task has answered. Bounds: connections (more are closed at
/// once), requests waiting (more get 503), header bytes (the library's 32 KiB), idle seconds. Bodies are not taken.
///
/// Order: `init` listens, `run` answers until it is cancelled or `stop` is called, then closes. Only this file and
/// `HTTPExchange` know the library.
public final class HTTPServer: Sendable {
    public struct Limits: Hashable, Sendable {
        public var connections: UInt32 = 64
        /// Requests handed over and not begun; more get 503.
        public var waiting = 256
        /// Seconds after which a silent connection is closed.
        public var idleSeconds: UInt32 = 30

        public init() {}
    }

    /// What the library's callbacks reach.
    private final class Core: Sendable {
        let requests: BoundedQueue<HTTPExchange>
        /// Requests whose answer is not on its way out yet, and who is told when there are none.
        private let open = Guarded((count: 0, isWatched: false))
        private let idle = BoundedQueue<Void>(capacity: 1, overflow: .rejectNewest)

        init(waiting: Int) { requests = BoundedQueue(capacity: waiting, overflow: .rejectNewest) }

        func begin() { open.withLock { $0.count += 1 } }

        func end() {
            let isIdle = open.withLock { open in
                open.count -= 1
                return open.count <= 0 && open.isWatched
            }
            if isIdle { idle.finish() }
        }

        /// Waits until every answer is sent, but not longer than `milliseconds`.
        func untilIdle(_ milliseconds: UInt64) async {
            let isIdle = open.withLock { open in
                open.isWatched = true
                return open.count <= 0
            }
            if isIdle { return }
            let clock = SystemClock()
            let end = clock.now + milliseconds
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = try? await self.idle.receive() }
                group.addTask { try? await clock.sleep(until: end) }
                await group.next()
                group.cancelAll()
            }
        }
    }

    private let core: Core
    /// The address of the library's daemon; zero once it is stopped.
    private let daemon: Guarded<UInt>
    /// The port that is listened on.
    public let port: UInt16

    /// Listens on 127.0.0.1.
    ///
    /// - Parameters:
    ///   - port: 0 takes any that is free.
    public init(port: UInt16, limits: Limits = Limits()) throws(HTTPServerError) {
        let core = Core(waiting: limits.waiting)
        let context = Unmanaged.passUnretained(core).toOpaque()
        guard
            let started = martlet_http_start(
                port,
                limits.connections,
                limits.idleSeconds,
                { context, connection, path, method, _, _, uploadSize, state in
                    HTTPServer.access(context, connection, path, method, uploadSize, state)
                },
                { context, _, state, _ in HTTPServer.completed(context, state) },
                context
            )
        else { throw .cannotListen(port: port) }
        self.core = core
        daemon = Guarded(UInt(bitPattern: started))
        self.port = martlet_http_port(started)
    }

    deinit { close() }

    /// Answers requests until the task is cancelled or `stop` is called; the port is free again when it returns.
    public func run(_ respond: @escaping @Sendable (HTTPRequest) async -> HTTPResponse) async {
        await withDiscardingTaskGroup { group in
            for await exchange in core.requests {
                group.addTask { exchange.finish(await respond(exchange.request)) }
            }
            // Whoever was handed over and not begun is told, or the connection would stay suspended for ever.
            core.requests.finish()
            while let exchange = core.requests.tryReceive() { exchange.finish(Self.stopping) }
        }
        // Answers are written by the library's thread after the tasks have ended, also when this task is cancelled.
        await Task { [core] in await core.untilIdle(Self.patience) }.value
        close()
    }

    /// Milliseconds that clients have to read their last answers.
    private static let patience: UInt64 = 2_000

    /// Turns new requests away and lets `run` end with those it has.
    public func stop() { core.requests.finish() }

    private static let stopping = HTTPResponse.error(503, "the daemon stops")
    private static let busy = HTTPResponse.error(503, "too many requests")

    /// Ends the library's thread: milliseconds, since no connection is suspended any more.
    private func close() {
        core.requests.finish()
        while let exchange = core.requests.tryReceive() { exchange.finish(Self.stopping) }
        let running = daemon.withLock { daemon in
            defer { daemon = 0 }
            return daemon
        }
        guard let running = OpaquePointer(bitPattern: running) else { return }
        MHD_stop_daemon(running)
    }

    // MARK: On the library's thread

    private static func access(
        _ context: UnsafeMutableRawPointer?,
        _ connection: OpaquePointer?,
        _ path: UnsafePointer<CChar>?,
        _ method: UnsafePointer<CChar>?,
        _ uploadSize: UnsafeMutablePointer<Int>?,
        _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> MHD_Result {
        guard let context, let connection, let path, let method, let state else { return .NO }
        let core = Unmanaged<Core>.fromOpaque(context).takeUnretainedValue()
        guard let known = state.pointee else {
            let request = HTTPRequest(method: String(cString: method), path: String(cString: path))
            let exchange = HTTPExchange(request, connection: connection)
            // Answered before the body is read: the library closes the connection instead of reading it.
            guard ["GET", "HEAD"].contains(request.method) else {
                return queue(.error(405, "expected GET, got \(request.method.prefix(16))"), connection)
            }
            state.pointee = Unmanaged.passRetained(exchange).toOpaque()
            return .YES
        }
        let exchange = Unmanaged<HTTPExchange>.fromOpaque(known).takeUnretainedValue()
        if let response = exchange.response { return queue(response, connection) }
        if let uploadSize, uploadSize.pointee > 0 {
            uploadSize.pointee = 0
            return .NO
        }
        core.begin()
        exchange.suspend()
        switch core.requests.trySend(exchange) {
        case .enqueued, .enqueuedDropping: break
        case .rejected: exchange.finish(busy)
        case .finished: exchange.finish(stopping)
        }
        return .YES
    }

    private static func completed(
        _ context: UnsafeMutableRawPointer?,
        _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) {
        guard let context, let state, let known = state.pointee else { return }
        let exchange = Unmanaged<HTTPExchange>.fromOpaque(known)
        // Only those that were handed over were counted.
        if exchange.takeUnretainedValue().response != nil {
            Unmanaged<Core>.fromOpaque(context).takeUnretainedValue().end()
        }
        exchange.release()
        state.pointee = nil
    }

    /// Bytes up to which a body is handed over at once, and in which a longer one is read.
    private static let blockSize = 1 << 16

    private static func queue(_ response: HTTPResponse, _ connection: OpaquePointer) -> MHD_Result {
        guard let made = make(response) else { return .NO }
        defer { MHD_destroy_response(made) }
        _ = MHD_add_response_header(made, "Content-Type", response.contentType)
        return MHD_queue_response(connection, response.status, made)
    }

    /// The library's response; a long body is read from ours while it is sent, not copied.
    private static func make(_ response: HTTPResponse) -> OpaquePointer? {
        guard response.pieces != nil || response.body.count > blockSize else {
            var body = response.body
            return body.withUnsafeMutableBytes { buffer in
                // Copied by the library before the call returns.
                MHD_create_response_from_buffer(buffer.count, buffer.baseAddress, .RESPMEM_MUST_COPY)
            }
        }
        let reader = Unmanaged.passRetained(HTTPBodyReader(response))
        let made = MHD_create_response_from_callback(
            response.pieces == nil ? UInt64(response.body.count) : martlet_http_unknown_size(),
            blockSize,
            { reader, _, buffer, count in HTTPServer.read(reader, buffer, count) },
            reader.toOpaque(),
            // Called once, when the body is sent or its client is gone.
            { reader in reader.map { Unmanaged<HTTPBodyReader>.fromOpaque($0).release() } }
        )
        if made == nil { reader.release() }
        return made
    }

    private static func read(
        _ reader: UnsafeMutableRawPointer?,
        _ buffer: UnsafeMutablePointer<CChar>?,
        _ count: Int
    ) -> Int {
        guard let reader, let buffer, count > 0 else { return martlet_http_error() }
        let body = Unmanaged<HTTPBodyReader>.fromOpaque(reader).takeUnretainedValue()
        return switch body.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: count)) {
        case .bytes(let count): count
        case .end: martlet_http_end()
        case .failed: martlet_http_error()
        }
    }
}

/// Why there is no server.
public enum HTTPServerError: Error, Hashable, Sendable, CustomStringConvertible {
    case cannotListen(port: UInt16)

    public var description: String {
        switch self {
        case .cannotListen(let port): "cannot listen on 127.0.0.1:\(port): is the port in use?"
        }
    }
}
