import Foundation

/// Which vectors to run: the beginning of their path, as in `minimal/fulu/operations`.
///
/// `*` stands for any one folder, a comma separates choices: `minimal/*/sanity/blocks,general/phase0/bls`.
public struct VectorFilter: Sendable {
    private let patterns: [[String]]

    public static let everything = VectorFilter("")

    /// What the environment variable `SPEC` says; everything without it.
    public static var fromEnvironment: VectorFilter {
        VectorFilter(ProcessInfo.processInfo.environment["SPEC"] ?? "")
    }

    public init(_ text: String) {
        patterns = text.split(separator: ",").map { $0.split(separator: "/").map(String.init) }
    }

    /// Whether everything is let through.
    public var isEverything: Bool { patterns.isEmpty }

    /// Whether a group comes whole or not at all.
    public var choosesWholeGroups: Bool { patterns.allSatisfy { $0.count <= 4 } }

    /// Whether a folder, named from the preset down, is chosen or can hold what is chosen.
    func mayPass(_ path: [String]) -> Bool {
        patterns.isEmpty
            || patterns.contains { pattern in
                zip(pattern, path).allSatisfy { $0 == "*" || $0 == $1 }
            }
    }
}
