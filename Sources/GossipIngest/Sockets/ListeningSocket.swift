internal import Concurrency
internal import Glibc

/// A socket that others connect to.
final class ListeningSocket: Sendable {
    /// Where it listens; with the port the system gave.
    let address: IngestAddress
    private let descriptor: Int32
    private let isOpen = Guarded(true)

    init(_ wanted: IngestAddress, backlog: Int32 = 16) throws(SocketError) {
        let descriptor = socket(wanted.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SocketError("socket", code: errno) }
        do throws(SocketError) {
            try ListeningSocket.prepare(descriptor, wanted)
            guard wanted.withSystemAddress({ bind(descriptor, $0, $1) }) == 0 else {
                throw SocketError("bind \(wanted)", code: errno)
            }
            if case .unix(let path) = wanted { chmod(path, 0o600) }
            guard listen(descriptor, backlog) == 0 else { throw SocketError("listen \(wanted)", code: errno) }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        if case .loopback = wanted {
            address = .loopback(port: ListeningSocket.port(of: descriptor))
        } else {
            address = wanted
        }
    }

    deinit {
        stop()
        close(descriptor)
    }

    /// Microseconds to wait when the system has no descriptors or memory left for a connection.
    private static let shortage: UInt32 = 100_000

    /// Waits for the next connection; `nil` once stopped.
    ///
    /// Blocks.
    func accept() throws(SocketError) -> SocketHandle? {
        while isOpen.withLock({ $0 }) {
            let connection = Glibc.accept(descriptor, nil, nil)
            if connection >= 0 {
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                return SocketHandle(descriptor: connection)
            }
            switch errno {
            // The one who called has gone again, or we were interrupted.
            case EINTR, ECONNABORTED, EAGAIN: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: usleep(Self.shortage)
            // How a stopped socket says so.
            case EINVAL where !isOpen.withLock { $0 }: return nil
            default: throw SocketError("accept", code: errno)
            }
        }
        return nil
    }

    /// Takes no more connections and wakes `accept`.
    func stop() {
        let wasOpen = isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        guard wasOpen else { return }
        // The path goes first, so that a successor that binds it does not lose it again.
        if case .unix(let path) = address { unlink(path) }
        // Wakes `accept`.
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Lets a port be taken again at once, and removes a socket file that nobody listens behind.
    private static func prepare(_ descriptor: Int32, _ wanted: IngestAddress) throws(SocketError) {
        switch wanted {
        case .loopback:
            var yes: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        case .unix(let path):
            var status = stat()
            guard stat(path, &status) == 0 else { return }
            guard status.st_mode & S_IFMT == S_IFSOCK else { throw SocketError("bind \(wanted)", code: EADDRINUSE) }
            let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard probe >= 0 else { throw SocketError("socket", code: errno) }
            defer { close(probe) }
            guard wanted.withSystemAddress({ connect(probe, $0, $1) }) != 0 else {
                throw SocketError("bind \(wanted)", code: EADDRINUSE)
            }
            if errno == ECONNREFUSED { unlink(path) }
        }
    }

    private static func port(of descriptor: Int32) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return result == 0 ? UInt16(bigEndian: address.sin_port) : 0
    }
}
