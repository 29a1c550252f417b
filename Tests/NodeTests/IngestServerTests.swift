import BlockPipeline
import Concurrency
import DataAvailability
import ForkTree
import Foundation
import GossipIngest
import TestSupport
import Testing

/// The socket by itself: a test stands where the pipeline would.
@Suite struct IngestServerTests {
    /// Runs `body` with a server and the queue it fills; everything has ended when this returns.
    private func serving(
        _ address: IngestAddress = .loopback(port: 0),
        limits: SocketLimits = SocketLimits(),
        _ body: (IngestServer, BoundedQueue<SocketMessage>) async throws -> Void
    ) async throws {
        let server = try IngestServer(address, limits: limits)
        try await serving(with: server) { queue in try await body(server, queue) }
    }

    /// The same with a server that has listened for some time.
    private func serving(
        with server: IngestServer,
        _ body: (BoundedQueue<SocketMessage>) async throws -> Void
    ) async throws {
        let queue = BoundedQueue<SocketMessage>(capacity: 4, overflow: .suspend)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run(into: queue) }
            try await body(queue)
            server.stopReading()
            queue.finish()
            server.finish()
            try await group.waitForAll()
        }
        #expect(server.connections == 0)
    }

    private func answer(_ message: SocketMessage, _ text: String = "") {
        guard let block = message.block else { return }
        message.label.answer(.block(BlockOutcome(notAdmitted: block, .duplicate, text)))
    }

    private func next(_ queue: BoundedQueue<SocketMessage>) async throws -> SocketMessage {
        try #require(await queue.receive())
    }

    @Test func messagesComeInOrderAndVerdictsAsTheyFall() async throws {
        try await serving { server, queue in
            let client = try SocketClient(server.address)
            let long = [UInt8](repeating: 7, count: 300_000)
            try await client.send(SocketClient.frame([1, 2, 3]) + SocketClient.frame([]) + SocketClient.frame(long))
            let messages = [try await next(queue), try await next(queue), try await next(queue)]
            #expect(messages.map(\.block?.bytes) == [[1, 2, 3], [], long])
            #expect(messages.map(\.sequence) == [0, 1, 2])
            #expect(messages.allSatisfy { $0.block?.origin == .socket && $0.block?.encoding == .snappy })
            for index in [2, 0, 1] { answer(messages[index], "number \(index)") }
            client.endSending()
            let verdicts = try await client.verdicts()
            #expect(verdicts.map(\.sequence) == [2, 0, 1])
            #expect(verdicts.map(\.state) == ["duplicate", "duplicate", "duplicate"])
            #expect(verdicts.map(\.reason) == ["number 2", "number 0", "number 1"])
        }
    }

    @Test func aLengthBeyondTheLimitEndsTheConnection() async throws {
        var limits = SocketLimits()
        limits.messageBytes = 100
        try await serving(limits: limits) { server, queue in
            for length in [101, 0x00ff_ffff] as [UInt32] {
                let client = try SocketClient(server.address)
                try await client.send(SocketClient.frame([UInt8](repeating: 0, count: 100)))
                answer(try await next(queue))
                try await client.send(withUnsafeBytes(of: length.littleEndian) { Array($0) })
                let verdicts = try await client.verdicts()
                #expect(verdicts.map(\.sequence) == [0, 1])
                #expect(verdicts.last?.state == "refused")
                #expect(verdicts.last?.reason == "message: expected at most 100 bytes, got \(length)")
            }
        }
    }

    /// The fourth byte of the header is the kind of the message.
    @Test func kindsAreTold() async throws {
        let server = try IngestServer(.loopback(port: 0))
        let queue = BoundedQueue<SocketMessage>(capacity: 4, overflow: .suspend)
        let sidecars = BoundedQueue<SocketSidecar>(capacity: 4, overflow: .suspend)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run(into: queue, sidecars: sidecars) }
            let client = try SocketClient(server.address)
            try await client.send(
                [2, 0, 0, 2, 8, 9] + [1, 0, 0, 1, 7] + [0, 0, 0, 0] + [1, 0, 0, 3, 6] + [0, 0, 0, 4]
            )
            let column = try #require(await sidecars.receive())
            let blob = try #require(await sidecars.receive())
            #expect(column.message.bytes == [8, 9] && column.message.kind == .column && column.sequence == 0)
            #expect(blob.message.bytes == [7] && blob.message.kind == .blob && blob.sequence == 1)
            #expect(try await next(queue).sequence == 2)
            let envelope = try await next(queue)
            guard case .envelope(let content) = envelope.content else { throw CancellationError() }
            #expect(content.bytes == [6] && envelope.sequence == 3)
            column.answer(SidecarOutcome(state: .invalid("no")))
            let verdicts = [try await client.verdict(), try await client.verdict()]
            #expect(Set(verdicts.compactMap { $0?.reason }) == ["no", "kind: expected 0, 1, 2, 3, got 4"])
            server.stopReading()
            queue.finish()
            sidecars.finish()
            server.finish()
            try await group.waitForAll()
        }
        try await serving { server, _ in
            let client = try SocketClient(server.address)
            try await client.send([1, 0, 0, 1, 7])
            #expect(try await client.verdicts().map(\.reason) == ["kind: expected 0, 3, got 1"])
        }
    }

    /// The verdict arrives although the sender is still busy sending what it was refused for.
    @Test func whatFollowsARefusedLengthDoesNotResetTheConnection() async throws {
        var limits = SocketLimits()
        limits.messageBytes = 1 << 20
        try await serving(limits: limits) { server, _ in
            let client = try SocketClient(server.address)
            try await client.send(SocketClient.frame([UInt8](repeating: 0, count: (1 << 20) + 1)))
            client.endSending()
            #expect(try await client.verdicts().map(\.state) == ["refused"])
        }
    }

    @Test func aMessageCutShortIsSaid() async throws {
        try await serving { server, queue in
            for (bytes, reason) in [
                ([UInt8](arrayLiteral: 5, 0), "length: expected 4 bytes, got 2"),
                ([5, 0, 0, 0], "message: expected 5 bytes, got 0"),
                ([5, 0, 0, 0, 1, 2, 3, 4], "message: expected 5 bytes, got 4"),
            ] {
                let client = try SocketClient(server.address)
                try await client.send(bytes)
                client.endSending()
                let verdicts = try await client.verdicts()
                #expect(verdicts == [Verdict(sequence: 0, state: "refused", reason: reason)])
            }
            #expect(queue.count == 0)
        }
    }

    /// A silent connection goes, unless its sender waits for a verdict; so does one that stalls inside a message.
    @Test func silenceEndsAConnection() async throws {
        var limits = SocketLimits()
        limits.idleMs = 30
        let server = try IngestServer(.loopback(port: 0), limits: limits)
        // Whatever is sent lies there before anybody reads: no silence begins earlier than it is meant to.
        let (idle, stalled) = (try SocketClient(server.address), try SocketClient(server.address))
        try await stalled.send([5, 0, 0, 0, 1])
        let waiting = try SocketClient(server.address)
        try await waiting.send(SocketClient.frame([1]))
        try await serving(with: server) { queue in
            let message = try await next(queue)
            #expect(try await idle.verdicts().map(\.reason) == ["nothing came for 30 ms"])
            #expect(
                try await stalled.verdicts().map(\.reason)
                    == ["message: expected 5 bytes, got 1 before 30 ms of silence"]
            )
            // Longer than the others took together.
            let other = try SocketClient(server.address)
            #expect(try await other.verdicts().count == 1)
            answer(message, "late")
            #expect(try await waiting.verdicts().map(\.reason) == ["late", "nothing came for 30 ms"])
        }
    }

    @Test func twoClientsDoNotMix() async throws {
        try await serving { server, queue in
            let address = server.address
            try await withThrowingTaskGroup(of: Void.self) { group in
                for name in [UInt8(1), 2] {
                    group.addTask {
                        let client = try SocketClient(address)
                        for i in 0..<50 { try await client.send(SocketClient.frame([name, UInt8(i)])) }
                        client.endSending()
                        let verdicts = try await client.verdicts()
                        #expect(verdicts.map(\.sequence) == Array(0..<50))
                        #expect(verdicts.map(\.reason) == (0..<50).map { "\(name) \($0)" })
                    }
                }
                for _ in 0..<100 {
                    let message = try await next(queue)
                    answer(message, (message.block?.bytes.prefix(2) ?? []).map { "\($0)" }.joined(separator: " "))
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func oneConnectionTooManyIsTold() async throws {
        var limits = SocketLimits()
        limits.connections = 1
        try await serving(limits: limits) { server, queue in
            let first = try SocketClient(server.address)
            try await first.send(SocketClient.frame([1]))
            let message = try await next(queue)
            let second = try SocketClient(server.address)
            let refused = try await second.verdicts()
            #expect(refused.map(\.state) == ["refused"])
            #expect(refused.first?.reason == "expected at most 1 connections")
            answer(message)
            #expect(try await first.verdict()?.sequence == 0)
        }
    }

    /// A connection is read again only when a verdict has gone out.
    @Test func unansweredMessagesHoldTheReaderBack() async throws {
        var limits = SocketLimits()
        limits.unanswered = 2
        try await serving(limits: limits) { server, queue in
            let client = try SocketClient(server.address)
            for i in 0..<3 { try await client.send(SocketClient.frame([UInt8(i)])) }
            var open = [try await next(queue), try await next(queue)]
            for _ in 2..<3 {
                answer(open.removeFirst())
                #expect(try await client.verdict()?.sequence == 0)
                open.append(try await next(queue))
            }
            #expect(open.map(\.sequence) == [1, 2])
        }
    }

    /// Messages that nobody takes any more are refused, and connections end although they are still being written to.
    @Test func aStopEndsConnectionsThatAreStillOpen() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/s"
        let client = Guarded<SocketClient?>(nil)
        try await serving(.unix(path: path)) { server, queue in
            let open = try SocketClient(server.address)
            client.withLock { $0 = open }
            try await open.send(SocketClient.frame([1]))
            answer(try await next(queue))
            #expect(try await open.verdict()?.sequence == 0)
        }
        #expect(try await client.withLock { $0 }?.verdict() == nil)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aSocketFileIsTakenOverOnlyWhenNobodyListens() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/s"
        let address = IngestAddress.unix(path: path)
        try await serving(address) { server, _ in
            #expect(throws: SocketError.self) { try IngestServer(address) }
            // The failed one has not taken the file away.
            _ = try SocketClient(server.address)
        }
        // What a killed process leaves: a file that nobody listens behind.
        let left = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(left, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        close(left)
        #expect(FileManager.default.fileExists(atPath: path))
        try await serving(address) { server, _ in _ = try SocketClient(server.address) }
        // A file that is no socket stays.
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: SocketError.self) { try IngestServer(address) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "x")
    }

    @Test func cancellingTheServerEndsIt() async throws {
        let server = try IngestServer(.loopback(port: 0))
        let queue = BoundedQueue<SocketMessage>(capacity: 1, overflow: .suspend)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run(into: queue) }
            let client = try SocketClient(server.address)
            try await client.send(SocketClient.frame([1]))
            _ = try await next(queue)
            group.cancelAll()
            #expect(try await client.verdict() == nil)
            try await group.waitForAll()
        }
    }

    @Test(
        arguments: [
            ("unix:/tmp/x", .unix(path: "/tmp/x")), ("127.0.0.1:9000", .loopback(port: 9000)),
            ("localhost:0", .loopback(port: 0)),
        ] as [(String, IngestAddress)]
    )
    func addressesAreRead(text: String, address: IngestAddress) throws {
        #expect(try IngestAddress(text) == address)
    }

    @Test(arguments: [
        "", "unix:", "0.0.0.0:9000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "[::1]:9000", "9000",
        "unix:" + String(repeating: "a", count: 108),
    ])
    func otherAddressesAreRefused(text: String) {
        #expect(throws: IngestAddressError.self) { try IngestAddress(text) }
    }
}

extension SocketMessage {
    fileprivate var sequence: UInt64 { label.sequence }

    /// The block that it carries.
    fileprivate var block: BlockMessage? {
        if case .block(let block) = content { block } else { nil }
    }
}
