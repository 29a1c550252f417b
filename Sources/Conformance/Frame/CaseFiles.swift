import Foundation

/// Why a file of a case cannot be had.
public enum CaseFileError: Error, Equatable, CustomStringConvertible {
    case missing(file: String)
    case unreadable(file: String)
    case tooLong(file: String, maximum: Int, got: Int)
    case malformed(file: String, problem: String)

    public var description: String {
        switch self {
        case .missing(let file): "\(file) is missing"
        case .unreadable(let file): "\(file) cannot be read"
        case .tooLong(let file, let maximum, let got): "\(file): expected at most \(maximum) bytes, got \(got)"
        case .malformed(let file, let problem): "\(file): \(problem)"
        }
    }
}

/// The files of one case, which remembers what was read of them.
///
/// Made for one run of one case, on one thread. A file that stays unread fails the case: a runner that looks at half
/// of a vector proves nothing.
public final class CaseFiles {
    /// The longest file that is read, and the longest content that is unpacked, in bytes.
    public static let limit = 256 << 20

    /// All names, sorted.
    public let names: [String]
    /// The names that nobody has read yet.
    public private(set) var unread: Set<String>
    private let folder: String

    /// Lists the folder; reads nothing.
    public init(folder: String) throws {
        self.folder = folder
        names = try VectorTree.list(folder)
        unread = Set(names)
    }

    /// Whether there is a file of this full name, such as `post.ssz_snappy`.
    ///
    /// Asking is not reading.
    public func has(_ name: String) -> Bool {
        names.contains(name)
    }

    /// The content of a file of this full name.
    public func bytes(_ name: String) throws -> [UInt8] {
        guard has(name) else { throw CaseFileError.missing(file: name) }
        unread.remove(name)
        let path = "\(folder)/\(name)"
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int else {
            throw CaseFileError.unreadable(file: name)
        }
        guard size <= Self.limit else { throw CaseFileError.tooLong(file: name, maximum: Self.limit, got: size) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CaseFileError.unreadable(file: name)
        }
        return [UInt8](data)
    }
}
