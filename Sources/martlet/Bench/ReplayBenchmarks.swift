import ConsensusTypes
import Foundation
import Simulation

/// What two branches of equal length take together on two cores, beside each of them alone on one.
///
/// Each is a process of its own, as somebody who replays a stream would start it, and its whole time counts: start,
/// end and all. Alone it is held to one core. Half is what two cores could do at best.
struct ReplayBenchmarks: Sendable {
    static let names = ["replay.two_branches.ratio", "replay.two_branches.ratio.no_signatures"]

    var parameters = SimulationParameters()
    /// Blocks of a branch.
    var blocks = 512
    /// Where the streams are written: a new directory.
    let scratch: String
    /// What is run: this program.
    var program = "/proc/self/exe"
    /// The cores to use; the first is the one that a branch is alone on.
    var cores = CoreSet.available

    var all: [Benchmark] {
        [ratio(Self.names[0], []), ratio(Self.names[1], ["--verify", "none"])]
    }

    /// A branch that is alone is as long as it is in the stream of both: the same blocks.
    struct Streams: Sendable {
        var both: String
        var alone: [String]
        var blocks: Int
    }

    /// Makes the streams, once for all figures.
    func makeStreams() throws -> Streams {
        let both = "\(scratch)/both"
        let alone = (0..<2).map { "\(scratch)/branch\($0)" }
        if FileManager.default.fileExists(atPath: "\(both)/expected.json") {
            return Streams(both: both, alone: alone, blocks: blocks)
        }
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        // Voters apart: neither branch may finalize and have the other refused.
        var parameters = parameters
        parameters.branchesAreDisjoint = true
        let simulator = try ChainSimulator(parameters)
        var writers = try ([both] + alone).map { try SimulationOutput(simulator, path: $0).begin() }
        var run = try SimulatedRun(simulator, blocks: blocks, branches: 2)
        while let message = try run.next() {
            _ = try writers[0].put(message)
            _ = try writers[1 + Int(message.branch)].put(message)
        }
        _ = try writers[1].finish([run.tips[0]])
        _ = try writers[2].finish([run.tips[1]])
        // Last: where this is there, all is.
        _ = try writers[0].finish(run.tips)
        return Streams(both: both, alone: alone, blocks: blocks)
    }

    private func ratio(_ name: String, _ words: [String]) -> Benchmark {
        Benchmark(name: name, unit: .ratio) { [self] in
            guard cores.count > 1 else { throw ReplayBenchmarkError.cores(expected: 2, got: cores.count) }
            let streams = try await onOwnThread("bench") { try makeStreams() }
            return Benchmark.Run(
                operations: 1,
                threads: 2,
                validators: parameters.validators,
                fork: parameters.fork.name
            ) { watch in
                let sample = try await onOwnThread("bench") { try times(streams, words) }
                watch.count(Benchmark.Unit.parts(of: sample.both, in: sample.alone))
                return sample.both
            }
        }
    }

    /// Nanoseconds of both branches together, and of one after the other on one core.
    private func times(_ streams: Streams, _ words: [String]) throws -> (both: UInt64, alone: UInt64) {
        var alone: UInt64 = 0
        for stream in streams.alone { alone += try nanoseconds(["replay", stream] + words, on: [cores[0]]) }
        return (try nanoseconds(["replay", streams.both] + words, on: Array(cores[..<2])), alone)
    }

    /// How long a run of the program takes on these cores.
    private func nanoseconds(_ words: [String], on cores: [Int]) throws -> UInt64 {
        var watch = Stopwatch()
        let status = try watch.time { try ChildProcess.run(program, words, cores: cores) }
        guard status == 0 else { throw ReplayBenchmarkError.failed(words, status: status) }
        return watch.wall
    }
}

/// Why two branches could not be compared.
enum ReplayBenchmarkError: Error, CustomStringConvertible {
    case cores(expected: Int, got: Int)
    case failed([String], status: Int32)

    var description: String {
        switch self {
        case .cores(let expected, let got): "cores: expected \(expected), got \(got)"
        case .failed(let words, let status): "\(words.joined(separator: " ")): expected status 0, got \(status)"
        }
    }
}
