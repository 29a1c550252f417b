/// The object that a Beacon API puts around what it answers: `{"version": "fulu", …, "data": {…}}`.
public struct JSONEnvelope: Hashable, Sendable {
    /// The fork, where the answer names one.
    public let version: String?
    /// Where the value begins.
    public let dataOffset: Int

    private static let keys: Set<String> = [
        "version", "data", "execution_optimistic", "finalized", "consensus_version", "dependent_root", "meta",
    ]

    /// The envelope of `text`; `nil` where it is a bare value.
    ///
    /// Only looks for names and brackets: what is inside `data` is for a ``JSONReader`` to judge. Containers that have
    /// a field `data` of their own have others beside it, which no envelope has.
    public init?(_ text: [UInt8]) {
        var names: [String] = []
        var version: String?
        var data: Int?
        var depth = 0
        var isName = false
        var at = 0
        while at < text.count {
            let byte = text[at]
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth == 1 {
                    guard byte == UInt8(ascii: "{") else { return nil }
                    isName = true
                }
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ",") where depth == 1: isName = true
            case UInt8(ascii: ":") where depth == 1:
                isName = false
                if names.last == "data" { data = at + 1 }
            case UInt8(ascii: "\""):
                let start = at + 1
                at += 1
                while at < text.count, text[at] != UInt8(ascii: "\"") { at += text[at] == UInt8(ascii: "\\") ? 2 : 1 }
                guard at < text.count else { return nil }
                guard depth == 1, at - start <= 64 else { break }
                let word = String(decoding: text[start..<at], as: UTF8.self)
                if isName {
                    guard JSONEnvelope.keys.contains(word) else { return nil }
                    names.append(word)
                } else if names.last == "version" {
                    version = word
                }
            default: break
            }
            at += 1
        }
        guard let data, names.count >= 1 else { return nil }
        self.version = version
        dataOffset = data
    }
}
