import ConsensusTypes
import Foundation
import Simulation
import Testing

@testable import martlet

@Suite struct ReplayBenchmarksTests {
    private func withScratch<R>(_ body: (String) async throws -> R) async throws -> R {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "martlet-test-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        return try await body(scratch)
    }

    private func benchmarks(_ scratch: String, program: String) -> ReplayBenchmarks {
        var parameters = SimulationParameters()
        parameters.validators = 64
        parameters.preset = .minimal
        parameters.payloadBytes = 100
        return ReplayBenchmarks(parameters: parameters, blocks: 3, scratch: scratch, program: program)
    }

    /// Alone a branch has the blocks that it has beside the other.
    @Test func theStreamsHaveTheSameBlocks() async throws {
        try await withScratch { scratch in
            let benchmarks = benchmarks(scratch, program: "/bin/true")
            let streams = try benchmarks.makeStreams()
            func blocks(_ path: String) throws -> Set<Data> {
                let names = try FileManager.default.contentsOfDirectory(atPath: path)
                return Set(
                    try names.filter { $0.hasPrefix("blocks_") }.map {
                        try Data(contentsOf: URL(fileURLWithPath: "\(path)/\($0)"))
                    }
                )
            }
            let alone = try streams.alone.map(blocks)
            #expect(alone.map(\.count) == [3, 3])
            #expect(alone[0].isDisjoint(with: alone[1]))
            #expect(try blocks(streams.both) == alone[0].union(alone[1]))
            // Asked again they are there.
            #expect(try benchmarks.makeStreams().alone == streams.alone)
        }
    }

    @Test func aRatioIsOfWholeProcesses() async throws {
        try await withScratch { scratch in
            var benchmarks = benchmarks(scratch, program: "/bin/true")
            // Where there is one core only, it is named twice.
            benchmarks.cores = [CoreSet.available[0], CoreSet.available.last ?? 0]
            for benchmark in benchmarks.all {
                let figure = try await benchmark.measure(repeats: 1, processor: "P")
                #expect(figure.unit == "ratio")
                #expect(figure.value > 0)
                #expect(figure.cpu == nil)
            }
        }
    }

    @Test func aReplayThatFailsIsNoFigure() async throws {
        try await withScratch { scratch in
            var benchmarks = benchmarks(scratch, program: "/bin/false")
            benchmarks.cores = [CoreSet.available[0], CoreSet.available.last ?? 0]
            await #expect(throws: ReplayBenchmarkError.self) {
                try await benchmarks.all[0].measure(repeats: 1, processor: "P")
            }
            benchmarks.cores = [0]
            await #expect(throws: ReplayBenchmarkError.self) {
                try await benchmarks.all[0].measure(repeats: 1, processor: "P")
            }
        }
    }

    @Test func aChildIsHeldToItsCores() async throws {
        try await onOwnThread("test") {
            let before = CoreSet.available
            let last = try #require(before.last)
            // A shell says which cores it was given.
            let script = "grep -q '^Cpus_allowed_list:[[:space:]]*\(last)$' /proc/self/status"
            #expect(try ChildProcess.run("/bin/sh", ["-c", script], cores: [last]) == 0)
            #expect(CoreSet.available == before)
            #expect(try ChildProcess.run("/bin/sh", ["-c", "exit 3"], cores: before) == 3)
            #expect(try ChildProcess.run("/bin/sh", ["-c", "kill -9 $$"], cores: before) == 137)
            #expect(throws: ChildProcessError.self) { try ChildProcess.run("/no/such/program", [], cores: before) }
            #expect(throws: ChildProcessError.self) { try ChildProcess.run("/bin/true", [], cores: []) }
        }
    }
}
