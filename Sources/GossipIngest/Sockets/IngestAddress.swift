internal import Glibc

/// Where messages are taken: a path in the file system, or a port of the loopback address.
public enum IngestAddress: Hashable, Sendable, CustomStringConvertible {
    case unix(path: String)
    /// On 127.0.0.1; port 0 takes any that is free.
    case loopback(port: UInt16)

    /// The bytes that a path may have.
    static let maximumPathBytes = 107

    /// Reads `unix:PATH`, `127.0.0.1:PORT` or `localhost:PORT`.
    public init(_ text: String) throws(IngestAddressError) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty, path.utf8.count <= Self.maximumPathBytes, !path.utf8.contains(0) else {
                throw IngestAddressError(got: text)
            }
            self = .unix(path: path)
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, ["127.0.0.1", "localhost"].contains(parts[0]), let port = UInt16(parts[1]) else {
            throw IngestAddressError(got: text)
        }
        self = .loopback(port: port)
    }

    public var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .loopback(let port): "127.0.0.1:\(port)"
        }
    }

    var family: Int32 {
        switch self {
        case .unix: AF_UNIX
        case .loopback: AF_INET
        }
    }

    /// Calls `body` with the address as the system takes it.
    func withSystemAddress<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        switch self {
        case .unix(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { bytes in
                // One byte stays zero: the path was checked to be shorter.
                for (index, byte) in path.utf8.prefix(bytes.count - 1).enumerated() { bytes[index] = byte }
            }
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        case .loopback(let port):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }
}

/// Text that is no address to take messages at.
public struct IngestAddressError: Error, Hashable, Sendable, CustomStringConvertible {
    public let got: String

    public var description: String {
        "ingest address: expected unix:PATH (at most \(IngestAddress.maximumPathBytes) bytes) or 127.0.0.1:PORT, "
            + "got \(got.prefix(200))"
    }
}
