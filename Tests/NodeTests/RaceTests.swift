import Node
import Testing

/// A few whole replays of the stream with branches: short enough for Thread Sanitizer.
@Suite struct RaceTests {
    /// Seed 0 stands for the order given.
    @Test(arguments: [0, 1, 2] as [UInt64])
    func replaysOfTheForkyStream(seed: UInt64) async throws {
        var options = ReplayOptions(streams: [Fixtures.path("fulu-forky")])
        options.order = seed == 0 ? .given : .shuffle
        options.seed = seed
        options.width = 4
        let report = try await Replay.run(options)
        let expected = try Expected(stream: "fulu-forky")
        #expect("\(report.head)" == expected.headRoot)
        #expect("\(report.headStateRoot)" == expected.headStateRoot)
        #expect(report.included == 67)
    }
}
