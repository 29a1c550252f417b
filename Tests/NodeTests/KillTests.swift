import Concurrency
import Foundation
import TestSupport
import Testing

/// The program killed at random moments, and started again.
@Suite(.serialized) struct KillTests {
    static let moments = Extent.isFull ? 50 : 8

    /// The program built beside these tests.
    static let program: String? = {
        guard let tests = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            return nil
        }
        let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appending(path: "martlet").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    @Test(.enabled(if: program != nil, "skipped: no martlet beside the tests"))
    func aKilledReplayIsGoneOnWith() async throws {
        let expected = try Expected(stream: "fulu-linear")
        let scratch = try Scratch()
        func replay(_ name: String, killedAfter delay: Duration? = nil) async throws -> Ended {
            let arguments = [
                "replay", Fixtures.path("fulu-linear"), "--data-dir", "\(scratch.path)/\(name)", "--json",
                "--expect-head", expected.headRoot, "--expect-post", Fixtures.path("fulu-linear/post.ssz_snappy"),
            ]
            return try await run(arguments, output: "\(scratch.path)/\(name).json", killedAfter: delay)
        }
        let first = try await replay("whole")
        #expect(first.status == 0)
        // Other tests may have run beside the first one, so the time to aim at follows the latest.
        var whole = first.took

        let seed: UInt64 = 9
        var random = SplitMix64(seed: seed)
        var killed = 0
        for moment in 0..<Self.moments {
            let name = "moment-\(moment)"
            // Every fifth is killed twice: also a recovery may be cut short.
            for _ in 0..<(moment % 5 == 4 ? 2 : 1) {
                // One that came to its end before tells how long a run takes, and is tried again.
                for _ in 0..<6 {
                    let delay = whole * Double.random(in: 0..<0.9, using: &random)
                    let ended = try await replay(name, killedAfter: delay)
                    if ended.wasKilled {
                        killed += 1
                        break
                    }
                    whole = min(whole, ended.took)
                }
            }
            let ended = try await replay(name)
            let said = try String(contentsOfFile: "\(scratch.path)/\(name).json", encoding: .utf8)
            #expect(!ended.wasKilled && ended.status == 0, "seed \(seed), moment \(moment): \(said.prefix(2_000))")
            #expect(said.contains(expected.headRoot) && said.contains(expected.headStateRoot), "moment \(moment)")
            try FileManager.default.removeItem(atPath: "\(scratch.path)/\(name)")
        }
        // Most must hit a run in its middle, or the test reaches nothing.
        #expect(killed > Self.moments / 2)
        print("kill -9: \(killed) kills in \(Self.moments) runs, seed \(seed), a whole run takes \(whole)")
    }

    private struct Ended: Sendable {
        var status: Int32
        var wasKilled: Bool
        var took: Duration
    }

    /// Runs the program to its end, or to the end that a signal makes of it.
    private func run(_ arguments: [String], output: String, killedAfter delay: Duration?) async throws -> Ended {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.program))
        process.arguments = arguments
        try Data().write(to: URL(fileURLWithPath: output))
        let file = try #require(FileHandle(forWritingAtPath: output))
        defer { try? file.close() }
        process.standardOutput = file
        process.standardError = FileHandle.nullDevice
        let (ends, continuation) = AsyncStream.makeStream(of: Ended.self)
        let began = ContinuousClock.now
        process.terminationHandler = { ended in
            let wasKilled = ended.terminationReason == .uncaughtSignal
            let took = ContinuousClock.now - began
            continuation.yield(Ended(status: ended.terminationStatus, wasKilled: wasKilled, took: took))
            continuation.finish()
        }
        try process.run()
        if let delay {
            try await Task.sleep(for: delay)
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
        for await end in ends { return end }
        throw CancellationError()
    }
}
