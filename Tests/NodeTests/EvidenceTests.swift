import ChainTestSupport
import ConsensusTypes
import Foundation
import Hashing
import SSZ
import Snappy
import Synchronization
import Testing

@testable import BlockPipeline
@testable import Node

/// Blocks whose post-state is not the one they name are kept with their states, within a bound.
@Suite struct EvidenceTests {
    /// A folder removed with the value.
    private final class Folder {
        let path = NSTemporaryDirectory() + "martlet evidence's \(UUID().uuidString)"

        deinit { try? FileManager.default.removeItem(atPath: path) }

        var names: [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        }
    }

    private func replay(_ folder: Folder, limit: Int = 8) async throws -> [EvidenceReport] {
        let reports = Mutex<[EvidenceReport]>([])
        var options = ReplayOptions(streams: [Fixtures.path("fulu-forky")])
        options.evidence = try EvidenceDirectory(folder.path, limit: limit) { report in
            reports.withLock { $0.append(report) }
        }
        _ = try await Replay.run(options)
        return reports.withLock { $0 }
    }

    private func ssz(_ path: String) throws -> [UInt8] {
        try Snappy.uncompress([UInt8](Data(contentsOf: URL(fileURLWithPath: path))), maximum: 1 << 24)
    }

    @Test func aMismatchLeavesBlockAndStates() async throws {
        let expected = try Expected(stream: "fulu-forky")
        let bad = expected.messages.filter { $0.reason == "state_root" }.compactMap(\.root)
        #expect(!bad.isEmpty)
        let folder = Folder()
        let reports = try await replay(folder)
        #expect(Set(reports.map { "\($0.root)" }) == Set(bad))
        #expect(folder.names == reports.map { "\($0.slot)-\($0.root)" }.sorted())
        let context = ChainSpec.minimal.context(.fulu)
        for report in reports {
            guard case .kept(let path) = report.end else {
                Issue.record("\(report.line)")
                continue
            }
            let block = try SignedBeaconBlock.decode(ssz("\(path)/blocks_0.ssz_snappy"), in: context)
            #expect(block.message.hashTreeRoot(in: context) == report.root)
            #expect(block.message.stateRoot == report.expected)
            let pre = try BeaconState.decode(ssz("\(path)/pre.ssz_snappy"), in: context)
            let post = try BeaconState.decode(ssz("\(path)/post.ssz_snappy"), in: context)
            #expect(post.hashTreeRoot(in: context) == report.got)
            #expect(report.got != report.expected)
            #expect(pre.slot < post.slot && post.slot == report.slot)
            let command = try #require(report.command)
            #expect(command.hasPrefix("martlet diff BeaconState '"))
            #expect(command.contains("evidence'\\''s"))
            let text = try String(contentsOfFile: "\(path)/explain.txt", encoding: .utf8)
            #expect(text.contains(command))
            #expect(text.contains("stage       transition"))
            #expect(report.line.contains(command))
            // The folder is a stream: the block fails again as it did.
            let again = try await Replay.run(ReplayOptions(streams: [path]))
            #expect(again.results.map(\.cause) == ["state_root_mismatch"], "\(again.results)")
        }
    }

    /// The first stay, the others are counted; blocks that are there already take no second place.
    @Test func theFirstFewAreKept() async throws {
        let folder = Folder()
        let all = try await replay(folder)
        let again = try await replay(folder)
        #expect(again.isEmpty)
        #expect(folder.names.count == all.count)
        let full = Folder()
        let reports = try await replay(full, limit: 0)
        #expect(full.names.isEmpty)
        #expect(reports.map(\.end) == [.full(path: URL(fileURLWithPath: full.path).path, limit: 0)])
        #expect(reports.first?.line.contains("this and later ones are counted") == true)
    }

    @Test func concurrentBlocksDoNotPassTheBound() async throws {
        let folder = Folder()
        let run = try RecordedRun(path: Fixtures.path("fulu-linear"))
        let kept = Mutex(0)
        let directory = try EvidenceDirectory(folder.path, limit: 3) { report in
            if case .kept = report.end { kept.withLock { $0 += 1 } }
        }
        try await withThrowingTaskGroup { group in
            for number in 0..<12 {
                let block = try run.decoded(number / 2)
                let state = run.anchor.state
                group.addTask {
                    directory.keep(.init(block: block, pre: state, post: state, got: Root(), spec: run.spec))
                }
            }
            while try await group.next() != nil {}
        }
        #expect(folder.names.count == 3)
        #expect(kept.withLock { $0 } == 3)
        #expect(directory.refused >= 3)
    }

    /// What a killed process left half-written is no evidence and takes no place.
    @Test func halfWrittenFoldersAreRemoved() throws {
        let folder = Folder()
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/.unfinished-7-0xab",
            withIntermediateDirectories: true
        )
        _ = try EvidenceDirectory(folder.path) { _ in }
        #expect(folder.names.isEmpty)
        try Data().write(to: URL(fileURLWithPath: folder.path + "/file"))
        #expect(throws: SettingsError.self) { try EvidenceDirectory(folder.path + "/file") { _ in } }
    }

    @Test func aDiskThatRefusesIsToldAndTakesNoPlace() throws {
        let folder = Folder()
        let run = try RecordedRun(path: Fixtures.path("fulu-linear"))
        let ends = Mutex<[EvidenceReport.End]>([])
        let directory = try EvidenceDirectory(folder.path) { report in ends.withLock { $0.append(report.end) } }
        try FileManager.default.removeItem(atPath: folder.path)
        try Data().write(to: URL(fileURLWithPath: folder.path))
        let block = try run.decoded(0)
        let state = run.anchor.state
        let mismatch = StateRootMismatch(block: block, pre: state, post: state, got: Root(), spec: run.spec)
        directory.keep(mismatch)
        #expect(ends.withLock { $0.count } == 1)
        if case .failed = ends.withLock({ $0[0] }) {} else { Issue.record("\(ends.withLock { $0[0] })") }
        try FileManager.default.removeItem(atPath: folder.path)
        directory.keep(mismatch)
        #expect(ends.withLock { $0.count } == 2)
        #expect(folder.names.count == 1)
    }
}
