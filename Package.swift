// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: Swift 6 mode, warnings are errors, explicit existentials, imports kept private.
let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// The arithmetic rooms are optimised in debug builds too: an unoptimised pairing takes seconds, and the
/// debug tests are there for the code above it.
let arithmetic: [SwiftSetting] =
    common + [.unsafeFlags(["-O"], .when(configuration: .debug))]

func room(_ name: String, _ dependencies: [String], settings: [SwiftSetting] = common) -> Target {
    .target(
        name: name,
        dependencies: dependencies.map { .init(stringLiteral: $0) },
        exclude: ["README.md"],
        swiftSettings: settings
    )
}

func tests(_ name: String, _ dependencies: [String], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: (dependencies + ["TestSupport"]).map { .init(stringLiteral: $0) },
        path: "Tests/\(name)Tests",
        exclude: exclude,
        swiftSettings: common
    )
}

let package = Package(
    name: "martlet",
    products: [
        .executable(name: "martlet", targets: ["martlet"]),
        .executable(name: "kernel-counts", targets: ["KernelCounts"]),
    ],
    targets: [
        // System libraries and C kernels: nothing but a module map, a shim header, intrinsics.
        .systemLibrary(name: "CLevelDB", providers: [.apt(["libleveldb-dev"])]),
        .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
        .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CMicroHTTPD", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CAffinity"),
        .target(name: "CHashKernels", exclude: ["README.md"], cSettings: [.unsafeFlags(["-O3"])]),
        .target(name: "CFieldKernels", exclude: ["README.md"], cSettings: [.unsafeFlags(["-O3"])]),
        .target(name: "CTrustedSetup", exclude: ["README.md", "convert.py", "trusted_setup_4096.bin"]),

        // Pure rooms: no Foundation, no async, no I/O, no clock, no log.
        room("Hashing", ["CHashKernels"], settings: arithmetic),
        room("Locking", []),
        room("SSZ", ["Hashing", "Locking"], settings: arithmetic),
        room("BLS", ["Hashing", "CFieldKernels"], settings: arithmetic),
        room("KZG", ["Hashing", "BLS", "CTrustedSetup"], settings: arithmetic),
        room("ConsensusTypes", ["Hashing", "SSZ", "BLS"], settings: arithmetic),
        room("StateTransition", ["Hashing", "SSZ", "BLS", "ConsensusTypes", "Locking"], settings: arithmetic),
        room("ForkChoice", ["Hashing", "SSZ", "ConsensusTypes"]),
        room("DataAvailability", ["Hashing", "SSZ", "KZG", "ConsensusTypes", "StateTransition"]),
        room("LightClient", ["Hashing", "SSZ", "ConsensusTypes", "StateTransition"], settings: arithmetic),
        room(
            "GossipValidation",
            ["Hashing", "SSZ", "KZG", "ConsensusTypes", "StateTransition", "DataAvailability"]
        ),

        room(
            "Simulation",
            ["Hashing", "SSZ", "BLS", "KZG", "ConsensusTypes", "StateTransition"],
            settings: arithmetic
        ),

        // Effects.
        room("Snappy", ["CSnappy"]),
        room("YAML", ["CYAML", "Hashing"]),
        room("Concurrency", ["Locking"]),
        room("ChainStore", ["CLevelDB", "Snappy", "Hashing", "SSZ", "ConsensusTypes", "Concurrency"]),
        room("ForkTree", ["Hashing", "SSZ", "ConsensusTypes", "Concurrency"]),
        room(
            "BlockPipeline",
            [
                "Hashing", "SSZ", "BLS", "KZG", "ConsensusTypes", "StateTransition", "ForkChoice", "DataAvailability",
                "GossipValidation", "Snappy", "Concurrency", "ChainStore", "ForkTree",
            ]
        ),
        room(
            "GossipIngest",
            [
                "Hashing", "SSZ", "ConsensusTypes", "DataAvailability", "GossipValidation", "Snappy", "Concurrency",
                "BlockPipeline",
                "ForkTree",
            ]
        ),
        room(
            "BeaconAPI",
            [
                "CMicroHTTPD", "Hashing", "SSZ", "ConsensusTypes", "ForkChoice", "ChainStore", "ForkTree",
                "Concurrency", "BlockPipeline", "StateTransition",
            ]
        ),

        // Assembly.
        room(
            "Conformance",
            [
                "Locking", "Hashing", "SSZ", "BLS", "KZG", "ConsensusTypes", "StateTransition", "ForkChoice",
                "DataAvailability", "LightClient", "GossipValidation", "Snappy", "YAML",
            ]
        ),
        room(
            "Node",
            [
                "Hashing", "SSZ", "BLS", "KZG", "ConsensusTypes", "StateTransition", "ForkChoice", "DataAvailability",
                "Snappy", "YAML", "Concurrency",
                "ChainStore", "ForkTree", "BlockPipeline", "GossipIngest", "BeaconAPI",
            ]
        ),
        .executableTarget(
            name: "martlet",
            dependencies: [
                "Hashing", "SSZ", "BLS", "ConsensusTypes", "StateTransition", "ForkChoice", "DataAvailability", "YAML",
                "ChainStore", "ForkTree", "BlockPipeline", "GossipIngest", "BeaconAPI", "Node", "Conformance",
                "Concurrency",
                "Snappy", "Simulation", "CMalloc", "CAffinity",
            ],
            exclude: ["README.md"],
            swiftSettings: common
        ),
        // No part of what is shipped: what callgrind counts the instructions of.
        .executableTarget(
            name: "KernelCounts",
            dependencies: [
                "Hashing", "SSZ", "BLS", "ConsensusTypes", "StateTransition", "BlockPipeline", "GossipIngest", "Node",
            ],
            exclude: ["README.md"],
            swiftSettings: common
        ),

        // Tests mirror the rooms one to one; House holds the tree itself to its rules.
        .target(
            name: "TestSupport",
            dependencies: ["CMalloc", "Locking"],
            path: "Tests/TestSupport",
            swiftSettings: common
        ),
        .target(
            name: "ChainTestSupport",
            dependencies: [
                "BlockPipeline", "ChainStore", "ConsensusTypes", "ForkTree", "GossipIngest", "Hashing", "Node",
                "Snappy",
                "TestSupport",
            ],
            path: "Tests/ChainTestSupport",
            swiftSettings: common
        ),
        tests("House", []),
        tests("Hashing", ["Hashing", "CHashKernels"]),
        tests("SSZ", ["SSZ", "Hashing"]),
        tests("BLS", ["BLS", "Hashing", "CFieldKernels"]),
        tests("KZG", ["KZG", "BLS", "Hashing"]),
        tests("Snappy", ["Snappy"]),
        tests("YAML", ["YAML"]),
        tests("Streams", ["GossipIngest", "Snappy"]),
        tests(
            "Conformance",
            ["Conformance", "ConsensusTypes", "SSZ", "Hashing", "Snappy", "YAML"],
            exclude: ["expected-counts.txt"]
        ),
        tests(
            "StateTransition",
            ["StateTransition", "ConsensusTypes", "SSZ", "Hashing", "BLS", "Snappy", "YAML", "Concurrency", "Locking"]
        ),
        tests("ForkChoice", ["ForkChoice", "ConsensusTypes", "SSZ", "Hashing"]),
        tests("LightClient", ["LightClient", "StateTransition", "ConsensusTypes", "SSZ", "Hashing", "BLS"]),
        tests("GossipValidation", ["GossipValidation", "StateTransition", "ConsensusTypes", "KZG", "SSZ", "Hashing"]),
        tests("Simulation", ["Simulation", "StateTransition", "ConsensusTypes", "SSZ", "Hashing", "BLS"]),
        tests("ConsensusTypes", ["ConsensusTypes", "SSZ", "Hashing"]),
        tests("ChainStore", ["ChainStore", "Hashing"]),
        tests("Concurrency", ["Concurrency"]),
        tests("ForkTree", ["ForkTree", "Concurrency", "Hashing"]),
        tests(
            "BeaconAPI",
            [
                "BeaconAPI", "Concurrency", "ForkTree", "ForkChoice", "StateTransition", "ConsensusTypes", "SSZ",
                "Hashing",
            ]
        ),
        tests(
            "Martlet",
            [
                "martlet", "BeaconAPI", "GossipIngest", "Node", "DataAvailability", "ConsensusTypes", "SSZ", "Hashing",
                "Snappy", "Simulation", "Concurrency",
            ]
        ),
        tests(
            "BlockPipeline",
            [
                "ChainTestSupport", "BlockPipeline", "GossipIngest", "Node", "ForkTree", "ForkChoice", "ChainStore",
                "Concurrency",
                "DataAvailability", "KZG", "StateTransition", "ConsensusTypes", "SSZ", "Snappy", "Hashing",
                "Simulation",
            ]
        ),
        tests(
            "GossipIngest",
            [
                "ChainTestSupport", "GossipIngest", "BlockPipeline", "GossipValidation", "Node", "ForkTree",
                "ForkChoice", "ChainStore",
                "ConsensusTypes", "StateTransition", "Concurrency", "SSZ", "Snappy", "Hashing",
            ]
        ),
        tests(
            "Node",
            [
                "ChainTestSupport", "Node", "BeaconAPI", "BlockPipeline", "GossipIngest", "ForkTree", "ForkChoice",
                "ChainStore",
                "DataAvailability", "BLS", "KZG", "Concurrency", "StateTransition", "ConsensusTypes", "SSZ", "Snappy",
                "Hashing", "Simulation",
            ]
        ),
    ]
)
