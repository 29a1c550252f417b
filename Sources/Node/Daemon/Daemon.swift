internal import BeaconAPI
internal import BlockPipeline
internal import Concurrency
internal import ConsensusTypes
internal import ForkChoice
internal import ForkTree
internal import GossipIngest
internal import Hashing

/// The daemon: one chain, a socket that blocks come in by, an endpoint that answers questions.
///
/// Start order: store, chain, endpoint, socket; stop order the other way round: the socket reads no more, blocks under
/// way are given their time, what waits is let go, verdicts are written, the endpoint closes, the store closes.
public struct Daemon: Sendable {
    let options: DaemonOptions

    public init(_ options: DaemonOptions) { self.options = options }

    /// Runs until `stop` is asked for, or the task is cancelled.
    ///
    /// - Parameters:
    ///   - ready: called once blocks are taken and questions answered; the daemon goes on meanwhile.
    public func run(
        stop: StopSignal,
        ready: @escaping @Sendable (DaemonAddresses) async -> Void = { _ in }
    ) async throws -> DaemonReport {
        let log = options.log
        let (chain, ledger) = try await openChain()
        do {
            try await chain.tick()
            let head = chain.choice.snapshot.head
            log.info("open", [("directory", options.dataDirectory), ("head", head.root), ("slot", head.slot)])
            if options.assumed != .none {
                log.warning("assumed_signatures", [("blocks", options.assumed)])
            }
            let report = try await serve(chain, ledger, stop, ready)
            try await chain.close()
            log.info("stopped", [("reason", report.reason)])
            if let error = stop.error { throw error }
            return report
        } catch {
            try? await chain.close()
            throw error
        }
    }

    /// Answers questions and takes blocks until the stop.
    private func serve(
        _ chain: Chain,
        _ ledger: SidecarLedger,
        _ stop: StopSignal,
        _ ready: @escaping @Sendable (DaemonAddresses) async -> Void
    ) async throws -> DaemonReport {
        let endpoint = try HTTPServer(port: options.apiPort)
        let sockets = try options.ingest.map {
            try IngestServer($0, limits: options.socketLimits, clock: options.clock)
        }
        let ingest = GossipIngest(chain: chain)
        let local = LocalChain(chain) {
            MetricFamily.families(of: ingest.counts)
                + MetricFamily.families(of: ProcessMemory.read(), options.memoryLimit)
        }
        let routes = Routes(local, version: options.version)
        let addresses = DaemonAddresses(api: "http://127.0.0.1:\(endpoint.port)", ingest: sockets?.address)
        let file = AddressFile(directory: options.dataDirectory)
        try file.write(addresses.api)
        defer { file.remove() }
        return await withTaskGroup(of: Void.self) { loops in
            loops.addTask { await endpoint.run { await routes.respond($0) } }
            loops.addTask { await watched("clock", stop) { try await tickSlots(chain) } }
            loops.addTask { await watched("expiry", stop) { try await expireWaits(chain) } }
            loops.addTask { await watched("epochs", stop) { try await prepareEpochs(chain) } }
            loops.addTask { await noteMissing(chain) }
            loops.addTask { await warmKeys(chain) }
            if let limit = options.memoryLimit {
                let memory = MemoryGuard(
                    limit: limit,
                    cache: chain.states.cache,
                    clock: options.clock,
                    log: options.log,
                    release: options.releaseMemory
                )
                loops.addTask { await watched("memory", stop) { try await memory.run() } }
            }
            options.log.info(
                "ready",
                [("api", addresses.api), ("ingest", addresses.ingest.map { "\($0)" } ?? "none")]
            )
            // Beside the intake: whoever is told may send blocks at once and wait for what is said of them.
            loops.addTask { await ready(addresses) }
            let intake = Intake(chain: chain, ledger: ledger, ingest: ingest, sockets: sockets, options: options)
            let report = await intake.run(until: stop)
            endpoint.stop()
            loops.cancelAll()
            return report
        }
    }

