import Concurrency
import Synchronization
import TestSupport
import Testing

@testable import BeaconAPI

@Suite struct HTTPServerTests {
    /// Runs `body` against a server on a port of its own; the server has ended when this returns.
    private func serving(
        limits: HTTPServer.Limits = .init(),
        _ respond: @escaping @Sendable (HTTPRequest) async -> HTTPResponse,
        _ body: (HTTPServer, HTTPClient) async throws -> Void
    ) async throws {
        let server = try HTTPServer(port: 0, limits: limits)
        let client = try HTTPClient(url: "http://127.0.0.1:\(server.port)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run(respond) }
            try await body(server, client)
            server.stop()
            try await group.waitForAll()
        }
    }

    @Test func remoteAnswersAreTheLocalOnes() async throws {
        let chain = FakeChain()
        let routes = Routes(chain, version: "9")
        try await serving({ await routes.respond($0) }) { server, _ in
            let remote = try RemoteChain(url: "http://localhost:\(server.port)/")
            #expect(try await remote.head() == chain.head())
            #expect(try await remote.tree() == chain.tree())
            #expect(try await remote.blocks(.slot(40)) == chain.blocks(.slot(40)))
            #expect(try await remote.blocks(.slot(41)) == [])
        }
    }

    /// Says when nobody holds it any more.
    private final class Held: Sendable {
        private let isGone: Shared<Bool>

        init(_ isGone: Shared<Bool>) { self.isGone = isGone }

