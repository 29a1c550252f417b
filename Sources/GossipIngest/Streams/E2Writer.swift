internal import Glibc

/// An e2store that grows entry by entry; the other side of `E2Store`.
///
/// All writes block: call from a thread of one's own.
public final class E2Writer {
    public let path: String
    /// Bytes written so far: where the next entry's header will stand.
    public private(set) var size = 0
    private let descriptor: Int32
    private var isOpen = true

    /// Makes the file, which must not be there yet, and begins it with a version.
    public init(path: String) throws(StreamError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        self.path = path
        self.descriptor = descriptor
        try append(.version, [])
    }

    deinit { if isOpen { _ = Glibc.close(descriptor) } }

    /// Writes an entry; returns where its header stands.
    @discardableResult
    public func append(_ type: E2Type, _ content: [UInt8]) throws(StreamError) -> Int {
        guard let length = UInt32(exactly: content.count) else {
            throw .tooLong(path: path, maximum: Int(UInt32.max), got: content.count)
        }
        let offset = size
        var header: [UInt8] = []
        withUnsafeBytes(of: type.rawValue.littleEndian) { header += $0 }
        withUnsafeBytes(of: length.littleEndian) { header += $0 }
        try write(header + [0, 0])
        try write(content)
        return offset
    }

    private func write(_ bytes: [UInt8]) throws(StreamError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .cannotWrite(path: path, offset: size, errno: errno) }
            size += count
            rest = rest.dropFirst(count)
        }
    }

    /// Ends the file; an error of the system that came late shows here.
    public func close() throws(StreamError) {
        guard isOpen else { return }
        isOpen = false
        guard Glibc.close(descriptor) == 0 else { throw .cannotWrite(path: path, offset: size, errno: errno) }
    }
}
