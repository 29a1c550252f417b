/// Swift source with comments and string contents blanked out, so that rules see code only.
///
/// Lines keep their numbers. What stands in a string's interpolation is blanked with it, and rules miss it.
struct SourceText {
    /// As written.
    let lines: [String]
    /// Code only.
    let codeLines: [String]

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        codeLines = String(Self.code(Array(text)))
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private enum Mode {
        case code, lineComment
        case blockComment(depth: Int)
        case string(hashes: Int, multiline: Bool)
    }

    private static func code(_ text: [Character]) -> [Character] {
        var output: [Character] = []
        var mode = Mode.code
        var position = 0
        func at(_ offset: Int) -> Character? { position + offset < text.count ? text[position + offset] : nil }
        func run(of character: Character, from offset: Int) -> Int {
            var length = 0
            while at(offset + length) == character { length += 1 }
            return length
        }
        func skip(_ count: Int) {
            output += [Character](repeating: " ", count: count)
            position += count
        }
        while let character = at(0) {
            if character == "\n" {
                switch mode {
                case .lineComment, .string(_, multiline: false): mode = .code
                default: break
                }
                output.append(character)
                position += 1
                continue
            }
            switch mode {
            case .code:
                let hashes = run(of: "#", from: 0)
                if character == "/", at(1) == "/" {
                    mode = .lineComment
                } else if character == "/", at(1) == "*" {
                    mode = .blockComment(depth: 1)
                    skip(2)
                } else if at(hashes) == "\"" {
                    let multiline = run(of: "\"", from: hashes) >= 3
                    mode = .string(hashes: hashes, multiline: multiline)
                    skip(hashes + (multiline ? 3 : 1))
                } else {
                    output.append(character)
                    position += 1
                }
            case .lineComment:
                skip(1)
            case .blockComment(let depth):
                if character == "*", at(1) == "/" {
                    mode = depth == 1 ? .code : .blockComment(depth: depth - 1)
                    skip(2)
                } else if character == "/", at(1) == "*" {
                    mode = .blockComment(depth: depth + 1)
                    skip(2)
                } else {
                    skip(1)
                }
            case .string(let hashes, let multiline):
                let quotes = multiline ? 3 : 1
                if character == "\\", hashes == 0, at(1) != "\n" {
                    skip(min(2, text.count - position))
                } else if run(of: "\"", from: 0) >= quotes, run(of: "#", from: quotes) >= hashes {
                    mode = .code
                    skip(quotes + hashes)
                } else {
                    skip(1)
                }
            }
        }
        return output
    }
}
