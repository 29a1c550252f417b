import BlockPipeline
import ChainStore
import ChainTestSupport
import Concurrency
import ConsensusTypes
import DataAvailability
import ForkChoice
import ForkTree
import Foundation
import Hashing
import Node
import StateTransition
import TestSupport
import Testing

/// Blob data as recorded beside blocks.
@Suite struct RecordedDataTests {
    private func replay(
        _ streams: [String],
        _ availability: AvailabilityPolicy = .assume
    ) async throws -> ReplayReport {
        var options = ReplayOptions(streams: streams)
        options.assumed = .all
        options.availability = availability
        return try await Replay.run(options)
    }

    private func data(_ available: Int, _ assumed: Int, _ unavailable: Int) -> [String: Int] {
        ["available": available, "assumed": assumed, "unavailable": unavailable]
    }

    /// Any half of the columns is enough, and less is not.
    @Test(arguments: [(128, true), (64, true), (63, false)])
    func columns(count: Int, isEnough: Bool) async throws {
        let made = try BlobBlock.fulu.get()
        var random = SplitMix64(seed: UInt64(count))
        let chosen = Array(made.sidecars.shuffled(using: &random).prefix(count))
        let directory = try made.directory(chosen)
        for policy in AvailabilityPolicy.allCases {
            let report = try await replay([directory.path], policy)
            #expect(report.sidecars == count && report.rejectedSidecars == [])
            #expect(report.data == (isEnough ? data(1, 0, 0) : data(0, 0, 1)))
            #expect(report.isGood == isEnough)
            #expect(report.included == (isEnough ? 1 : 0))
            guard !isEnough else { continue }
            let failure = try #require(report.failures.first)
            #expect(failure.root == made.root && failure.cause == "data_unavailable" && failure.stage == "data")
            #expect(failure.reason == "columns: expected at least 64 of 128 proven, got 63")
        }
        guard isEnough else { return }
        let file = try made.e2store(chosen, in: directory)
        var options = ReplayOptions(streams: [file])
        options.assumed = .all
        options.availability = .require
        let report = try await Replay.run(options)
        #expect(report.data == data(1, 0, 0) && report.isGood, "\(report.failures)")
    }

    @Test(arguments: [(2, "available"), (1, "unavailable"), (0, "assumed")])
    func blobs(count: Int, result: String) async throws {
        let made = try BlobBlock.electra.get()
        let directory = try made.directory(Array(made.sidecars.suffix(count)))
        let report = try await replay([directory.path])
        #expect(report.results.map(\.data) == [result])
        #expect(report.included == (result == "unavailable" ? 0 : 1))
        if result == "unavailable" { #expect(report.failures.first?.reason == "blobs: expected 2 proven, got 1") }
    }

    @Test func withoutSidecarsTheBlockIsAssumedOrNamed() async throws {
        let made = try BlobBlock.fulu.get()
        let directory = try made.directory([])
        let assumed = try await replay([directory.path])
        #expect(assumed.isGood && assumed.data == data(0, 1, 0))
        let required = try await replay([directory.path], .require)
        #expect(!required.isGood && required.data == data(0, 0, 1))
        #expect(required.failures.map(\.root) == [made.root])
        // What hangs below is not taken either.
        let linear = try await replay([Fixtures.path("fulu-linear")], .require)
        let first = try #require(linear.failures.first)
        #expect(first.cause == "data_unavailable")
        #expect(linear.failures.dropFirst().allSatisfy { $0.ancestor == first.root })
    }

    /// A wrong sidecar in a record spoils it, as `is_data_available` has it; it is named.
    @Test func aWrongSidecarIsNamed() async throws {
        let made = try BlobBlock.fulu.get()
        var chosen = made.sidecars
        guard case .column(var wrong) = chosen[100], case .column(let other) = chosen[101] else { return }
        wrong.column = other.column
        chosen[100] = .column(wrong)
        let directory = try made.directory(chosen)
        let report = try await replay([directory.path])
        #expect(report.data == data(0, 0, 1) && report.included == 0)
        #expect(report.rejectedSidecars.map(\.name) == ["columns_0_100.ssz_snappy"])
        #expect(report.failures.first?.reason == "columns_0_100.ssz_snappy: the KZG proof does not hold")
    }

    /// Only columns that are sampled are looked at, and each of them is needed.
    @Test func sampledColumns() async throws {
        let made = try BlobBlock.fulu.get()
        var chosen = Array(made.sidecars[..<8])
        guard case .column(var wrong) = chosen[7] else { return }
        wrong.column.swapAt(0, 1)
        chosen[7] = .column(wrong)
        let directory = try made.directory(chosen)
        var options = ReplayOptions(streams: [directory.path])
        options.assumed = .all
        for (columns, isEnough) in [([0, 6], true), ([0, 7], false), ([0, 8], false)] as [(Set<UInt64>, Bool)] {
            options.sampling = .columns(columns)
            let report = try await Replay.run(options)
            #expect(report.isGood == isEnough, "\(columns): \(report.failures)")
        }
    }

    /// Bytes that are no sidecar are named and belong to nobody.
    @Test func whatIsNoSidecarIsNamed() async throws {
        let made = try BlobBlock.fulu.get()
        let directory = try made.directory([])
        for (name, bytes) in [("columns_x", [1, 2, 3]), ("blobs_x", [4, 0, 0, 0, 0])] as [(String, [UInt8])] {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(directory.path)/\(name).ssz_snappy"))
        }
        let report = try await replay([directory.path])
        #expect(report.isGood && report.data == data(0, 1, 0))
        #expect(report.rejectedSidecars.map(\.name) == ["blobs_x.ssz_snappy", "columns_x.ssz_snappy"])
    }
}

/// Blob data as it comes beside blocks to a node.
@Suite struct SidecarLedgerTests {
    /// A chain behind a ledger, at the start of the block's slot.
    private func following(
        _ made: BlobBlock,
        _ policy: AvailabilityPolicy = .require,
        limits: DataLimits = DataLimits(),
        _ body: (Chain, SidecarLedger, TestClock) async throws -> Void
    ) async throws {
        let start = made.run.anchor.state.genesisTime + made.signed.message.slot * 6
        let clock = TestClock(now: start * 1_000)
        let ledger = SidecarLedger(judge: made.judge, policy: policy, limits: limits, clock: clock)
        try await made.run.withChain {
            $0.time = .wallClock
            $0.clock = clock
            $0.assumed = .all
            $0.data = ledger
        } _: { chain in
            try await chain.tick()
            try await body(chain, ledger, clock)
        }
        #expect(ledger.waiting == 0)
    }

