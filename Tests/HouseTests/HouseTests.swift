import Testing

/// The tree as it stands, under the rules of the house.
@Suite struct HouseTests {
    /// No Foundation, no `async`, no I/O, no clock, no log.
    static let pure: Set<String> = [
        "Locking", "Hashing", "SSZ", "BLS", "KZG", "ConsensusTypes", "StateTransition", "ForkChoice",
        "DataAvailability", "LightClient", "GossipValidation", "Simulation",
    ]

    /// Which room may know which: docs and this table change together.
    static let allowed: [String: Set<String>] = {
        let effects: Set<String> = ["Snappy", "YAML", "Concurrency", "ChainStore", "ForkTree"]
        let pipeline = pure.union(["Snappy", "Concurrency", "ChainStore", "ForkTree"])
        let everything = pure.union(effects).union(["BlockPipeline", "GossipIngest", "BeaconAPI"])
        return [
            "CLevelDB": [], "CSnappy": [], "CYAML": [], "CMicroHTTPD": [], "CMalloc": [], "CAffinity": [],
            "CHashKernels": [], "CFieldKernels": [],
            "CTrustedSetup": [],
            "Hashing": ["CHashKernels"],
            "Locking": [],
            "SSZ": ["Hashing", "Locking"],
            "BLS": ["Hashing", "CFieldKernels"],
            "KZG": ["Hashing", "BLS", "CTrustedSetup"],
            "ConsensusTypes": ["Hashing", "SSZ", "BLS"],
            "StateTransition": ["Hashing", "SSZ", "BLS", "ConsensusTypes", "Locking"],
            "ForkChoice": ["Hashing", "SSZ", "ConsensusTypes"],
            "DataAvailability": ["Hashing", "SSZ", "KZG", "ConsensusTypes", "StateTransition"],
            "LightClient": ["Hashing", "SSZ", "ConsensusTypes", "StateTransition"],
            "GossipValidation": ["Hashing", "SSZ", "KZG", "ConsensusTypes", "StateTransition", "DataAvailability"],
            "Simulation": ["Hashing", "SSZ", "BLS", "KZG", "ConsensusTypes", "StateTransition"],
            "Snappy": ["CSnappy"],
            "YAML": ["CYAML", "Hashing"],
            "Concurrency": ["Locking"],
            "ChainStore": ["CLevelDB", "Snappy", "Hashing", "SSZ", "BLS", "ConsensusTypes", "Concurrency"],
            "ForkTree": ["Hashing", "SSZ", "ConsensusTypes", "Concurrency"],
            "BlockPipeline": pipeline,
            "GossipIngest": [
                "Hashing", "SSZ", "ConsensusTypes", "DataAvailability", "GossipValidation", "Snappy", "Concurrency",
                "BlockPipeline",
                "ForkTree",
            ],
            "BeaconAPI": pipeline.union(["CMicroHTTPD", "BlockPipeline"]),
            "Conformance": pure.union(["Snappy", "YAML"]),
            "Node": everything,
            "martlet": everything.union(["Node", "Conformance", "CMalloc", "CAffinity"]),
            "KernelCounts": everything.union(["Node"]),
            "TestSupport": ["CMalloc", "Locking"],
            "ChainTestSupport": everything.union(["Node", "TestSupport"]),
        ]
    }()

    /// How many places may switch the check of data races off.
    static let uncheckedLimit = 5
    static let fileLimit = 800
    static let readmeLimit = 40

    static let sources: [(path: String, module: String, text: SourceText)] =
        Package.files(in: "Sources", endings: [".swift"]).compactMap { path in
            guard let text = Package.text(path) else { return nil }
            return (path, String(path.split(separator: "/")[1]), SourceText(text))
        }

    private func report(_ path: String, _ findings: [String]) {
        for finding in findings { Issue.record("\(path): \(finding)") }
    }

    @Test func thereIsSomethingToRead() throws {
        #expect(Self.sources.count > 50)
        #expect(try Package.folders(in: "Sources").count >= 20)
    }

    @Test func roomsKnowOnlyWhatStandsBelowThem() throws {
        let targets = try Package.targets()
        let rooms = targets.filter { $0.type != "test" }
        let edges = rooms.map { ($0.name, $0.targetDependencies ?? []) }
        report("Package.swift", Rules.forbiddenEdges(.init(edges) { $0 + $1 }, allowed: Self.allowed))
        #expect(rooms.count >= 20)

        let modules = Set(rooms.map(\.name))
        let declared = Dictionary(rooms.map { ($0.name, Set($0.targetDependencies ?? [])) }) { $0.union($1) }
        for source in Self.sources {
            report(
                source.path,
                Rules.undeclaredImports(source.text, declared: declared[source.module] ?? [], modules: modules)
            )
        }
    }

    @Test func pureRoomsStayPure() {
        let importable = Self.pure.union(["CHashKernels", "CFieldKernels", "CTrustedSetup", "Synchronization"])
        for source in Self.sources where Self.pure.contains(source.module) {
            report(source.path, Rules.impureImports(source.text, pure: importable))
            report(source.path, Rules.asynchrony(source.text))
        }
    }

    @Test func everyLockIsVisibleToTheSanitizer() {
        for source in Self.sources where source.module != "Locking" {
            report(source.path, Rules.opaqueLocks(source.text))
        }
    }

    @Test func nothingTrapsOnPurpose() {
        for source in Self.sources { report(source.path, Rules.traps(source.text)) }
    }

    @Test func uncheckedConcurrencyIsRareAndExplained() {
        var count = 0
        for source in Self.sources {
            let found = Rules.uncheckedConcurrency(source.text)
            count += found.count
            report(source.path, found.withoutReason)
        }
        #expect(count <= Self.uncheckedLimit)
    }

    @Test func filesAreShort() {
        for folder in ["Sources", "Tests"] {
            for path in Package.files(in: folder, endings: [".swift", ".c", ".h"]) {
                let lines = Package.text(path)?.split(separator: "\n", omittingEmptySubsequences: false).count ?? 0
                report(path, Rules.tooLong(lines: lines, limit: Self.fileLimit))
            }
        }
    }

    /// System libraries are a module map and nothing to write about.
    @Test func everyRoomHasItsPage() throws {
        for folder in try Package.folders(in: "Sources") where Package.text("Sources/\(folder)/module.modulemap") == nil
        {
            let text = Package.text("Sources/\(folder)/README.md")
            report("Sources/\(folder)", Rules.readme(text, limit: Self.readmeLimit))
        }
    }
}
