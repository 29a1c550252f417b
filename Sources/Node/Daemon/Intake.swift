internal import BlockPipeline
internal import Concurrency
internal import ConsensusTypes
internal import ForkChoice
internal import ForkTree
internal import GossipIngest
internal import Hashing

/// The daemon's side of taking blocks: socket to ingest, verdicts back, and the order in which it all stops.
struct Intake: Sendable {
    /// Messages read and not begun; a full queue holds the readers up.
    private static let queued = 64
    /// Sidecars read and not begun; a full queue holds the readers up.
    private static let queuedSidecars = 32

    let chain: Chain
    let ledger: SidecarLedger
    let ingest: GossipIngest
    let sockets: IngestServer?
    let options: DaemonOptions

    /// Takes blocks until the stop is asked for, then drains or drops.
    func run(until stop: StopSignal) async -> DaemonReport {
        let queue = BoundedQueue<SocketMessage>(capacity: Self.queued, overflow: .suspend)
        let sidecars = BoundedQueue<SocketSidecar>(capacity: Self.queuedSidecars, overflow: .suspend)
        let quiet = Quiescence(chain: chain)
        return await withTaskGroup(of: Void.self) { group in
            if let sockets {
                group.addTask {
                    do {
                        try await sockets.run(into: queue, sidecars: sidecars)
                    } catch is CancellationError {
                    } catch {
                        options.log.error("failed", [("loop", "ingest"), ("error", "\(error)")])
                        stop.fail("ingest failed", error)
                    }
                }
            }
            // As many at once as transitions: they share the threads, and what waits behind them is bounded.
            for _ in 0..<max(1, options.width) { group.addTask { await prove(sidecars) } }
            let report = await work(queue, quiet, stop)
            sidecars.finish()
            sockets?.finish()
            await group.waitForAll()
            return report
        }
    }

    /// Proves sidecars one after the other.
    private func prove(_ queue: BoundedQueue<SocketSidecar>) async {
        let task = SidecarTask(chain: chain, ledger: ledger)
        for await sidecar in queue {
            let outcome = await task.run(sidecar.message)
            sidecar.answer(outcome)
            note(outcome)
        }
    }

    /// Carries blocks through; returns when the last one has ended.
    private func work(
        _ queue: BoundedQueue<SocketMessage>,
        _ quiet: Quiescence,
        _ stop: StopSignal
    ) async -> DaemonReport {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await ingest.run(
                        CountedSource(queue: queue, quiet: quiet),
                        observer: quiet,
                        judged: { sender, verdict in sender.answer(verdict) }
                    ) { sender, outcome in
                        sender.answer(outcome)
                        switch outcome {
                        case .block(let outcome): note(outcome)
                        case .envelope(let outcome): note(outcome)
                        }
                        quiet.leave()
                    }
                } catch {
                    // Cancelled while it waited for a place: the stop is under way.
                    quiet.giveUp()
                }
            }
            await stop.wait()
            let reason = stop.reason ?? "cancelled"
            options.log.info("stopping", [("reason", reason), ("drain_ms", options.drainMs)])
            sockets?.stopReading()
            queue.finish()
            let isDrained = await drain(quiet)
            let waiting = quiet.waiting
            // Lets go of what waits for an ancestor; it is stored as pending.
            chain.tree.close()
            chain.payloads.close()
            if !isDrained { group.cancelAll() }
            await group.waitForAll()
            let report = DaemonReport(reason: reason, drain: isDrained ? .drained : .dropped, waiting: waiting)
            options.log.info("intake_ended", [("policy", report.drain.rawValue), ("waiting", waiting)])
            return report
        }
    }

    /// Waits until nothing moves, for as long as the options say; whether it came to that.
    private func drain(_ quiet: Quiescence) async -> Bool {
        let (end, overflow) = options.clock.now.addingReportingOverflow(options.drainMs)
        let clock = options.clock
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                if (try? await clock.sleep(until: overflow ? .max : end)) != nil { quiet.runOutOfTime() }
            }
            let isQuiet = await quiet.untilQuiet()
            group.cancelAll()
            return isQuiet
        }
    }

    private func note(_ outcome: SidecarOutcome) {
        var fields: [Log.Field] = [("state", "\(outcome.state)"), ("index", outcome.index), ("slot", outcome.slot)]
        if let root = outcome.blockRoot { fields.append(("root", root)) }
        if case .failed = outcome.state { return options.log.error("sidecar", fields) }
        options.log.debug("sidecar", fields)
    }

    private func note(_ outcome: PayloadOutcome) {
        var fields: [Log.Field] = [("state", outcome.state.name), ("slot", outcome.slot)]
        if let root = outcome.blockRoot { fields.append(("root", root)) }
        fields += [("waited_us", outcome.waited / 1_000), ("verified_us", outcome.verified / 1_000)]
        if let reason = outcome.state.reason { fields.append(("reason", reason)) }
        switch outcome.state {
        case .failed: options.log.error("envelope", fields)
        case .included: options.log.info("envelope", fields)
        default: options.log.debug("envelope", fields)
        }
    }

    /// One line for every block that is in; what peers did wrong only for those who look closely.
    private func note(_ outcome: BlockOutcome) {
        let record = outcome.record
        var fields: [Log.Field] = []
        if record.root != Root() { fields += [("root", record.root), ("slot", record.slot)] }
        if record.waitedFor != nil { fields.append(("waited_us", record.waitDuration / 1_000)) }
        for (stage, duration) in record.durations.sorted(by: { $0.key < $1.key }) {
            fields.append(("\(stage.name)_us", duration / 1_000))
        }
        if let data = record.data { fields.append(("data", data.name)) }
        switch outcome.error {
        case .stateUnavailable, .store, .engine:
            fields.append(("reason", record.reasonText))
            return options.log.error("not_imported", fields)
        default: break
        }
        guard case .included = outcome.state else {
            fields += [("state", outcome.state.name), ("reason", record.reasonText)]
            return options.log.debug("not_imported", fields)
        }
        let snapshot = chain.choice.snapshot
        fields += [
            ("head_slot", snapshot.head.slot), ("head", snapshot.head.root.short),
            ("finalized_epoch", snapshot.finalized.epoch),
        ]
        options.log.info("imported", fields)
    }
}
