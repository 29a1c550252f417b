import Concurrency
import Foundation
import GossipIngest
import Node

/// Sends a simulated chain to a daemon, each message at its time, and hears what comes of it.
///
/// Sending, and reading what comes back, block threads of their own. Messages are read from disk when they are sent: the
/// chain may be made far ahead of its time, or just before it.
struct RealtimeLoad: Sendable {
    var directory: String
    var address: IngestAddress
    var plan: DeliveryPlan
    /// When slot 0 begins, in milliseconds since 1970.
    var genesisMs: UInt64
    /// When to give up waiting for somebody who listens, in milliseconds since 1970.
    var connectUntilMs: UInt64
    var clock: any WallClock = SystemClock()
    /// How long to wait for the last answers.
    var lingerMs: UInt64 = 35_000

    private static let retryMs: UInt64 = 200

    /// Runs until every message of `queue` is sent and answered, or the stop is asked for.
    func run(_ queue: BoundedQueue<WrittenMessage>, stop: StopSignal) async throws -> LoadReport {
        let executor = try ThreadExecutor(name: "load", width: 2)
        do {
            let client = try await connect(executor, stop)
            let tally = LoadTally()
            if let client {
                try await withThrowingTaskGroup { group in
                    group.addTask(executorPreference: executor) { try await read(client, tally) }
                    do {
                        try await sendUntilStopped(queue, client, tally, executor, stop)
                    } catch {
                        client.close()
                        throw error
                    }
                    client.endSending()
                    // The daemon closes once it has said all; if it does not, so do we.
                    let end = clock.now + lingerMs
                    group.addTask {
                        try? await clock.sleep(until: end)
                        client.close()
                    }
                    try await group.next()
                    group.cancelAll()
                }
            }
            await executor.shutdown()
            return tally.report(interrupted: stop.reason != nil)
        } catch {
            await executor.shutdown()
            throw error
        }
    }

    private func sendUntilStopped(
        _ queue: BoundedQueue<WrittenMessage>,
        _ client: IngestClient,
        _ tally: LoadTally,
        _ executor: ThreadExecutor,
        _ stop: StopSignal
    ) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await send(queue, client, tally, executor) }
            group.addTask { await stop.wait() }
            try await group.next()
            group.cancelAll()
            do {
                while try await group.next() != nil {}
            } catch is CancellationError {}
        }
    }

    /// Tries until somebody listens; `nil` where the stop was asked for.
    private func connect(_ executor: ThreadExecutor, _ stop: StopSignal) async throws -> IngestClient? {
        while stop.reason == nil {
            do {
                return try await onThread(executor) { try IngestClient(address) }
            } catch let error as SocketError {
                guard clock.now + Self.retryMs < connectUntilMs else { throw error }
                try await clock.sleep(until: clock.now + Self.retryMs)
            }
        }
        return nil
    }

    private func send(
        _ queue: BoundedQueue<WrittenMessage>,
        _ client: IngestClient,
        _ tally: LoadTally,
        _ executor: ThreadExecutor
    ) async throws {
        var deliveries = DeliveryQueue()
        var number = 0
        var next = try await queue.receive()
        while next != nil || !deliveries.isEmpty {
            // No message behind `next` has an earlier slot, so none is due before that begins.
            while let message = next, start(of: message.slot) <= deliveries.nextMs ?? .max {
                for offset in plan.offsets(of: message, number: number) {
                    deliveries.add(Delivery(message: message, number: number, dueMs: start(of: message.slot) + offset))
                }
                number += 1
                next = try await queue.receive()
            }
            guard let delivery = deliveries.take() else { continue }
            try await clock.sleep(until: delivery.dueMs)
            let path = "\(directory)/\(delivery.message.file)"
            let end = start(of: delivery.message.slot + 1)
            try await onThread(executor) {
                let bytes = try ByteFile.contents(of: path, maximum: 1 << 24)
                tally.send(delivery, atMs: clock.now, slotEndMs: end)
                try client.send(delivery.message.kind.ingestKind, bytes)
            }
        }
    }

    private func start(of slot: UInt64) -> UInt64 { genesisMs + slot * plan.slotMs }

    private func read(_ client: IngestClient, _ tally: LoadTally) async throws {
        while let line = try client.line() { tally.answer(line, atMs: clock.now) }
    }

    private func onThread<R: Sendable>(
        _ executor: ThreadExecutor,
        _ body: @Sendable @escaping () throws -> R
    ) async throws -> R {
        try await withTaskExecutorPreference(executor) { try await Self.run(body) }
    }

    private static nonisolated func run<R: Sendable>(_ body: @Sendable () throws -> R) async throws -> R { try body() }
}

extension WrittenMessage.Kind {
    var ingestKind: IngestClient.Kind {
        switch self {
        case .block: .block
        case .envelope: .payloadEnvelope
        case .blob: .blobSidecar
        case .column: .dataColumnSidecar
        }
    }
}