    /// Runs a loop; a failure of it stops the daemon.
    private func watched(_ name: String, _ stop: StopSignal, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch is CancellationError {
        } catch {
            options.log.error("failed", [("loop", name), ("error", "\(error)")])
            stop.fail("\(name) failed", error)
        }
    }

    /// Has the public keys at hand before blocks need them; without, blocks only take longer.
    private func warmKeys(_ chain: Chain) async {
        guard options.assumed != .all else { return }
        do {
            _ = try await KeyWarming(chain: chain, log: options.log, width: options.width).run()
        } catch is CancellationError {
        } catch {
            options.log.error("failed", [("loop", "keys"), ("error", "\(error)")])
        }
    }

    /// Tells fork choice of every new slot.
    private func tickSlots(_ chain: Chain) async throws {
        while true {
            try await options.clock.sleep(until: chain.choice.startMs(of: chain.choice.snapshot.currentSlot + 1))
            try await chain.tick()
        }
    }

    /// Has the head's state at the next epoch's start at hand before that epoch's first block comes.
    ///
    /// Made late in the last slot, when its block is in, and once more at the boundary where the head has changed since.
    private func prepareEpochs(_ chain: Chain) async throws {
        let spec = chain.spec
        var epoch: Epoch = 0
        while true {
            epoch = max(epoch, chain.choice.snapshot.currentSlot / spec.preset.slotsPerEpoch) + 1
            let start = chain.choice.startMs(of: epoch * spec.preset.slotsPerEpoch)
            for moment in [start - min(start, spec.config.slotDurationMs / 3), start] {
                try await options.clock.sleep(until: moment)
                do {
                    guard try await chain.prepare(epoch: epoch) else { continue }
                    options.log.debug("prepared", [("epoch", epoch)])
                } catch let error as CancellationError {
                    throw error
                } catch {
                    // Its first block takes longer, that is all.
                    options.log.debug("not_prepared", [("epoch", epoch), ("error", "\(error)")])
                }
            }
        }
    }

    /// Ends waits whose deadline has come, whenever the next one comes; asleep while nobody waits.
    private func expireWaits(_ chain: Chain) async throws {
        while try await chain.tree.newWaits.receive() != nil {
            while let deadline = chain.tree.nextDeadline {
                try await options.clock.sleep(until: deadline)
                chain.tree.expire()
            }
        }
    }

    /// Nobody fetches blocks here: whoever sends blocks is expected to send their ancestors.
    private func noteMissing(_ chain: Chain) async {
        for await root in chain.tree.fetchRequests {
            options.log.debug("missing", [("root", root)])
            chain.tree.fetchEnded(root)
        }
    }
}

extension MetricFamily {
    /// What the system says of the process.
    static func families(of memory: ProcessMemory?, _ limit: MemoryLimit?) -> [MetricFamily] {
        guard let memory else { return [] }
        var figures = [
            MetricFamily(
                "process_resident_memory_bytes",
                .gauge,
                "Resident memory, mapped files included.",
                UInt64(memory.resident)
            ),
            MetricFamily(
                "martlet_anonymous_memory_bytes",
                .gauge,
                "Resident memory that no file stands behind.",
                UInt64(memory.anonymous)
            ),
        ]
        if let limit {
            figures.append(
                MetricFamily("martlet_memory_limit_bytes", .gauge, "The limit it was given.", UInt64(limit.bytes))
            )
        }
        return figures
    }

    /// What came in by the socket.
    static func families(of counts: IngestCounts) -> [MetricFamily] {
        [
            MetricFamily(
                "martlet_messages_total",
                .counter,
                "Messages by what admission said.",
                by: "answer",
                ["admitted": counts.admitted, "duplicate": counts.duplicates, "too_large": counts.tooLarge]
            )
        ]
    }
}
