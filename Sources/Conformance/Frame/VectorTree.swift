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
public struct VectorTree: Sendable {
    /// The folder that holds `tests`.
    public let root: String

    public init(root: String) {
        self.root = root
    }

    /// The folder that `MARTLET_VECTORS` names, else `~/.cache/martlet/vectors`.
    public static var standard: VectorTree {
        let environment = ProcessInfo.processInfo.environment
        if let root = environment["MARTLET_VECTORS"], !root.isEmpty { return VectorTree(root: root) }
        return VectorTree(root: "\(NSHomeDirectory())/.cache/martlet/vectors")
    }

    /// Whether there is a `tests` folder at all.
    public var isPresent: Bool { FileManager.default.fileExists(atPath: "\(root)/tests") }

    /// Whether the folder of one preset and fork is there.
    public func holds(preset: String, fork: ForkName) -> Bool {
        FileManager.default.fileExists(atPath: "\(root)/tests/\(preset)/\(fork.name)")
    }

    /// Every group that has cases which `filter` lets through, in the order of a report.
    public func groups(_ filter: VectorFilter = .everything) throws -> [VectorGroup] {
        let tests = "\(root)/tests"
        var groups: [VectorGroup] = []
        for preset in try Self.list(tests) where filter.mayPass([preset]) {
            for folder in try Self.list("\(tests)/\(preset)") where filter.mayPass([preset, folder]) {
                guard let fork = ForkName(name: folder) else {
                    throw VectorTreeError.unknownFork(folder: "\(tests)/\(preset)/\(folder)")
                }
                for runner in try Self.list("\(tests)/\(preset)/\(folder)")
                where filter.mayPass([preset, folder, runner]) {
                    for handler in try Self.list("\(tests)/\(preset)/\(folder)/\(runner)")
                    where filter.mayPass([preset, folder, runner, handler]) {
                        groups.append(.init(preset: preset, fork: fork, runner: runner, handler: handler))
                    }
                }
            }
        }
        return groups.sorted()
    }

    /// The cases of a group that `filter` lets through, sorted by suite and name.
    public func cases(of group: VectorGroup, _ filter: VectorFilter = .everything) throws -> [VectorCase] {
        let folder = "\(root)/tests/\(group)"
        let names = group.path
        var cases: [VectorCase] = []
        for suite in try Self.list(folder) where filter.mayPass(names + [suite]) {
            for name in try Self.list("\(folder)/\(suite)") where filter.mayPass(names + [suite, name]) {
                cases.append(.init(group: group, suite: suite, name: name, path: "\(folder)/\(suite)/\(name)"))
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
}
