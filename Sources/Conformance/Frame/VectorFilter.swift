import Foundation

/// Which vectors to run: the beginning of their path, as in `minimal/fulu/operations`.
///
/// `*` stands for any one folder, a comma separates choices: `minimal/*/sanity/blocks,general/phase0/bls`.
public struct VectorFilter: Sendable {
    private let patterns: [[String]]
    /// Regular expressions for preset, fork, runner and handler; one without text lets everything through.
    private let levels: [String]
    /// A regular expression for the case.
    private let caseText: String

    public static let everything = VectorFilter("")

    /// What the environment variable `SPEC` says; everything without it.
    public static var fromEnvironment: VectorFilter {
        VectorFilter(ProcessInfo.processInfo.environment["SPEC"] ?? "")
    }

    public init(_ text: String) {
        self.init(patterns: Self.patterns(text), levels: [], caseText: "")
    }

    private init(patterns: [[String]], levels: [String], caseText: String) {
        self.patterns = patterns
        self.levels = levels
        self.caseText = caseText
    }

    private static func patterns(_ text: String) -> [[String]] {
        text.split(separator: ",").map { $0.split(separator: "/").map(String.init) }
    }

    /// The same filter, narrowed by expressions.
    ///
    /// Those for preset, fork, runner and handler have to match the whole name, or one of them where a comma separates
    /// several. The one for the case may match anywhere: in the case's name or, where it contains a `/`, in its path.
    public func narrowed(
        preset: String = "",
        fork: String = "",
        runner: String = "",
        handler: String = "",
        matching caseText: String = ""
    ) throws(Mismatch) -> VectorFilter {
        let levels = [preset, fork, runner, handler].map { $0.replacingOccurrences(of: ",", with: "|") }
        for text in levels + [caseText] where !Self.isExpression(text) {
            throw Mismatch("filter", expected: "a regular expression", got: text)
        }
        return VectorFilter(patterns: patterns, levels: levels, caseText: caseText)
    }

    /// Whether the text is a regular expression.
    public static func isExpression(_ text: String) -> Bool { (try? Regex(text)) != nil }

    /// Whether everything is let through.
    public var isEverything: Bool { patterns.isEmpty && levels.allSatisfy(\.isEmpty) && caseText.isEmpty }

    /// Whether a group comes whole or not at all.
    public var choosesWholeGroups: Bool { caseText.isEmpty && patterns.allSatisfy { $0.count <= 4 } }

    /// Whether a folder, named from the preset down, is chosen or can hold what is chosen.
    func mayPass(_ path: [String]) -> Bool {
        guard
            patterns.isEmpty
                || patterns.contains(where: { zip($0, path).allSatisfy { $0 == "*" || $0 == $1 } })
        else { return false }
        return zip(levels, path).allSatisfy { text, name in
            text.isEmpty || text == name || (try? Regex("(?:\(text))").wholeMatch(in: name)) != nil
        }
    }

    /// The judge of cases; for one thread, because an expression is not for several.
    func caseMatcher() -> (VectorCase) -> Bool {
        guard !caseText.isEmpty, let expression = try? Regex(caseText) else { return { _ in true } }
        let isOfPath = caseText.contains("/")
        return { vector in
            let text = isOfPath ? vector.description : vector.name
            return (try? expression.firstMatch(in: text)) != nil
        }
    }
}
