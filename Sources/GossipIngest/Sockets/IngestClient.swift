internal import Concurrency
internal import Glibc

/// The sender's side of an ingest socket: `docs/ingest-protocol.md`.
///
/// Calls block. One thread may send while another reads answers; `close` may come from anywhere and wakes both.
public final class IngestClient: Sendable {
    /// What a message carries: the fourth byte of its header.
    public enum Kind: UInt8, Sendable {
        case block = 0
        case blobSidecar = 1
        case dataColumnSidecar = 2
        case payloadEnvelope = 3
    }

    /// Bytes of an answer at most; the daemon's are shorter.
    private static let lineBytes = 1 << 16

    private let socket: SocketHandle
    /// Bytes that came and make no line yet.
    private let rest = Guarded<[UInt8]>([])

    /// Connects at once or fails: nobody may listen yet.
    public init(_ address: IngestAddress) throws(SocketError) {
        let descriptor = Glibc.socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SocketError("socket", code: errno) }
        guard address.withSystemAddress({ connect(descriptor, $0, $1) }) == 0 else {
            let code = errno
            _ = Glibc.close(descriptor)
            throw SocketError("connect \(address)", code: code)
        }
        socket = SocketHandle(descriptor: descriptor)
    }

    /// Sends one message, a raw snappy block.
    public func send(_ kind: Kind, _ message: [UInt8]) throws(SocketError) {
        guard message.count < 1 << 24 else { throw SocketError("send", code: EMSGSIZE) }
        let header = UInt32(message.count) | UInt32(kind.rawValue) << 24
        try socket.write(withUnsafeBytes(of: header.littleEndian) { Array($0) } + message)
    }

    /// The next answer, without its end; `nil` when the other side has closed.
    public func line() throws(SocketError) -> [UInt8]? {
        while true {
            let found: [UInt8]? = rest.withLock { rest in
                guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
                defer { rest.removeSubrange(...end) }
                return Array(rest[..<end])
            }
            if let found { return found }
            guard let more = try socket.receive(4_096), !more.isEmpty else { return nil }
            let count = rest.withLock { rest in
                rest += more
                return rest.count
            }
            guard count <= Self.lineBytes else { throw SocketError("recv", code: EMSGSIZE) }
        }
    }

    /// Says that nothing more is sent; answers still come.
    public func endSending() { socket.shutDown(.writing) }

    /// Ends both directions and wakes whoever blocks in them.
    public func close() { socket.shutDown(.both) }
}
