import Concurrency
import ConsensusTypes
import Foundation
import GossipIngest
import Node
import Simulation

/// One run of `martlet simulate`: making the anchor, then the blocks, on a thread of its own.
struct SimulationJob: Sendable {
    var parameters: SimulationParameters
    var path: String
    var eras: Bool
    var blocks: Int
    var branches: Int
    /// From the anchor on disk to the first slot.
    var startInMs: UInt64 = 0

    /// Messages made and not sent yet, at most; beyond, the making waits.
    private static let ahead = 65_536

    /// Writes the chain as fast as it is made.
    func write(_ terminal: Terminal) async throws -> ExitCode {
        let bar = ProgressBar(terminal)
        let report = try await onOwnThread("simulate") {
            let (simulator, setup) = try setUp(terminal)
            let output = try SimulationOutput(simulator, path: path, eras: eras)
            var done = 0
            var report = try output.write(blocks: blocks, branches: branches) { message in
                done += message.isCanonical ? 1 : 0
                bar.show(done, of: blocks * branches)
            }
            report.setup = setup
            return report
        }
        bar.clear()
        terminal.print(try jsonText(report))
        return .good
    }

    /// Makes the anchor, and says what it cost.
    private func setUp(_ terminal: Terminal) throws -> (ChainSimulator, SimulationReport.Setup) {
        var watch = Stopwatch()
        let simulator = try watch.time { try ChainSimulator(parameters) }
        let setup = SimulationReport.Setup(
            seconds: Double(watch.wall) / 1e9,
            cpuSeconds: Double(watch.processor) / 1e9
        )
        if terminal.isWatched {
            terminal.error("setup of \(parameters.validators) validators: \(setup.seconds.text(1)) s")
        }
        return (simulator, setup)
    }

    /// Writes the chain and sends it to a daemon as it happens.
    ///
    /// Blocks are made ahead of their time, as far as the disk takes them.
    func send(to address: IngestAddress, _ plan: DeliveryPlan, _ terminal: Terminal) async throws -> ExitCode {
        let stop = StopSignal()
        let signals = StopOnSignal([SIGTERM, SIGINT], stop)
        defer { signals.cancel() }
        let (simulator, setup) = try await onOwnThread("simulate") {
            var (simulator, setup) = try setUp(terminal)
            // The time that writing the anchor takes is its own: the first slot is moved once, before.
            let written = UInt64(parameters.validators) / Self.validatorsWrittenInMs
            simulator.startFirstSlot(at: SystemClock().now + startInMs + written)
            return (simulator, setup)
        }
        let output = try SimulationOutput(simulator, path: path)
        let first = simulator.start(of: simulator.anchor.slot + 1)
        var timed = plan
        timed.slotMs = simulator.spec.config.slotDurationMs
        let load = RealtimeLoad(
            directory: path,
            address: address,
            plan: timed,
            genesisMs: simulator.start(of: 0),
            connectUntilMs: first
        )
        let queue = BoundedQueue<WrittenMessage>(capacity: Self.ahead, overflow: .suspend)
        let executor = try ThreadExecutor(name: "simulate", width: 1)
        let result: Result<(SimulationReport, LoadReport), any Error>
        do {
            async let made = withTaskExecutorPreference(executor) {
                try await make(simulator, output, into: queue, stop) {
                    let left = Double(first - min(first, SystemClock().now)) / 1_000
                    terminal.error(
                        "the first slot begins in \(left.text(1)) s; the daemon to send to:\n"
                            + "  martlet node --data-dir NEW --anchor-state \(path)/pre.ssz_snappy --ingest \(address)"
                    )
                }
            }
            do {
                let tally = try await load.run(queue, stop: stop)
                stop.request("all was sent")
                result = .success((try await made, tally))
            } catch {
                stop.request("the load ended")
                queue.finish()
                _ = try? await made
                result = .failure(error)
            }
        } catch {
            result = .failure(error)
        }
        await executor.shutdown()
        var (report, tally) = try result.get()
        report.setup = setup
        terminal.print(try jsonText(RealtimeReport(chain: report, load: tally)))
        return tally.isGood ? .good : .failed
    }

    /// How many validators of the anchor are encoded, packed and written in a millisecond: a slow machine's.
    private static let validatorsWrittenInMs: UInt64 = 100

    /// Makes and writes the chain; what is written goes into `queue`, until the stop is asked for.
    private nonisolated func make(
        _ simulator: ChainSimulator,
        _ output: SimulationOutput,
        into queue: BoundedQueue<WrittenMessage>,
        _ stop: StopSignal,
        begun: () -> Void
    ) async throws -> SimulationReport {
        defer { queue.finish() }
        var writer = try output.begin()
        begun()
        var run = try SimulatedRun(simulator, blocks: blocks, branches: branches)
        while stop.reason == nil, let message = try run.next() {
            for written in try writer.put(message) { _ = try await queue.send(written) }
        }
        return try writer.finish(run.tips)
    }
}

/// What `simulate --realtime` prints.
struct RealtimeReport: Encodable, Sendable {
    var chain: SimulationReport
    var load: LoadReport
}
