internal import BlockPipeline
public import Concurrency

/// Bounds on what comes over sockets.
public struct SocketLimits: Hashable, Sendable {
    /// Connections at once; one more is told so and closed.
    public var connections = 8
    /// Bytes of a message as it comes, compressed.
    ///
    /// Spec: `max_compressed_len` of `MAX_PAYLOAD_SIZE`.
    public var messageBytes = IngestLimits().messageBytes
    /// Messages of a connection whose verdict is not written yet; beyond, the connection is not read.
    ///
    /// More than blocks may wait for an ancestor, so that a sender whose ancestors come last is not held up.
    public var unanswered = 16_384
    /// Milliseconds of silence after which a connection is closed; 0 for never.
    ///
    /// Between messages only one that waits for no verdict: its sender may have nothing to say until then.
    public var idleMs: UInt64 = 600_000
    /// Seconds that a write may wait for the other side to read; then the connection is closed.
    public var writeSeconds = 10
    /// Milliseconds that a connection waits for its last verdicts after the other side has stopped sending.
    public var lingerMs: UInt64 = 30_000

    public init() {}
}

/// Takes messages from a Unix or loopback socket: `docs/ingest-protocol.md`.
///
/// Order: `init` listens; `run` accepts until `stopReading`, and returns once `finish` was called and the last
/// connection has ended. In between, what was read is carried through and its verdicts are written.
public final class IngestServer: Sendable {
    public let limits: SocketLimits
    private let listener: ListeningSocket
    private let clock: any WallClock

    private struct State {
        var isReading = true
        var isFinished = false
        var last = 0
        var open: [Int: IngestConnection] = [:]
    }

    private let state = Guarded(State())

    public init(
        _ address: IngestAddress,
        limits: SocketLimits = SocketLimits(),
        clock: any WallClock = SystemClock()
    ) throws(SocketError) {
        listener = try ListeningSocket(address)
        self.limits = limits
        self.clock = clock
    }

    /// Where it listens, with the port the system gave.
    public var address: IngestAddress { listener.address }

    /// Connections open now.
    public var connections: Int { state.withLock { $0.open.count } }

    /// Accepts connections and puts their blocks into `queue`, their sidecars into `sidecars`; without, these are refused.
    public func run(
        into queue: BoundedQueue<SocketMessage>,
        sidecars: BoundedQueue<SocketSidecar>? = nil
    ) async throws {
        // A thread to accept, and two for each connection: reading and writing block independently.
        let executor = try ThreadExecutor(name: "ingest", width: 1 + 2 * limits.connections)
        do {
            try await withThrowingDiscardingTaskGroup { group in
                try await withTaskCancellationHandler {
                    try await withTaskExecutorPreference(executor) {
                        while let socket = try await next() {
                            guard let (id, connection) = admit(socket, executor) else { continue }
                            group.addTask { [self] in
                                await connection.run(into: queue, sidecars)
                                state.withLock { _ = $0.open.removeValue(forKey: id) }
                            }
                        }
                    }
                } onCancel: {
                    stopReading()
                    finish()
                }
            }
        } catch {
            stopReading()
            finish()
            await executor.shutdown()
            throw error
        }
        await executor.shutdown()
    }

    /// Accepts no more and reads no more; verdicts still go out.
    public func stopReading() {
        listener.stop()
        let open = state.withLock { state in
            state.isReading = false
            return Array(state.open.values)
        }
        for connection in open { connection.socket.shutDown(.reading) }
    }

    /// Writes the verdicts that are there and closes the connections.
    public func finish() {
        let open = state.withLock { state in
            state.isFinished = true
            return Array(state.open.values)
        }
        for connection in open { connection.replies.finish() }
    }

    /// Blocks one of the executor's threads.
    private nonisolated func next() async throws -> SocketHandle? { try listener.accept() }

    private func admit(_ socket: SocketHandle, _ executor: ThreadExecutor) -> (Int, IngestConnection)? {
        let connection = IngestConnection(socket: socket, limits: limits, clock: clock, executor: executor)
        let id = state.withLock { state -> Int? in
            guard state.isReading, state.open.count < limits.connections else { return nil }
            state.last += 1
            state.open[state.last] = connection
            return state.last
        }
        if let id { return (id, connection) }
        // A few bytes into an empty buffer: this write does not wait.
        try? socket.write(IngestVerdict(0, refused: "expected at most \(limits.connections) connections").line)
        socket.close()
        return nil
    }
}
