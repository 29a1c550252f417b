/// Why recorded chain data could not be read.
///
/// Offsets count bytes from the beginning of the file. Lengths are checked against the file and the caller's limit
/// before memory is taken.
public enum StreamError: Error, Equatable, Sendable {
    case cannotOpen(path: String, errno: Int32)
    case notAFile(path: String)
    case cannotList(path: String)
    case cannotRead(path: String, offset: Int, errno: Int32)
    case cannotWrite(path: String, offset: Int, errno: Int32)
    /// The file ends earlier than it said, or than it was when it was opened.
    case truncated(path: String, offset: Int, needed: Int, available: Int)
    case tooLong(path: String, maximum: Int, got: Int)

    /// The first entry of an e2store is to be an empty `Version`.
    case noVersion(path: String, type: UInt16, length: Int)
    /// The last two bytes of an entry header are to be 0.
    case reservedNotZero(path: String, offset: Int, got: UInt16)
    /// An entry of another type than an index or the layout calls for.
    case entryType(path: String, offset: Int, expected: UInt16, got: UInt16)
    /// A slot index whose count does not fit its own length or the limit.
    case indexCount(path: String, maximum: Int, got: UInt64)
    /// A slot index that reaches beyond the last slot number.
    case indexSlots(path: String, start: UInt64, count: Int)
    /// A slot index points out of the file.
    case indexOffset(path: String, slot: UInt64, got: Int64)

    /// Two files that say the same thing: which one counts?
    case ambiguous(path: String, first: String, second: String)
    /// Block files are numbered from 0 without a gap.
    case missingBlock(path: String, number: Int)
    /// There is no such file in the folder.
    case missingFile(path: String, name: String)
}
