import Concurrency
import Foundation
import GossipIngest
import Testing

/// What is said of a message.
struct Verdict: Decodable, Hashable {
    var sequence: UInt64
    var state: String
    var root: String?
    var slot: UInt64?
    var cause: String?
    var reason: String?
    var gossip: String?
    var rule: String?
}

/// The other side of an ingest socket; calls block threads of its own.
final class SocketClient: Sendable {
    private static let executor = try? ThreadExecutor(name: "test-client", width: 8)

    /// Bytes that came and make no line yet.
    private let rest = Guarded<[UInt8]>([])
    private let descriptor: Int32

    init(_ address: IngestAddress) throws {
        switch address {
        case .unix(let path):
            var target = sockaddr_un()
            target.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: path.utf8) }
            descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            let connected = withUnsafePointer(to: &target) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(connected == 0)
        case .loopback(let port):
            var target = sockaddr_in()
            target.sin_family = sa_family_t(AF_INET)
            target.sin_port = port.bigEndian
            target.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            let connected = withUnsafePointer(to: &target) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            try #require(connected == 0)
        }
    }

    deinit { close() }

    private func close() { _ = Glibc.close(descriptor) }

    /// Says that nothing more is sent.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    static func frame(_ message: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: UInt32(message.count).littleEndian) { Array($0) } + message
    }

    func send(_ bytes: [UInt8]) async throws { try await onThread { try write(bytes) } }

    /// The next verdict on a block; `nil` when the other side has closed.
    func verdict() async throws -> Verdict? {
        while let next = try await anyVerdict() {
            if next.state != "judged" { return next }
        }
        return nil
    }

    /// The next verdict, of gossip rules or on a block; `nil` when the other side has closed.
    func anyVerdict() async throws -> Verdict? {
        try await onThread { try line() }.map { try JSONDecoder().decode(Verdict.self, from: Data($0)) }
    }

    /// All verdicts until the other side closes.
    func verdicts() async throws -> [Verdict] {
        var all: [Verdict] = []
        while let next = try await verdict() { all.append(next) }
        return all
    }

    private func onThread<R: Sendable>(_ body: @Sendable () throws -> R) async throws -> R {
        try await withTaskExecutorPreference(Self.executor) { try await run(body) }
    }

    private nonisolated func run<R: Sendable>(_ body: @Sendable () throws -> R) async throws -> R { try body() }

    private func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            try #require(sent > 0)
            rest = rest.dropFirst(sent)
        }
    }

    private func line() throws -> [UInt8]? {
        while true {
            let found: [UInt8]? = rest.withLock { rest in
                guard let end = rest.firstIndex(of: 10) else { return nil }
                defer { rest = Array(rest[(end + 1)...]) }
                return Array(rest[..<end])
            }
            if let found { return found }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { return nil }
            let got = Array(buffer[..<count])
            rest.withLock { $0 += got }
        }
    }
}
