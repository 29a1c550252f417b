import Hashing
import SSZ
import Testing

@Suite struct MerkleTests {
    /// Leaf `i` of all examples: the hash of its number in eight little-endian bytes.
    static func leaf(_ i: Int) -> Bytes32 {
        withUnsafeBytes(of: UInt64(i).littleEndian) { SHA256.hash($0) }
    }

    static func leaves(_ count: Int) -> [Bytes32] { (0..<count).map { leaf($0) } }

    /// The definition, node by node.
    static func model(_ leaves: [Bytes32], depth: Int) -> Bytes32 {
        if leaves.isEmpty { return MerkleHash.zero(depth) }
        if depth == 0 { return leaves[0] }
        let half = depth > 32 ? leaves.count : min(1 << (depth - 1), leaves.count)
        return MerkleHash.pair(
            model(Array(leaves[..<half]), depth: depth - 1),
            model(Array(leaves[half...]), depth: depth - 1)
        )
    }

    /// Roots computed by the SSZ library of the pinned specification.
    @Test func rootsOfTheReference() {
        let cases: [(Int, UInt64?, String)] = [
            (0, nil, "0000000000000000000000000000000000000000000000000000000000000000"),
            (1, nil, "af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc"),
            (2, nil, "c82191a310bcd974e428362f9ca9efddd2155f2ca4cc7451c366585c690209ef"),
            (3, nil, "7b5282f9239e7fba17a6afcb71ac7772844470ac5f2b285a78464339c4f5f090"),
            (5, nil, "61bfaf25831ef08adec0aef5f7481742bd5caefda995a91ad8466e45278ebcb6"),
            (33, nil, "702812f721a941b7af0e20c9a671d91e652b1f1b514ce897a07aed725f996025"),
            (100, nil, "54549722e540501ed04ea3403df85208add05d4cb7f84a7de8e65638bf6d5af7"),
            (0, 1, "0000000000000000000000000000000000000000000000000000000000000000"),
            (0, 2, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"),
            (0, 1_099_511_627_776, "6bfe8d2bcc4237b74a5047058ef455339ecd7360cb63bfbb8ee5448e6430ba04"),
            (1, 1_099_511_627_776, "ca8b12cc227568e38673e5b8b5306f04e1fa32ac59ce81574ad95051eb0a65f3"),
            (7, 9, "b1c2eb10ee9905334c02c0014444abdcfc94f0e4c28d7f4c3debd08a702d809c"),
            (100, 1_048_576, "c6d6a63e3060220532b2e013230e09192c98f3cb64111050b9a63dc537eed49e"),
            (3, 18_446_744_073_709_551_615, "9458430c76cb35dffb1b74ee20c4923a8d8cdfe91b3c3de6a67f88e07a39ca79"),
            (5, 9_223_372_036_854_775_808, "4956437cd627a6ba4227505864aa1d3fc9721ba75befb6eb916373ece7c60159"),
            (64, 64, "44804a1c9a49410a3d564a8843dfdeaa8b33e99d895cdfec3e3f80c071e6a7e7"),
            (1000, 1024, "1fae407a131f119140aa360f795a723d1fef24ac3792d32859fdbff913f7040d"),
        ]
        for (count, limit, root) in cases {
            #expect(Merkle.root(Self.leaves(count), limit: limit).description == "0x" + root)
        }
    }

    @Test func everySizeAgreesWithTheDefinition() {
        for count in Array(0...140) + [255, 256, 257, 1023] {
            let leaves = Self.leaves(count)
            let depth = Merkle.depth(of: UInt64(count))
            #expect(Merkle.root(leaves) == Self.model(leaves, depth: depth), "\(count) leaves")
            #expect(Merkle.root(leaves, limit: 1 << 12) == Self.model(leaves, depth: 12), "\(count) leaves, limit 4096")
        }
    }

    @Test func bytesArePaddedToLeaves() {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) }
        for count in 0...bytes.count {
            for limit in [nil, 16] as [UInt64?] {
                var padded = Array(bytes.prefix(count))
                while padded.count % 32 != 0 { padded.append(0) }
                let leaves = stride(from: 0, to: padded.count, by: 32)
                    .compactMap { Bytes32(padded[$0..<$0 + 32]) }
                // Bytes need not be aligned.
                let shifted = [0] + bytes.prefix(count)
                let root = shifted.withUnsafeBytes {
                    Merkle.rootOfBytes(UnsafeRawBufferPointer(rebasing: $0[1...]), limit: limit)
                }
                #expect(root == Merkle.root(leaves, limit: limit), "\(count) bytes")
            }
        }
    }

    @Test func depths() {
        #expect(
            [0, 1, 2, 3, 4, 5, 1 << 40, 1 << 63, .max].map { Merkle.depth(of: $0) } == [0, 0, 1, 2, 2, 3, 40, 63, 64]
        )
    }

    @Test func mixIns() {
        let root = Self.leaf(9)
        #expect(
            Merkle.mixInLength(root, 12_345_678_901).description
                == "0xd7d982318ac218eb1d86632b8718adcf93a125ffb409e8b285e962af3a0c3f1e"
        )
        #expect(
            Merkle.mixInSelector(root, 7).description
                == "0xcf855df6133a9e9a76fd25980fe928a608e3af2e545ac0a2951fcdad35112b79"
        )
        #expect(
            Merkle.mixInActiveFields(root, [true, false, true, true, false, false, false, false, true]).description
                == "0x4dad6faa497de001243ba1892076b34b9faa78685bffa7693b7b5f411876ff1f"
        )
    }
}
