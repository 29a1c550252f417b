import Glibc

/// A file open for reading at any offset; closed when the last holder lets go.
///
/// All reads block: call from a thread of one's own.
public final class ByteFile: Sendable {
    public let path: String
    /// The length when it was opened, in bytes.
    public let size: Int
    private let descriptor: Int32

    public init(path: String) throws(StreamError) {
        // Without O_NONBLOCK, opening a pipe would wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .notAFile(path: path)
        }
        self.path = path
        self.descriptor = descriptor
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Exactly `count` bytes from `offset` on, checked against the file's length before memory is taken.
    public func read(at offset: Int, count: Int) throws(StreamError) -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
            throw .truncated(path: path, offset: offset, needed: count, available: max(0, size - max(0, offset)))
        }
        guard count > 0 else { return [] }
        var failure: StreamError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while initialized < count {
                let start = buffer.baseAddress.map { $0 + initialized }
                let got = pread(descriptor, start, count - initialized, off_t(offset + initialized))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    failure =
                        got < 0
                        ? .cannotRead(path: path, offset: offset + initialized, errno: errno)
                        : .truncated(path: path, offset: offset, needed: count, available: initialized)
                    return
                }
                initialized += got
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// The whole file, at most `maximum` bytes.
    public static func contents(of path: String, maximum: Int) throws(StreamError) -> [UInt8] {
        let file = try ByteFile(path: path)
        guard file.size <= maximum else { throw .tooLong(path: path, maximum: maximum, got: file.size) }
        return try file.read(at: 0, count: file.size)
    }
}
