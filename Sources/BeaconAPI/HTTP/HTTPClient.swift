internal import Concurrency
internal import Foundation
internal import Hashing

/// What a server answered.
struct HTTPReply: Hashable, Sendable {
    var status: Int
    var body: [UInt8]
}

/// Asks a server on this machine, one connection a question.
struct HTTPClient: Sendable {
    private static let timeoutSeconds = 30

    let port: UInt16
    /// Bytes of an answer, at most.
    var maximumBytes = 64 << 20

    init(url: String) throws(HTTPClientError) {
        let text = url.hasPrefix("http://") ? String(url.dropFirst(7)) : url
        let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
        let parts = trimmed.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, ["127.0.0.1", "localhost"].contains(parts[0]), let port = UInt16(parts[1]), port > 0
        else { throw .url(got: url) }
        self.port = port
    }

    /// Fetches a path.
    func get(_ path: String) async throws -> HTTPReply {
        try Self.parse(try await raw("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"))
    }

    /// Sends a request as it stands, and gives all that comes back; blocks a thread of its own, not the pool.
    func raw(_ request: String) async throws -> [UInt8] {
        try await ThreadExecutor.once("http-client") { try await exchangeThere(request) }
    }

    private func exchangeThere(_ request: String) async throws -> [UInt8] { try exchange(request) }

    private func exchange(_ request: String) throws(HTTPClientError) -> [UInt8] {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { throw .cannotConnect(port: port, problem: String(cString: strerror(errno))) }
        defer { close(file) }
        var patience = timeval(tv_sec: Self.timeoutSeconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(file, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw .cannotConnect(port: port, problem: String(cString: strerror(errno))) }
        var rest = Array(request.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw .broken(String(cString: strerror(errno))) }
            rest = rest.dropFirst(count)
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(file, &buffer, buffer.count, 0)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .broken(String(cString: strerror(errno))) }
            if count == 0 { return bytes }
            guard bytes.count + count <= maximumBytes else { throw .tooLarge(limit: maximumBytes) }
            bytes += buffer[..<count]
        }
    }

    /// Takes an answer apart: status line, headers, and the body, of the stated length, in chunks, or to the end.
    static func parse(_ bytes: [UInt8]) throws(HTTPClientError) -> HTTPReply {
        let mark = Array("\r\n\r\n".utf8)
        guard let end = bytes.indices.dropLast(3).first(where: { bytes[$0] == 13 && Array(bytes[$0..<$0 + 4]) == mark })
        else { throw .broken("expected headers, got \(bytes.count) bytes without their end") }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw .broken("expected a status line, got \(lines.first ?? "nothing")")
        }
        let rest = bytes[(end + 4)...]
        var isChunked = false
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let value = parts[1].trimmingCharacters(in: .whitespaces)
            switch parts[0].lowercased() {
            case "content-length":
                guard let length = Int(value), length == rest.count else {
                    throw .broken("expected a body of \(value) bytes, got \(rest.count)")
                }
            case "transfer-encoding":
                guard value.lowercased() == "chunked" else {
                    throw .broken("transfer-encoding: expected chunked, got \(value)")
                }
                isChunked = true
            default: break
            }
        }
        return HTTPReply(status: status, body: isChunked ? try unchunked(rest) : Array(rest))
    }

    /// Puts a body of chunks together; one without the last, empty chunk was broken off by the server.
    private static func unchunked(_ bytes: ArraySlice<UInt8>) throws(HTTPClientError) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(bytes.count)
        var rest = bytes
        while let end = rest.firstIndex(of: 13) {
            // What follows a semicolon is of no interest.
            let digits = String(decoding: rest[..<end].prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
            guard digits.count <= 8, let length = Int(digits.trimmingCharacters(in: .whitespaces), radix: 16),
                length >= 0
            else { throw .broken("expected the length of a chunk, got \(digits.prefix(16))") }
            if length == 0 { return body }
            let chunk = rest.dropFirst(end + 2 - rest.startIndex)
            guard chunk.count >= length + 2 else {
                throw .broken("expected a chunk of \(length) bytes, got \(chunk.count)")
            }
            body += chunk.prefix(length)
            rest = chunk.dropFirst(length + 2)
        }
        throw .broken("expected a last chunk, got \(body.count) bytes without it")
    }
}

/// Why a daemon gave no answer.
public enum HTTPClientError: Error, Hashable, Sendable, CustomStringConvertible {
    case url(got: String)
    /// Nobody listens there.
    case cannotConnect(port: UInt16, problem: String)
    case broken(String)
    case tooLarge(limit: Int)
    case status(path: String, expected: Int, got: Int)

    public var description: String {
        switch self {
        case .url(let got): "URL: expected http://127.0.0.1:PORT, got \(got)"
        case .cannotConnect(let port, let problem): "127.0.0.1:\(port): \(problem)"
        case .broken(let problem): "answer: \(problem)"
        case .tooLarge(let limit): "answer: expected at most \(limit) bytes, got more"
        case .status(let path, let expected, let got): "\(path): expected status \(expected), got \(got)"
        }
    }
}
