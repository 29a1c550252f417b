/// An answer with one long list, the elements of which are made when they are asked for.
///
/// All elements belong to one moment, whenever they are made; nothing is locked between two questions.
public struct ListedAnswer<Answer: Encodable & Sendable, Element: Encodable & Sendable>: Sendable {
    /// The answer with an empty list.
    public let frame: Answer
    public let list: any WritableKeyPath<Answer, [Element]> & Sendable
    /// The list's name in JSON.
    public let key: String
    public let count: Int
    /// Makes those of a range within `0..<count`.
    public let elements: @Sendable (Range<Int>) -> [Element]

    public init(
        _ frame: Answer,
        _ list: any WritableKeyPath<Answer, [Element]> & Sendable,
        key: String,
        count: Int,
        elements: @escaping @Sendable (Range<Int>) -> [Element]
    ) {
        self.frame = frame
        self.list = list
        self.key = key
        self.count = count
        self.elements = elements
    }

    /// The answer with its list.
    public var whole: Answer {
        var answer = frame
        answer[keyPath: list] = elements(0..<count)
        return answer
    }
}

/// A listed answer as JSON, in pieces that together are what `AnswerCoding` makes of the whole.
public struct JSONPieces: Sendable {
    /// Elements in a piece.
    static let elementsPerPiece = 256

    /// What stands before the first element.
    public let head: [UInt8]
    private let tail: [UInt8]
    private let count: Int
    private let encode: @Sendable (Range<Int>) throws -> [UInt8]

    public init<Answer, Element>(_ answer: ListedAnswer<Answer, Element>) throws {
        let frame = try AnswerCoding.encode(answer.frame)
        // Not to be found inside of text, where quotes have a backslash before them.
        let list = Array("\"\(answer.key)\":[]".utf8)
        let found = frame.indices.dropLast(list.count - 1).filter { frame[$0...].starts(with: list) }
        guard let at = found.first, found.count == 1 else {
            throw ListedAnswerError(key: answer.key, got: found.count)
        }
        head = Array(frame[..<(at + list.count - 1)])
        tail = Array(frame[(at + list.count - 1)...])
        count = answer.count
        let elements = answer.elements
        encode = { try AnswerCoding.encode(elements($0)) }
    }

    /// What follows the head: elements, at last the rest of the frame; `nil` behind it.
    public func piece(_ number: Int) throws -> [UInt8]? {
        let (begin, overflow) = number.multipliedReportingOverflow(by: Self.elementsPerPiece)
        guard !overflow, number >= 0 else { return nil }
        if begin < count {
            var bytes = try encode(begin..<min(count, begin + Self.elementsPerPiece))
            // The brackets; the first one's place is a comma's, but in the first piece.
            bytes.removeLast()
            if number == 0 { bytes.removeFirst() } else { bytes[0] = UInt8(ascii: ",") }
            return bytes
        }
        let pieces = (count + Self.elementsPerPiece - 1) / Self.elementsPerPiece
        return number == pieces ? tail : nil
    }
}

/// An answer whose list cannot be told from the rest.
public struct ListedAnswerError: Error, Hashable, Sendable, CustomStringConvertible {
    public let key: String
    public let got: Int

    public var description: String { "\(key): expected one empty list of this name, got \(got)" }
}
