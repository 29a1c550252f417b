import BlockPipeline
import ChainStore
import ChainTestSupport
import ConsensusTypes
import DataAvailability
import ForkTree
import GossipIngest
import Hashing
import SSZ
import StateTransition
import Testing

/// Blob data of a payload that comes apart from its block: the envelope waits for it, the block does not.
@Suite struct PayloadDataTests {
    private let run: RecordedRun
    private let judge: BlobDataJudge
    /// Blocks before the one with blobs.
    private let number: Int
    private let block: BlockMessage
    private let root: Root
    private let envelope: PayloadMessage
    private let columns: [DataColumnSidecar]

    /// The first block since gloas, made to promise two blobs, with its envelope and its columns; not signed.
    init() async throws {
        let fulu = try BlobBlock.fulu.get()
        let directory = try StreamDirectory(path: Fixtures.path("every-fork"))
        run = try RecordedRun(fixture: "every-fork")
        judge = BlobDataJudge(spec: run.spec, kzg: fulu.judge.kzg)
        number = try #require(directory.envelopeNames.keys.min())
        let context = run.spec.context(.gloas)
        var signed = try run.decoded(number).signed
        let commitments = fulu.signed.message.body.blobKzgCommitments
        signed.message.body.signedExecutionPayloadBid.message.blobKzgCommitments = commitments
        let (spec, before) = (run.spec, try run.decoded(number - 1).root)
        let pre = try await run.withChain {
            $0.assumed = .all
        } _: { [run, number] chain in
            for block in run.blocks[..<number] { _ = await BlockTask(chain: chain).run(block) }
            return try await chain.states.state(after: before).state
        }
        var transition = Transition(state: pre, spec: spec, caches: TransitionCaches(), signatures: .trust)
        try transition.processSlots(signed.message.slot)
        try transition.processBlock(signed.message)
        signed.message.stateRoot = transition.state.hashTreeRoot(in: context)
        root = signed.message.hashTreeRoot(in: context)
        block = BlockMessage(ssz: signed.encoded(in: context))
        let recorded = try #require(try directory.envelope(number))
        var payload = try SignedExecutionPayloadEnvelope.decode(try recorded.ssz(maximum: 1 << 24), in: context)
        payload.message.beaconBlockRoot = root
        envelope = PayloadMessage(bytes: payload.encoded(in: context), encoding: .ssz)
        columns = fulu.sidecars.compactMap { [root] sidecar in
            guard case .column(let old) = sidecar else { return nil }
            var column = DataColumnSidecar()
            column.index = old.index
            column.column = old.column
            column.kzgProofs = old.kzgProofs
            column.slot = signed.message.slot
            column.beaconBlockRoot = root
            return column
        }
    }

    private func message(_ column: DataColumnSidecar) -> SidecarMessage {
        SidecarMessage(bytes: column.encoded(in: run.spec.context(.gloas)), encoding: .ssz, kind: .column)
    }

    @Test func theEnvelopeWaitsForItsColumns() async throws {
        // Sixty-four proofs take longer than the standard wait where a sanitizer or a loaded machine slows them.
        var limits = DataLimits()
        limits.waitMs = 600_000
        let ledger = SidecarLedger(judge: judge, policy: .require, limits: limits)
        try await run.withChain {
            $0.assumed = .all
            $0.data = ledger
        } _: { chain in
            let task = SidecarTask(chain: chain, ledger: ledger)
            for block in run.blocks[..<number] { _ = await BlockTask(chain: chain).run(block) }
            guard case .ignored = await task.run(message(columns[0])).state else {
                Issue.record("a column of an unknown block was taken")
                return
            }
            let outcome = await BlockTask(chain: chain).run(block)
            #expect(outcome.state == .included, "\(outcome.record.reasonText)")
            #expect(outcome.root == root && outcome.record.data == nil)
            var wrong = columns[5]
            wrong.column.swapAt(0, 1)
            guard case .invalid = await task.run(message(wrong)).state else {
                Issue.record("a wrong column was taken")
                return
            }
            wrong = columns[5]
            wrong.slot += 1
            guard case .invalid = await task.run(message(wrong)).state else {
                Issue.record("a column of another slot was taken")
                return
            }
            async let waiting = PayloadTask(chain: chain).run(envelope)
            while ledger.waiting == 0 { await Task.yield() }
            for column in columns[..<64] { #expect(await task.run(message(column)).state == .accepted) }
            #expect(await task.run(message(columns[0])).state == .duplicate)
            let came = await waiting
            #expect(came.state == .included, "\(came.state)")
        }
    }

    /// Nobody sends columns again that were acknowledged: a node that was killed before their envelope came has them.
    @Test func columnsProvenBeforeARestartCount() async throws {
        let engine = InMemoryEngine()
        var limits = DataLimits()
        limits.waitMs = 0
        func ledger() -> SidecarLedger { SidecarLedger(judge: judge, policy: .require, limits: limits) }
        let before = ledger()
        try await run.withChain(in: engine, restoring: before) {
            $0.assumed = .all
        } _: { chain in
            let task = SidecarTask(chain: chain, ledger: before)
            for block in run.blocks[..<number] { _ = await BlockTask(chain: chain).run(block) }
            #expect(await BlockTask(chain: chain).run(block).state == .included)
            // Two at once: neither may write over what the other has proven.
            await withTaskGroup { group in
                for part in [0..<32, 32..<64] {
                    group.addTask { [columns] in
                        for column in columns[part] { #expect(await task.run(message(column)).state == .accepted) }
                    }
                }
            }
        }
        let after = ledger()
        try await run.withChain(in: engine.afterKill(), restoring: after) {
            $0.assumed = .all
        } _: { chain in
            #expect(chain.tree.state(of: root) == .included)
            #expect(after.blocks == 1)
            #expect(await SidecarTask(chain: chain, ledger: after).run(message(columns[63])).state == .duplicate)
            let came = await PayloadTask(chain: chain).run(envelope)
            #expect(came.state == .included, "\(came.state)")
        }
    }
}
