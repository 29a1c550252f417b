internal import BlockPipeline
internal import Concurrency
internal import DataAvailability
internal import ForkTree

/// One connection: reads messages in order, writes verdicts as they come.
///
/// Reading and writing block, each on a thread of the server's executor. A connection ends when its last verdict is
/// written after the other side has stopped sending, when a message breaks the framing, when a write fails or waits
/// too long, or when the server is finished.
struct IngestConnection: Sendable {
    let socket: SocketHandle
    let limits: SocketLimits
    let clock: any WallClock
    let executor: ThreadExecutor
    let replies: ReplyQueue
    private let places: PermitPool
    private let framing = Framing()

    init(socket: SocketHandle, limits: SocketLimits, clock: any WallClock, executor: ThreadExecutor) {
        self.socket = socket
        self.limits = limits
        self.clock = clock
        self.executor = executor
        // Two verdicts a message, and one more for a refusal that has no place.
        replies = ReplyQueue(capacity: 2 * limits.unanswered + 1)
        places = PermitPool(width: limits.unanswered)
        socket.setWriteTimeout(seconds: limits.writeSeconds)
        socket.setReadTimeout(milliseconds: limits.idleMs)
    }

    /// Carries the connection to its end.
    func run(into queue: BoundedQueue<SocketMessage>, _ sidecars: BoundedQueue<SocketSidecar>?) async {
        await withTaskCancellationHandler {
            await withTaskGroup { group in
                group.addTask(executorPreference: executor) {
                    await read(into: queue, sidecars)
                    await linger()
                    replies.finish()
                }
                await withTaskExecutorPreference(executor) { await write() }
                // Nothing can be said any more: wakes the reader, and ends its wait for verdicts. Where the framing is
                // broken the reader has ended, and what the other side still sends is let in, to be dropped.
                replies.finish()
                socket.shutDown(framing.isBroken ? .writing : .both)
                group.cancelAll()
            }
        } onCancel: {
            replies.finish()
            socket.shutDown(.both)
        }
        if framing.isBroken {
            let limit = 2 * limits.messageBytes
            await withTaskExecutorPreference(executor) { await discard(limit) }
        }
        socket.close()
    }

    /// Blocks one of the executor's threads.
    private nonisolated func discard(_ limit: Int) async { socket.discard(limit: limit) }

    private func read(into queue: BoundedQueue<SocketMessage>, _ sidecars: BoundedQueue<SocketSidecar>?) async {
        var sequence: UInt64 = 0
        while let place = try? await places.acquire() {
            do throws(SocketError) {
                guard let (kind, bytes) = try frame(sequence, takesSidecars: sidecars != nil) else { return }
                let isTaken: Bool
                if let sidecar = kind.sidecar {
                    let message = SocketSidecar(
                        message: SidecarMessage(bytes: bytes, kind: sidecar),
                        sequence: sequence,
                        replies: replies,
                        place: place
                    )
                    isTaken = if case .enqueued = try? await sidecars?.send(message) { true } else { false }
                } else {
                    let content: IngestedContent =
                        kind == .payloadEnvelope
                        ? .envelope(PayloadMessage(bytes: bytes))
                        : .block(BlockMessage(bytes: bytes, origin: .socket, receivedAt: clock.now))
                    let message = SocketMessage(
                        content: content,
                        label: ReplyPath(sequence: sequence, replies: replies, place: place)
                    )
                    isTaken = if case .enqueued = try? await queue.send(message) { true } else { false }
                }
                guard isTaken else {
                    return replies.send(IngestVerdict(sequence, refused: "the daemon stops"), place: place)
                }
                sequence += 1
            } catch {
                // The other side has gone; there is nobody to tell.
                return
            }
        }
    }

    /// One message; `nil` at the end, or where the framing is broken, which is answered.
    private func frame(
        _ sequence: UInt64,
        takesSidecars: Bool
    ) throws(SocketError) -> (kind: MessageKind, bytes: [UInt8])? {
        var header = try socket.read(4)
        // One place is this message's own.
        while case .silent(after: 0) = header, places.available < places.width - 1 { header = try socket.read(4) }
        switch header {
        case .ended(after: 0): return nil
        case .silent(after: 0): return refuse(sequence, "nothing came for \(limits.idleMs) ms")
        case .silent(let count): return refuse(sequence, stalled("length", 4, count))
        case .ended(let count):
            return refuse(sequence, "length: expected 4 bytes, got \(count)")
        case .bytes(let header):
            guard let kind = MessageKind(rawValue: header[3]), takesSidecars || kind.sidecar == nil else {
                let known = MessageKind.allCases.filter { takesSidecars || $0.sidecar == nil }.map { "\($0.rawValue)" }
                return refuse(sequence, "kind: expected \(known.joined(separator: ", ")), got \(header[3])")
            }
            let length = header[..<3].reversed().reduce(0) { $0 << 8 | Int($1) }
            guard length <= limits.messageBytes else {
                return refuse(sequence, "message: expected at most \(limits.messageBytes) bytes, got \(length)")
            }
            switch try socket.read(length) {
            case .bytes(let bytes): return (kind, bytes)
            case .ended(let count): return refuse(sequence, "message: expected \(length) bytes, got \(count)")
            case .silent(let count): return refuse(sequence, stalled("message", length, count))
            }
        }
    }

    private func stalled(_ what: String, _ expected: Int, _ got: Int) -> String {
        "\(what): expected \(expected) bytes, got \(got) before \(limits.idleMs) ms of silence"
    }

    private func refuse(_ sequence: UInt64, _ reason: String) -> (kind: MessageKind, bytes: [UInt8])? {
        framing.breakOff()
        replies.send(IngestVerdict(sequence, refused: reason), place: nil)
        return nil
    }

    /// Waits for the verdicts that are still to come, for as long as the limits say.
    private func linger() async {
        let (end, overflow) = clock.now.addingReportingOverflow(limits.lingerMs)
        await withTaskGroup { group in
            group.addTask { _ = try? await places.acquire(places.width) }
            group.addTask { try? await clock.sleep(until: overflow ? .max : end) }
            await group.next()
            group.cancelAll()
        }
    }

    private func write() async {
        while let reply = await replies.next() {
            do throws(SocketError) { try socket.write(reply.line) } catch { return }
            reply.place?.release()
        }
    }
}

/// What a message carries: the fourth byte of its header.
private enum MessageKind: UInt8, CaseIterable {
    case block = 0
    case blobSidecar = 1
    case dataColumnSidecar = 2
    case payloadEnvelope = 3

    var sidecar: Sidecar.Kind? {
        switch self {
        case .block, .payloadEnvelope: nil
        case .blobSidecar: .blob
        case .dataColumnSidecar: .column
        }
    }
}

/// Whether the bytes of a connection still fall into messages.
private final class Framing: Sendable {
    private let broken = Guarded(false)

    var isBroken: Bool { broken.withLock { $0 } }

    func breakOff() { broken.withLock { $0 = true } }
}
