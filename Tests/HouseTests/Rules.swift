import Foundation

/// The rules of the house, each a function from text to what is wrong with it.
enum Rules {
    /// A module imports only what stands below it.
    static func forbiddenEdges(_ targets: [String: [String]], allowed: [String: Set<String>]) -> [String] {
        targets.sorted { $0.key < $1.key }.flatMap { target, dependencies in
            guard let allowed = allowed[target] else { return ["\(target): not in the table of rooms"] }
            return dependencies.filter { !allowed.contains($0) }.sorted().map { "\(target) must not know \($0)" }
        }
    }

    /// The names that a source file imports.
    static func imports(_ source: SourceText) -> [String] {
        source.codeLines.compactMap { line in
            let words = line.split { $0 == " " || $0 == ";" }
            guard let position = words.firstIndex(of: "import"), words.count > position + 1,
                words[..<position].allSatisfy({ $0.hasPrefix("@") || access.contains(String($0)) })
            else { return nil }
            // `import struct Module.Name`
            let name =
                kinds.contains(String(words[position + 1])) ? words.dropFirst(position + 2).first : words[position + 1]
            return name?.split(separator: ".").first.map(String.init)
        }
    }

    /// Importing one of our modules takes a declared dependency; the build lets undeclared ones through.
    static func undeclaredImports(_ source: SourceText, declared: Set<String>, modules: Set<String>) -> [String] {
        imports(source).filter { modules.contains($0) && !declared.contains($0) }.map { "imports \($0) undeclared" }
    }

    /// A pure room imports pure rooms, and nothing that has a clock, a file or a thread.
    static func impureImports(_ source: SourceText, pure: Set<String>) -> [String] {
        imports(source).filter { !pure.contains($0) }.map { "a pure room imports \($0)" }
    }

    /// A pure room has nothing to wait for.
    static func asynchrony(_ source: SourceText) -> [String] {
        matches(source, words: ["async", "await", "actor", "Task"]).map {
            "line \($0.line): a pure room says \($0.word)"
        }
    }

    /// Thread Sanitizer cannot see into `Mutex`; `Guarded` of Locking shows it the hand-over.
    static func opaqueLocks(_ source: SourceText) -> [String] {
        matches(source, words: ["Mutex"]).map { "line \($0.line): Mutex instead of Guarded" }
    }

    /// Nothing in Sources may trap on purpose.
    static func traps(_ source: SourceText) -> [String] {
        let calls = matches(source, words: ["fatalError", "preconditionFailure"]).map { ($0.line, $0.word) }
        let forced = source.codeLines.enumerated().flatMap { number, line in
            ["try!", "as!"].filter { word in
                line.split { " (,=[{".contains($0) }.contains { $0.hasPrefix(word) }
            }.map { (number + 1, $0) }
        }
        return (calls + forced).map { "line \($0.0): \($0.1)" }
    }

    /// Lines where the compiler's check of data races is switched off, and whether they say why.
    static func uncheckedConcurrency(_ source: SourceText) -> (count: Int, withoutReason: [String]) {
        var count = 0
        var withoutReason: [String] = []
        for (number, code) in source.codeLines.enumerated() {
            let packed = code.filter { $0 != " " }
            guard packed.contains("@uncheckedSendable") || packed.contains("nonisolated(unsafe)") else { continue }
            count += 1
            let line = source.lines[number]
            let comment = line.range(of: "//") ?? line.range(of: "/*")
            let reason = comment.map { line[$0.upperBound...].filter(\.isLetter).count } ?? 0
            if reason < 10 { withoutReason.append("line \(number + 1): unchecked without a reason on the line") }
        }
        return (count, withoutReason)
    }

    static func tooLong(lines: Int, limit: Int) -> [String] {
        lines > limit ? ["\(lines) lines, expected at most \(limit)"] : []
    }

    /// Every room has a page, and it is one page.
    static func readme(_ text: String?, limit: Int) -> [String] {
        guard let text else { return ["no README.md"] }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
        return tooLong(lines: text.hasSuffix("\n") ? lines - 1 : lines, limit: limit).map { "README.md: \($0)" }
    }

    private static let access: Set<String> = ["public", "package", "internal", "fileprivate", "private"]
    private static let kinds: Set<String> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]

    private static func matches(_ source: SourceText, words: Set<String>) -> [(line: Int, word: String)] {
        source.codeLines.enumerated().flatMap { number, line in
            line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
                .filter(words.contains).map { (number + 1, $0) }
        }
    }
}