    @Test func aBlockWaitsForHalfOfItsColumns() async throws {
        let made = try BlobBlock.fulu.get()
        try await following(made) { chain, ledger, _ in
            async let outcome = BlockTask(chain: chain).run(made.message)
            #expect(await eventually { ledger.waiting == 1 })
            let task = SidecarTask(chain: chain, ledger: ledger)
            var random = SplitMix64(seed: 5)
            let chosen = made.sidecars.shuffled(using: &random).prefix(64)
            for sidecar in chosen.dropLast() {
                #expect(await task.run(made.message(sidecar)).state == .accepted)
                #expect(await task.run(made.message(sidecar)).state == .duplicate)
            }
            // Fork choice sees only blocks whose data is settled.
            #expect(await eventually { chain.metrics.transitions == 1 })
            #expect(ledger.waiting == 1)
            #expect(chain.choice.snapshot.nodes.count == 1)
            let last = await task.run(made.message(try #require(chosen.last)))
            #expect(last.state == .accepted && last.blockRoot == made.root)
            let ended = await outcome
            #expect(ended.state == .included, "\(ended.record.reasonText)")
            #expect(ended.record.data == .available)
            #expect((ended.record.durations[.data] ?? 0) > 0)
            #expect(chain.choice.snapshot.head.root == made.root)
            let stored = try #require(try await chain.store.lifecycle(made.root))
            #expect(try LifecycleRecord(decoding: stored).data == .available)
        }
    }

    @Test func blobsOfElectraCount() async throws {
        let made = try BlobBlock.electra.get()
        try await following(made) { chain, ledger, _ in
            let task = SidecarTask(chain: chain, ledger: ledger)
            for sidecar in made.sidecars { #expect(await task.run(made.message(sidecar)).state == .accepted) }
            let outcome = await BlockTask(chain: chain).run(made.message)
            #expect(outcome.state == .included && outcome.record.data == .available)
        }
    }

    /// What nobody has to keep any more is not asked for; what is a slot younger is.
    @Test func dataOlderThanTheNetworkKeepsIsNotAskedFor() async throws {
        let made = try BlobBlock.fulu.get()
        try await following(made) { chain, ledger, clock in
            let epochs = made.run.spec.config.minEpochsForDataColumnSidecarsRequests
            let slots = made.run.spec.preset.slotsPerEpoch
            let first = made.signed.message.slot / slots
            // The last slot of the last epoch in which the data is kept.
            let last = (first + epochs + 1) * slots - 1
            clock.advance(by: chain.choice.startMs(of: last) - clock.now)
            try await chain.tick()
            async let kept = BlockTask(chain: chain).run(made.message)
            await clock.sleepers(atLeast: 1)
            #expect(ledger.waiting == 1)
            clock.advance(by: DataLimits().waitMs)
            #expect(await kept.state == .expired)
            try await chain.tick()
            let outcome = await BlockTask(chain: chain).run(made.message)
            #expect(outcome.state == .included && outcome.record.data == .assumed)
        }
    }

    @Test func sampledColumnsAreAllThatCounts() async throws {
        let made = try BlobBlock.fulu.get()
        let need = try #require(DataRequirement(blockRoot: made.root, block: made.signed.message, fork: made.fork))
        let ledger = SidecarLedger(judge: made.judge, policy: .require, sampling: .columns([5, 77]))
        for index in 0..<77 { ledger.add(made.sidecars[index], of: made.root) }
        #expect(try await ledger.settle(need, .answerNow) == .late("sampled columns: expected 2 proven, got 1"))
        ledger.add(made.sidecars[77], of: made.root)
        #expect(try await ledger.settle(need, .answerNow) == .available)
    }

    /// Time runs out for the copy under way; the block is not condemned, and goes in once its data is there.
    @Test func dataThatComesLate() async throws {
        let made = try BlobBlock.fulu.get()
        try await following(made) { chain, ledger, clock in
            let task = SidecarTask(chain: chain, ledger: ledger)
            async let first = BlockTask(chain: chain).run(made.message)
            await clock.sleepers(atLeast: 1)
            #expect(await task.run(made.message(made.sidecars[0])).state == .accepted)
            clock.advance(by: DataLimits().waitMs)
            let late = await first
            #expect(late.state == .expired && late.record.data == .unavailable && late.stage == .data)
            #expect(late.record.reasonText == "columns: expected at least 64 of 128 proven, got 1")
            #expect(chain.tree.counts().live == 0)
            for sidecar in made.sidecars[1..<64] { #expect(await task.run(made.message(sidecar)).state == .accepted) }
            let second = await BlockTask(chain: chain).run(made.message)
            #expect(second.state == .included && second.record.data == .available)
        }
    }

    @Test func aCancelledWaitLeavesNothing() async throws {
        let made = try BlobBlock.fulu.get()
        try await following(made) { chain, ledger, clock in
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    let outcome = await BlockTask(chain: chain).run(made.message)
                    #expect(outcome.state == .evicted(.shutdown))
                }
                await clock.sleepers(atLeast: 1)
                #expect(ledger.waiting == 1)
                group.cancelAll()
            }
            #expect(ledger.waiting == 0 && clock.sleeping == 0 && chain.tree.counts().live == 0)
        }
    }

    /// Two who ask about one block are both woken, and one too many is late at once.
    @Test func askersAreBoundedAndAllWoken() async throws {
        let made = try BlobBlock.electra.get()
        let need = try #require(DataRequirement(blockRoot: made.root, block: made.signed.message, fork: made.fork))
        var limits = DataLimits()
        limits.waiting = 2
        let clock = TestClock(now: 1)
        let ledger = SidecarLedger(judge: made.judge, policy: .require, limits: limits, clock: clock)
        async let one = ledger.settle(need, .wait)
        async let two = ledger.settle(need, .wait)
        await clock.sleepers(atLeast: 2)
        guard case .late = try await ledger.settle(need, .wait) else {
            Issue.record("a third asker waits")
            return
        }
        #expect(try await ledger.settle(need, .answerNow) == .late("blobs: expected 2 proven, got 0"))
        for sidecar in made.sidecars { ledger.add(sidecar, of: made.root) }
        #expect(try await [one, two] == [.available, .available])
        #expect(ledger.waiting == 0 && clock.sleeping == 0)
    }

    @Test func aNodeThatAssumesWaitsOnlyForWhatHasBegunToCome() async throws {
        let made = try BlobBlock.electra.get()
        let need = try #require(DataRequirement(blockRoot: made.root, block: made.signed.message, fork: made.fork))
        let clock = TestClock(now: 1)
        let ledger = SidecarLedger(judge: made.judge, policy: .assume, clock: clock)
        #expect(try await ledger.settle(need, .wait) == .assumed)
        ledger.add(made.sidecars[1], of: made.root)
        async let answer = ledger.settle(need, .wait)
        await clock.sleepers(atLeast: 1)
        ledger.add(made.sidecars[0], of: made.root)
        #expect(try await answer == .available)
    }

    @Test func theLongestKnownIsForgotten() async throws {
        let made = try BlobBlock.electra.get()
        var limits = DataLimits()
        limits.blocks = 2
        let ledger = SidecarLedger(judge: made.judge, policy: .require, limits: limits)
        let roots = (0..<5).map { SHA256.hash([UInt8($0)]) }
        for root in roots { ledger.add(made.sidecars[0], of: root) }
        #expect(ledger.blocks == 2)
        #expect(roots.map { ledger.has(made.sidecars[0], of: $0) } == [false, false, false, true, true])
    }

    /// Whatever is wrong with a sidecar, it is its sender's fault and proves nothing.
    @Test func wrongSidecarsProveNothing() async throws {
        let fulu = try BlobBlock.fulu.get()
        let electra = try BlobBlock.electra.get()
        guard case .column(let column) = fulu.sidecars[3], case .blob(let blob) = electra.sidecars[1] else {
            Issue.record("sidecars of another kind")
            return
        }
        func alteredColumn(_ change: (inout DataColumnSidecar) -> Void) -> Sidecar {
            var changed = column
            change(&changed)
            return .column(changed)
        }
        func alteredBlob(_ change: (inout BlobSidecar) -> Void) -> Sidecar {
            var changed = blob
            change(&changed)
            return .blob(changed)
        }
        let columns: [Sidecar] = [
            alteredColumn { $0.index = 4 }, alteredColumn { $0.index = 128 },
            alteredColumn { $0.kzgProofs[1] = $0.kzgCommitments[0] },
            alteredColumn { $0.column.swapAt(0, 1) }, alteredColumn { $0.kzgCommitments.swapAt(0, 1) },
            alteredColumn { $0.kzgCommitmentsInclusionProof[0] = Root() }, alteredColumn { $0.column.removeLast() },
            alteredColumn { $0.kzgProofs.removeLast() },
            alteredColumn { $0.signedBlockHeader.message.bodyRoot = Root() },
            alteredColumn { ($0.column, $0.kzgProofs, $0.kzgCommitments) = ([], [], []) },
        ]
        let blobs: [Sidecar] = [
            alteredBlob { $0.index = 0 }, alteredBlob { $0.index = .max }, alteredBlob { $0.blob[31] ^= 1 },
            alteredBlob { $0.blob[0] = 0xff },
            alteredBlob { $0.kzgCommitmentInclusionProof[0] = Root() }, alteredBlob { $0.kzgProof = $0.kzgCommitment },
            alteredBlob { $0.signedBlockHeader.message.bodyRoot = Root() },
        ]
        for (made, wrong) in [(fulu, columns), (electra, blobs)] {
            try await following(made) { chain, ledger, _ in
                let task = SidecarTask(chain: chain, ledger: ledger)
                for (number, sidecar) in wrong.enumerated() {
                    let state = await task.run(made.message(sidecar)).state
                    guard case .invalid = state else {
                        Issue.record("\(made.fork): wrong sidecar \(number): \(state)")
                        continue
                    }
                }
                #expect(ledger.blocks == 0)
                let good = try #require(made.sidecars.last)
                var early = good
                switch early {
                case .column(var sidecar):
                    sidecar.signedBlockHeader.message.slot = 1 << 40
                    early = .column(sidecar)
                case .blob(var sidecar):
                    // Still of Electra.
                    sidecar.signedBlockHeader.message.slot += 3
                    early = .blob(sidecar)
                }
                guard case .ignored = await task.run(made.message(early)).state else {
                    Issue.record("\(made.fork): a sidecar from the future was looked at")
                    return
                }
                let bytes = made.ssz(good)
                for length in [0, 1, 19, 27, bytes.count - 1] {
                    let short = SidecarMessage(bytes: Array(bytes.prefix(length)), encoding: .ssz, kind: good.kind)
                    guard case .invalid = await task.run(short).state else {
                        Issue.record("\(made.fork): \(length) bytes were taken")
                        continue
                    }
                }
                let other: Sidecar.Kind = good.kind == .blob ? .column : .blob
                guard
                    case .invalid = await task.run(SidecarMessage(bytes: bytes, encoding: .ssz, kind: other)).state
                else {
                    Issue.record("\(made.fork): a sidecar of another kind was taken")
                    return
                }
                #expect(await task.run(made.message(good)).state == .accepted)
            }
        }
    }
}
