import ConsensusTypes
import Foundation
import Hashing
import Node
import Testing

/// Replays of real and recorded chains that lie outside the checkout.
enum Chains {
    static let root =
        ProcessInfo.processInfo.environment["MARTLET_CHAINS"]
        ?? URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/chains").path

    static func path(_ name: String) -> String { "\(root)/\(name)" }

    static func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}

@Suite struct RealChainTests {
    /// A real block of Sepolia, every signature in it verified, ends on the state root that the network had.
    @Test(.enabled(if: Chains.has("sepolia-fulu"), "skipped: no sepolia-fulu in MARTLET_CHAINS"))
    func sepolia() async throws {
        var options = ReplayOptions(streams: [Chains.path("sepolia-fulu")])
        options.verification = .all
        options.expectedPost = Chains.path("sepolia-fulu/post.ssz_snappy")
        let report = try await Replay.run(options)
        #expect(report.problems == [])
        #expect(report.included == 1 && report.isGood, "\(report.failures)")
        #expect("\(report.head)" == "0x8ee6f4c6dda66553b4aff543f9d371b9623dd8d66d375d6252b4f51903eae265")
        #expect("\(report.headStateRoot)" == "0x795d6fb820493535904e704d466258ab590765115d2fc2364efc587baefe7de2")
        #expect(report.headSlot == 9_552_075)
    }

    @Test(
        .enabled(if: Chains.has("phase0-gap"), "skipped: no bellatrix-256, capella-gap, phase0-gap in MARTLET_CHAINS"),
        arguments: [("bellatrix-256", 96), ("capella-gap", 2), ("phase0-gap", 2)]
    )
    func recordedByTheExecutableSpec(name: String, blocks: Int) async throws {
        var options = ReplayOptions(streams: [Chains.path(name)])
        options.verification = .all
        options.expectedPost = Chains.path("\(name)/post.ssz_snappy")
        let report = try await Replay.run(options)
        #expect(report.problems == [])
        #expect(report.included == blocks && report.isGood, "\(report.failures.prefix(3))")
    }

    @Test(.enabled(if: Chains.has("mainnet-genesis"), "skipped: no mainnet-genesis in MARTLET_CHAINS"))
    func mainnetFromGenesis() async throws {
        let report = try await Replay.run(ReplayOptions(streams: [Chains.path("mainnet-genesis")]))
        #expect(report.included == 4 && report.isGood, "\(report.failures)")
        #expect(report.headSlot == 4)
        #expect(report.results.map(\.slot) == [1, 2, 3, 4])
    }
}
