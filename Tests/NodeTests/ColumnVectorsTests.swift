import BlockPipeline
import ConsensusTypes
import Foundation
import Node
import TestSupport
import Testing

/// The official fork choice cases with columns, replayed as they lie: their folders are streams.
@Suite struct ColumnVectorsTests {
    private static let folder: String = {
        let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
        let root = ProcessInfo.processInfo.environment["MARTLET_VECTORS"] ?? "\(home)/.cache/martlet/vectors"
        return "\(root)/tests/minimal/fulu/fork_choice/on_block/pyspec_tests"
    }()

    private static let names: [String] = {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return all.filter { $0.hasPrefix("on_block_peerdas__") }.sorted()
    }()

    @Test(.enabled(if: !names.isEmpty, "skipped: no on_block_peerdas cases in MARTLET_VECTORS"))
    func theyEndAsTheySay() async throws {
        let scratch = try TemporaryDirectory()
        // Fulu from genesis on, which is what the case's folder stands for.
        var text = Config.minimal.text
        for fork in ["ALTAIR", "BELLATRIX", "CAPELLA", "DENEB", "ELECTRA", "FULU"] {
            text = text.replacing(try Regex("\(fork)_FORK_EPOCH: [0-9]+"), with: "\(fork)_FORK_EPOCH: 0")
        }
        let config = "\(scratch.path)/config.yaml"
        try Data(text.utf8).write(to: URL(fileURLWithPath: config))
        #expect(Self.names.count == 17)
        for name in Self.names {
            var options = ReplayOptions(streams: ["\(Self.folder)/\(name)"])
            options.settings.configPath = config
            options.availability = .require
            let report = try await Replay.run(options)
            let isValid = name == "on_block_peerdas__ok"
            #expect(report.isGood == isValid, "\(name): \(report.failures)")
            #expect(report.included == (isValid ? 2 : 0), "\(name)")
            #expect(report.data["available"] == (isValid ? 2 : 0), "\(name)")
        }
    }
}
