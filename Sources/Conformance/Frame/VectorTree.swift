public import ConsensusTypes
import Foundation

/// Why a folder of vectors cannot be walked.
public enum VectorTreeError: Error, Equatable, CustomStringConvertible {
    case unreadableFolder(path: String)
    case unknownFork(folder: String)

    public var description: String {
        switch self {
        case .unreadableFolder(let path): "cannot list \(path)"
        case .unknownFork(let folder): "no fork of this name: \(folder)"
        }
    }
}

/// A folder in the official layout: `tests/<preset>/<fork>/<runner>/<handler>/<suite>/<case>/`.
///
/// The folder may hold `tests`, or the presets themselves, or be any folder of the layout below: a preset, a fork, down
/// to one case. What lies above it then belongs to the path and is not walked.
public struct VectorTree: Sendable {
    /// The folder as it was named.
    public let root: String
    /// The folder that holds those of the presets.
    let base: String
    /// The names from `base` down to the folder that was named, where that is one of the layout's own.
    let scope: [String]

    static let presets: Set<String> = ["general", "mainnet", "minimal"]

    /// Looks which part of the layout the folder is.
    public init(root: String) {
        self.root = root
        scope = Self.scope(of: root)
        base =
            scope.isEmpty
            ? Self.isFolder("\(root)/tests") || !Self.holdsPresets(root) ? "\(root)/tests" : root
            : Self.absolute(root).dropLast(scope.count).joined(separator: "/")
    }

    private static func scope(of root: String) -> [String] {
        guard !isFolder("\(root)/tests"), isFolder(root), !holdsPresets(root) else { return [] }
        let names = absolute(root)
        for start in names.indices.reversed() where presets.contains(names[start]) {
            let below = start + 1
            if below == names.count || ForkName(name: names[below]) != nil { return Array(names[start...]) }
        }
        // A preset by another name.
        let holdsForks = (try? list(root))?.contains { ForkName(name: $0) != nil } ?? false
        return holdsForks ? Array(names.suffix(1)) : []
    }

    private static func holdsPresets(_ folder: String) -> Bool {
        (try? list(folder))?.contains { presets.contains($0) } ?? false
    }

    /// The names of an absolute path, the first one empty.
    private static func absolute(_ path: String) -> [String] {
        URL(fileURLWithPath: path).standardizedFileURL.path.split(separator: "/", omittingEmptySubsequences: false)
            .map(String.init)
    }

    /// The folder that `MARTLET_VECTORS` names, else `~/.cache/martlet/vectors`.
    public static var standard: VectorTree {
        let environment = ProcessInfo.processInfo.environment
        if let root = environment["MARTLET_VECTORS"], !root.isEmpty { return VectorTree(root: root) }
        return VectorTree(root: "\(NSHomeDirectory())/.cache/martlet/vectors")
    }

    /// Whether this is the folder that is looked in where none is named.
    public var isStandard: Bool { root == VectorTree.standard.root }

    /// Whether there is anything in the layout.
    public var isPresent: Bool { Self.isFolder(base) }

    /// Whether the folder of one preset and fork is there.
    public func holds(preset: String, fork: ForkName) -> Bool {
        Self.isFolder("\(base)/\(preset)/\(fork.name)") && admits([preset, fork.name], .everything)
    }

    private func admits(_ path: [String], _ filter: VectorFilter) -> Bool {
        filter.mayPass(path) && zip(scope, path).allSatisfy { $0 == $1 }
    }

    /// What a walk over a tree found above the cases.
    struct Walk: Sendable {
        var groups: [VectorGroup] = []
        /// Folders where a fork should stand, and how many cases are below each.
        var unknownForks: [String: Int] = [:]
        /// Files where the layout has folders.
        var strayFiles: [String] = []
    }

    /// Every group that has cases which `filter` lets through, in the order of a report.
    ///
    /// Throws where a fork is unknown: for a tree all of whose forks are meant to be known.
    public func groups(_ filter: VectorFilter = .everything) throws -> [VectorGroup] {
        let walk = try walk(filter)
        if let unknown = walk.unknownForks.keys.min() {
            throw VectorTreeError.unknownFork(folder: "\(base)/\(unknown)")
        }
        return walk.groups
    }

    func walk(_ filter: VectorFilter = .everything) throws -> Walk {
        var walk = Walk()
        for preset in try folders([], filter, &walk) {
            for name in try folders([preset], filter, &walk) {
                guard let fork = ForkName(name: name) else {
                    walk.unknownForks["\(preset)/\(name)"] = try countCases([preset, name], filter, &walk)
                    continue
                }
                for runner in try folders([preset, name], filter, &walk) {
                    for handler in try folders([preset, name, runner], filter, &walk) {
                        // For the files that stand where suites should.
                        _ = try folders([preset, name, runner, handler], filter, &walk)
                        walk.groups.append(.init(preset: preset, fork: fork, runner: runner, handler: handler))
                    }
                }
            }
        }
        walk.groups.sort()
        return walk
    }

    /// The names of the folders in the one at `path` that `filter` lets through.
    private func folders(_ path: [String], _ filter: VectorFilter, _ walk: inout Walk) throws -> [String] {
        let folder = ([base] + path).joined(separator: "/")
        return try Self.list(folder).filter { name in
            guard admits(path + [name], filter) else { return false }
            if Self.isFolder("\(folder)/\(name)") { return true }
            walk.strayFiles.append((path + [name]).joined(separator: "/"))
            return false
        }
    }

    private func countCases(_ path: [String], _ filter: VectorFilter, _ walk: inout Walk) throws -> Int {
        if path.count == 6 { return 1 }
        return try folders(path, filter, &walk).reduce(0) { try $0 + countCases(path + [$1], filter, &walk) }
    }

    /// The cases of a group that `filter` lets through, sorted by suite and name.
    public func cases(of group: VectorGroup, _ filter: VectorFilter = .everything) throws -> [VectorCase] {
        let folder = "\(base)/\(group)"
        let names = group.path
        let isChosen = filter.caseMatcher()
        var cases: [VectorCase] = []
        for suite in try Self.list(folder)
        where admits(names + [suite], filter) && Self.isFolder("\(folder)/\(suite)") {
            for name in try Self.list("\(folder)/\(suite)") where admits(names + [suite, name], filter) {
                let vector = VectorCase(group: group, suite: suite, name: name, path: "\(folder)/\(suite)/\(name)")
                if isChosen(vector) { cases.append(vector) }
            }
        }
        return cases
    }

    /// The visible names in a folder, sorted.
    static func list(_ path: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }.sorted()
        } catch {
            throw VectorTreeError.unreadableFolder(path: path)
        }
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
