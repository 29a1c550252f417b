internal import Concurrency
internal import Glibc

/// One open socket; every call blocks, so call from threads of one's own.
///
/// Closed once, by whoever owns it; `shutDown` may come from anywhere at any time and wakes whoever blocks.
final class SocketHandle: Sendable {
    private let descriptor: Int32
    private let isOpen = Guarded(true)

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close() }

    /// How a read ended.
    enum ReadResult: Equatable {
        case bytes([UInt8])
        /// The other side sent no more after so many of the bytes asked for.
        case ended(after: Int)
        /// Nothing came for as long as `setReadTimeout` allows, after so many of the bytes asked for.
        case silent(after: Int)
    }

    /// Reads exactly `count` bytes; memory is taken as they come, not as they are promised.
    func read(_ count: Int) throws(SocketError) -> ReadResult {
        var bytes: [UInt8] = []
        let step = 1 << 16
        bytes.reserveCapacity(min(count, step))
        var buffer = [UInt8](repeating: 0, count: min(count, step))
        while bytes.count < count {
            let got = recv(descriptor, &buffer, min(buffer.count, count - bytes.count), 0)
            if got < 0 && errno == EINTR { continue }
            if got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) { return .silent(after: bytes.count) }
            guard got >= 0 else { throw SocketError("recv", code: errno) }
            if got == 0 { return .ended(after: bytes.count) }
            bytes += buffer[..<got]
        }
        return .bytes(bytes)
    }

    /// Waits for some bytes and returns those that are there, up to `limit`; none at the other side's end, `nil` in silence.
    func receive(_ limit: Int) throws(SocketError) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: limit)
        while true {
            let got = recv(descriptor, &buffer, limit, 0)
            if got < 0 && errno == EINTR { continue }
            if got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) { return nil }
            guard got >= 0 else { throw SocketError("recv", code: errno) }
            return Array(buffer[..<got])
        }
    }

    /// Writes all of `bytes`.
    func write(_ bytes: [UInt8]) throws(SocketError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if sent < 0 && errno == EINTR { continue }
            guard sent > 0 else { throw SocketError("send", code: errno) }
            rest = rest.dropFirst(sent)
        }
    }

    /// The longest time that a write may wait for a reader.
    func setWriteTimeout(seconds: Int) {
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    /// The longest silence that a read waits through; 0 for any.
    func setReadTimeout(milliseconds: UInt64) {
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1_000)
        var patience = timeval(tv_sec: Int(clamping: seconds), tv_usec: Int(rest) * 1_000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Reads and drops what still comes, up to `limit` bytes, a second of silence, or the other side's end.
    ///
    /// A socket that is closed with bytes unread resets the connection, and the other side may lose what was written.
    func discard(limit: Int) {
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var rest = limit
        while rest > 0 {
            let got = recv(descriptor, &buffer, buffer.count, 0)
            if got < 0 && errno == EINTR { continue }
            guard got > 0 else { return }
            rest -= got
        }
    }

    /// Which directions end.
    enum Direction { case reading, writing, both }

    /// Ends one way or both, and wakes whoever blocks in it.
    func shutDown(_ direction: Direction) {
        isOpen.withLock { isOpen in
            // Under the lock: once closed, the number may be somebody else's.
            guard isOpen else { return }
            switch direction {
            case .reading: shutdown(descriptor, Int32(SHUT_RD))
            case .writing: shutdown(descriptor, Int32(SHUT_WR))
            case .both: shutdown(descriptor, Int32(SHUT_RDWR))
            }
        }
    }

    func close() {
        let wasOpen = isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        if wasOpen { _ = Glibc.close(descriptor) }
    }
}

/// A call to the system that failed.
public struct SocketError: Error, Hashable, Sendable, CustomStringConvertible {
    public let call: String
    public let code: Int32

    init(_ call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    public var description: String { "\(call): \(String(cString: strerror(code)))" }
}
