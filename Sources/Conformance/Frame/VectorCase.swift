public import ConsensusTypes

/// The cases of one handler of one runner, under one preset and fork: the unit that is counted.
public struct VectorGroup: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// `minimal`, `mainnet` or `general`.
    public let preset: String
    public let fork: ForkName
    /// The kind of test, such as `operations`.
    public let runner: String
    /// What is tested, such as `attestation`.
    public let handler: String

    public init(preset: String, fork: ForkName, runner: String, handler: String) {
        self.preset = preset
        self.fork = fork
        self.runner = runner
        self.handler = handler
    }

    public var description: String { "\(preset)/\(fork.name)/\(runner)/\(handler)" }

    /// The names of its folders, from the preset down.
    var path: [String] { [preset, fork.name, runner, handler] }

    /// By preset, then runner, handler and fork: the order of a report.
    public static func < (a: Self, b: Self) -> Bool {
        (a.preset, a.runner, a.handler, a.fork) < (b.preset, b.runner, b.handler, b.fork)
    }
}

/// One reference vector: a folder of files.
public struct VectorCase: Hashable, Sendable, CustomStringConvertible {
    public let group: VectorGroup
    public let suite: String
    public let name: String
    /// The folder that holds the files.
    public let path: String

    public init(group: VectorGroup, suite: String, name: String, path: String) {
        self.group = group
        self.suite = suite
        self.name = name
        self.path = path
    }

    public var preset: String { group.preset }
    public var fork: ForkName { group.fork }
    public var runner: String { group.runner }
    public var handler: String { group.handler }

    public var description: String { "\(group)/\(suite)/\(name)" }
}