        deinit { isGone.update { $0 = true } }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func longAnswersArriveInPieces() async throws {
        let answer = TreeAnswer.made(2_000)
        let isGone = Shared(false)
        try await serving { _ in
            let held = Held(isGone)
            guard let pieces = try? JSONPieces(answer.listed) else { return .error(500, "no pieces") }
            return HTTPResponse(
                contentType: "application/json",
                body: pieces.head,
                pieces: HTTPPieces { number in try withExtendedLifetime(held) { try pieces.piece(number) } }
            )
        } _: { server, client in
            let whole = try AnswerCoding.encode(answer)
            #expect(try await client.get("/").body == whole)
            #expect(try await RemoteChain(url: "127.0.0.1:\(server.port)").tree() == answer)
            let raw = Self.text(try await client.raw("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
            #expect(raw.contains("Transfer-Encoding: chunked\r\n"))
            // A client that knows of no chunks reads to the end.
            let old = Self.text(try await client.raw("GET / HTTP/1.0\r\n\r\n"))
            #expect(!old.contains("chunked"))
            #expect(old.hasSuffix("\r\n\r\n" + Self.text(whole)))
        }
        #expect(await eventually { isGone.value })
    }

    @Test func headersAloneTakeNoPieces() async throws {
        let made = Shared(0)
        try await serving { request in
            HTTPResponse(
                contentType: "text/plain",
                body: Array("\(request.method)\n".utf8),
                pieces: HTTPPieces { number in
                    made.update { $0 += 1 }
                    return number < 3 ? [UInt8(ascii: "a")] : nil
                }
            )
        } _: { _, client in
            let reply = try await client.raw("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(Self.text(reply).hasPrefix("HTTP/1.1 200"))
            #expect(Self.text(reply).hasSuffix("\r\n\r\n"))
            #expect(made.value == 0)
            let body = try await client.get("/").body
            #expect(Self.text(body) == "GET\naaa")
        }
    }

    /// A body that is longer than the server copies keeps its length.
    @Test(arguments: [0, 1, 1 << 16, 1 << 16 + 1, 3 << 20])
    func plainBodiesHaveALength(count: Int) async throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 9) }
        try await serving { _ in
            HTTPResponse(contentType: "text/plain", body: body)
        } _: { _, client in
            #expect(try await client.get("/").body == body)
            let head = try await client.raw("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(Self.text(head).contains("\r\nContent-Length: \(count)\r\n"))
        }
    }

    @Test func aPieceThatFailsBreaksTheAnswerOff() async throws {
        let isGone = Shared(false)
        try await serving { request in
            guard request.path == "/bad" else { return .text("good") }
            let held = Held(isGone)
            return HTTPResponse(
                contentType: "text/plain",
                body: [],
                pieces: HTTPPieces { number in
                    try withExtendedLifetime(held) {
                        if number == 2 { throw FakeChain.Broken() }
                        return [65, 66]
                    }
                }
            )
        } _: { _, client in
            await #expect(throws: HTTPClientError.self) { try await client.get("/bad") }
            #expect(await eventually { isGone.value })
            let after = try await client.get("/").body
            #expect(Self.text(after) == "good")
        }
    }

    /// An answer without end, to somebody who has read enough.
    @Test func aClientThatGoesAwayLeavesNothingBehind() async throws {
        let isGone = Shared(false)
        try await serving { _ in
            let held = Held(isGone)
            return HTTPResponse(
                contentType: "text/plain",
                body: [],
                pieces: HTTPPieces { _ in withExtendedLifetime(held) { [UInt8](repeating: 65, count: 10_000) } }
            )
        } _: { _, client in
            var impatient = client
            impatient.maximumBytes = 1 << 20
            await #expect(throws: HTTPClientError.tooLarge(limit: 1 << 20)) { try await impatient.get("/") }
            #expect(await eventually { isGone.value })
        }
    }

    @Test func manyAskAtOnce() async throws {
        let asked = Atomic(0)
        try await serving { request in
            asked.add(1, ordering: .relaxed)
            return .text(String(repeating: request.path, count: 5_000))
        } _: { _, client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for i in 0..<32 {
                    group.addTask {
                        let reply = try await client.get("/\(i)")
                        #expect(reply.status == 200)
                        #expect(reply.body == Array(String(repeating: "/\(i)", count: 5_000).utf8))
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(asked.load(ordering: .relaxed) == 32)
    }

    @Test func paddingAndEscapesArriveResolved() async throws {
        try await serving {
            .text($0.method + " " + $0.path)
        } _: { _, client in
            let reply = try await client.get("/a%20b?c=d")
            #expect(String(decoding: reply.body, as: UTF8.self) == "GET /a b")
        }
    }

    @Test func aStopAnswersWhatWasBegunAndTurnsTheRestAway() async throws {
        var isFree = false
        // The system may have given the port to another process meanwhile, but hardly each time.
        for _ in 0..<5 where !isFree {
            let port = try await portOfAStoppedServer()
            isFree = (try? HTTPServer(port: port)) != nil
        }
        #expect(isFree)
    }

    private func portOfAStoppedServer() async throws -> UInt16 {
        let begun = BoundedQueue<Void>(capacity: 1, overflow: .suspend)
        let release = BoundedQueue<Void>(capacity: 1, overflow: .suspend)
        let server = try HTTPServer(port: 0)
        let client = try HTTPClient(url: "127.0.0.1:\(server.port)")
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                await server.run { _ in
                    _ = try? await begun.send(())
                    _ = try? await release.receive()
                    return .text("late")
                }
                return 0
            }
            group.addTask { try await client.get("/").status }
            _ = try await begun.receive()
            server.stop()
            #expect(try await client.get("/").status == 503)
            try await release.send(())
            #expect(try await group.reduce(0, +) == 200)
        }
        return server.port
    }

    @Test func aTakenPortIsSaid() async throws {
        let first = try HTTPServer(port: 0)
        #expect(throws: HTTPServerError.cannotListen(port: first.port)) { try HTTPServer(port: first.port) }
    }

    /// A server that nobody ran answers what waits when it goes.
    @Test func cancellingTheServerLeavesNobodyWaiting() async throws {
        let begun = BoundedQueue<Void>(capacity: 1, overflow: .suspend)
        let server = try HTTPServer(port: 0)
        let client = try HTTPClient(url: "127.0.0.1:\(server.port)")
        let status = try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask {
                await server.run { _ in
                    _ = try? await begun.send(())
                    // Ends by cancellation only.
                    _ = try? await BoundedQueue<Void>(capacity: 1, overflow: .suspend).receive()
                    return .error(503, "cancelled")
                }
                return nil
            }
            let reply = Task { try await client.get("/").status }
            _ = try await begun.receive()
            group.cancelAll()
            return try await reply.value
        }
        #expect(status == 503)
    }

    @Test(arguments: [
        "", "http://127.0.0.1", "http://10.0.0.1:80", "https://127.0.0.1:80", "127.0.0.1:0", "127.0.0.1:65536",
        "127.0.0.1:80/x",
    ])
    func onlyThisMachineIsAsked(url: String) {
        #expect(throws: HTTPClientError.url(got: url)) { try HTTPClient(url: url) }
    }

    @Test func brokenAnswersAreErrors() throws {
        let good = try HTTPClient.parse(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab".utf8))
        #expect(good == HTTPReply(status: 200, body: Array("ab".utf8)))
        #expect(try HTTPClient.parse(Array("HTTP/1.0 404 No\r\n\r\n".utf8)).body.isEmpty)
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        let parts = try HTTPClient.parse(Array((chunked + "2;x=y\r\nab\r\n0A\r\n0123456789\r\n0\r\n\r\n").utf8))
        #expect(parts.body == Array("ab0123456789".utf8))
        for text in [
            "", "2", "2\r\nab", "2\r\nab\r\n", "3\r\nab\r\n0\r\n\r\n", "-1\r\n\r\n", "x\r\nab\r\n0\r\n\r\n",
            "ffffffffffffffff\r\n", "\r\n", "\r", "7fffffff\r",
        ] {
            #expect(throws: HTTPClientError.self, "\(text)") { try HTTPClient.parse(Array((chunked + text).utf8)) }
        }
        #expect(throws: HTTPClientError.self) {
            try HTTPClient.parse(Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n".utf8))
        }
        for text in [
            "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 abc\r\n\r\n", "SMTP 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
            "\r\n\r\n",
        ] {
            #expect(throws: HTTPClientError.self, "\(text)") { try HTTPClient.parse(Array(text.utf8)) }
        }
    }
}
