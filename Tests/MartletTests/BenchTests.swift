import TestSupport
import Testing

@testable import martlet

@Suite struct BenchTests {
    @Test(arguments: [([], 0), ([7], 7), ([3, 1], 2), ([9, 1, 5], 5), ([4, 1, 3, 2], 2.5)] as [([UInt64], Double)])
    func theMedianIsTheMiddle(values: [UInt64], median: Double) {
        #expect(Benchmark.median(values) == median)
    }

    @Test func aFigureIsTheTimeOfOneOperation() async throws {
        let benchmark = Benchmark(name: "some.thing", unit: .us) {
            Benchmark.Run(operations: 4, validators: 3, fork: "fulu") { watch in
                watch.time {
                    var sum: UInt64 = 0
                    for i in 0..<20_000 as Range<UInt64> { sum = sum &* 31 &+ i }
                    return sum
                }
            }
        }
        let figure = try await benchmark.measure(repeats: 3, processor: "P")
        #expect(figure.name == "some.thing")
        #expect(figure.value > 0)
        #expect((figure.cpu ?? 0) > 0)
        #expect(figure.repeats == 3)
        #expect(figure.n == 4)
        let json = try jsonText(figure)
        for part in [
            "\"name\":\"some.thing\"", "\"unit\":\"us\"", "\"threads\":1", "\"n\":4", "\"validators\":3",
            "\"fork\":\"fulu\"", "\"processor\":\"P\"", "\"value\":",
        ] {
            #expect(json.contains(part), "\(part)")
        }
    }

    @Test func ratesAreTheInverseOfTimes() {
        #expect(Benchmark.Unit.blocksPerSecond.value(50_000_000) == 20)
        #expect(Benchmark.Unit.blocksPerSecond.value(0) == 0)
        #expect(Benchmark.Unit.ms.value(1_500_000) == 1.5)
    }

    /// What is not timed is not counted.
    @Test func theStopwatchStandsStillBetweenTimes() {
        var watch = Stopwatch()
        watch.stop()
        #expect(watch.wall == 0)
        watch.time {}
        let wall = watch.wall
        #expect(watch.wall == wall)
    }

    @Test func namesAreTheirOwn() {
        let names = PrimitiveBenchmarks.all.map(\.name) + ChainBenchmarks.names + ReplayBenchmarks.names
        #expect(Set(names).count == names.count)
    }

    /// The names of the figures in lines of JSON; one may be there for several numbers of threads.
    private func names(_ lines: [Substring]) -> Set<Substring> {
        Set(lines.compactMap { $0.split(separator: "\"name\":\"").last?.split(separator: "\"").first })
    }

    @Test func aStreamGivesItsFigures() async {
        let paper = Paper()
        let stream = Checkout.fixtures + "/fulu-linear"
        let words = ["bench", "--stream", stream, "--repeats", "1", "--filter", "state.", "--json"]
        let code = await Martlet.program.run(words, paper.terminal())
        #expect(code == .good)
        let lines = paper.out.split(separator: "\n")
        #expect(names(lines).count == 5)
        #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.contains("\"validators\":64") })
    }

    @Test func aSimulatedChainGivesItsFigures() async {
        let paper = Paper()
        let words = ["bench", "--validators", "256", "--payload-bytes", "500", "--repeats", "1", "--filter", "epoch."]
        let code = await Martlet.program.run(words + ["--fork", "electra", "--json"], paper.terminal())
        #expect(code == .good)
        let lines = paper.out.split(separator: "\n")
        #expect(names(lines).count == 3)
        #expect(lines.allSatisfy { $0.contains("\"validators\":256") && $0.contains("\"fork\":\"electra\"") })
    }

    @Test func aRecordedChainIsNotSimulated() async {
        let paper = Paper()
        let code = await Martlet.program.run(["bench", "--stream", "x", "--seed", "1"], paper.terminal())
        #expect(code == .usage)
    }
}
