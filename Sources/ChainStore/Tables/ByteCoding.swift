internal import Hashing

/// Why stored bytes are not what their codec expects.
struct CodecError: Error, Hashable {
    let expected: String
    let got: String
}

/// Reads stored bytes front to back; running short is an error, not a trap.
struct ByteReader {
    private let bytes: [UInt8]
    private var position: Int

    init(_ bytes: [UInt8], skipping count: Int = 0) {
        self.bytes = bytes
        position = min(count, bytes.count)
    }

    var remaining: Int { bytes.count - position }

    mutating func byte() throws(CodecError) -> UInt8 {
        try require(1)
        defer { position += 1 }
        return bytes[position]
    }

    /// Eight bytes, most significant first.
    mutating func uint64() throws(CodecError) -> UInt64 {
        try require(8)
        defer { position += 8 }
        return bytes[position..<(position + 8)].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Four bytes, most significant first.
    mutating func uint32() throws(CodecError) -> UInt32 {
        try require(4)
        defer { position += 4 }
        return bytes[position..<(position + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func root() throws(CodecError) -> Bytes32 {
        try require(32)
        defer { position += 32 }
        guard let root = Bytes32(bytes[position..<(position + 32)]) else {
            throw CodecError(expected: "32 bytes", got: "\(remaining)")
        }
        return root
    }

    mutating func rest() -> [UInt8] {
        defer { position = bytes.count }
        return Array(bytes[position...])
    }

    func finish() throws(CodecError) {
        guard remaining == 0 else { throw CodecError(expected: "\(position) bytes", got: "\(bytes.count) bytes") }
    }

    private func require(_ count: Int) throws(CodecError) {
        guard remaining >= count else {
            throw CodecError(expected: "at least \(position + count) bytes", got: "\(bytes.count) bytes")
        }
    }
}

extension [UInt8] {
    /// Appends most significant byte first, so that numbers order as their bytes do.
    mutating func append(bigEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    mutating func append(_ root: Bytes32) {
        root.withUnsafeBytes { append(contentsOf: $0) }
    }
}
