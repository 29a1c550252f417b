import ConsensusTypes
import ForkChoice
import Hashing
import SSZ
import Testing

/// Payloads that come after their blocks, and an engine that judges them late.
struct SeparatePayloadTests {
    private let spec: ChainSpec = {
        var config = Config.minimal
        for fork in [
            \Config.altairForkEpoch, \.bellatrixForkEpoch, \.capellaForkEpoch, \.denebForkEpoch, \.electraForkEpoch,
            \.fuluForkEpoch, \.gloasForkEpoch,
        ] { config[keyPath: fork] = 0 }
        return ChainSpec(preset: .minimal, config: config)
    }()

    private var committees: BlockCommittees {
        BlockCommittees(ptc: (0..<spec.preset.ptcSize).map { $0 / 2 }, slot: [])
    }

    /// Block `number` of that slot, whose payload is `1000 + number`.
    private func block(_ number: UInt64, on parent: UInt64, payload: UInt64) -> ForkChoiceBlock {
        let own = Checkpoint(epoch: 0, root: root(1))
        var block = ForkChoiceBlock.made(
            root(number),
            on: root(parent),
            slot: number - 1,
            payload: root(1000 + number),
            justified: own,
            finalized: own
        )
        block.parentExecutionBlockHash = root(payload)
        return block
    }

    /// 1 ← 2 with its payload, and on it 3 that builds on the payload and 4 that does not.
    private func tree() throws -> ForkChoiceStore {
        var store = ForkChoiceStore(
            anchor: block(1, on: 0, payload: 0),
            genesisTime: 0,
            balances: balances([32_000_000_000]),
            committees: committees,
            spec: spec
        )
        store.onTick(store.timeAtSlotMs(10))
        try store.onBlock(block(2, on: 1, payload: 0), committees: committees)
        try store.onExecutionPayloadEnvelope(root(2))
        try store.onBlock(block(3, on: 2, payload: 1002), committees: committees)
        try store.onBlock(block(4, on: 2, payload: 0), committees: committees)
        return store
    }

    @Test func refusedPayloadTakesOnlyWhatBuildsOnIt() throws {
        var store = try tree()
        try store.onAttestation(
            AttestationData(
                slot: 5,
                index: 0,
                beaconBlockRoot: root(3),
                source: Checkpoint(),
                target: Checkpoint(epoch: 0, root: root(1))
            ),
            indices: [0],
            from: .gossip
        )
        #expect(try store.getHead().payloadNode == PayloadNode(root: root(3), payloadStatus: .empty))
        #expect(store.isOptimistic(root(3)))
        #expect(!store.isOptimistic(root(4)))
        #expect(try store.onPayloadVerdict(.invalid(latestValidHash: nil), of: root(2)) == [root(3)])
        #expect(try store.getHead().root == root(4))
        #expect(!store.isPayloadVerified(root(2)))
        #expect(throws: ForkChoiceError.invalidatedBlock(root(2))) { try store.onExecutionPayloadEnvelope(root(2)) }
        #expect(throws: ForkChoiceError.invalidatedParent(root(2))) {
            try store.onBlock(block(6, on: 2, payload: 1002), committees: committees)
        }
        try store.onBlock(block(7, on: 2, payload: 0), committees: committees)
        #expect(throws: ForkChoiceError.payloadContradiction(root(2))) {
            _ = try store.onPayloadVerdict(.valid, of: root(2))
        }
    }

    @Test func validPayloadVouchesForThoseBefore() throws {
        var store = try tree()
        try store.onExecutionPayloadEnvelope(root(3))
        try store.onBlock(block(5, on: 3, payload: 1003), committees: committees)
        #expect(store.isOptimistic(root(5)) && store.isOptimistic(root(3)))
        #expect(try store.onPayloadVerdict(.valid, of: root(3)).isEmpty)
        #expect(!store.isOptimistic(root(5)) && !store.isOptimistic(root(3)))
        #expect(throws: ForkChoiceError.payloadContradiction(root(2))) {
            _ = try store.onPayloadVerdict(.invalid(latestValidHash: nil), of: root(2))
        }
    }

    @Test func latestValidHashPassesOverEmptyBlocks() throws {
        var store = try tree()
        // 4 left out the payload of 2, so that of 4 builds on none of them.
        try store.onExecutionPayloadEnvelope(root(4))
        try store.onBlock(block(5, on: 4, payload: 1004), committees: committees)
        try store.onExecutionPayloadEnvelope(root(5))
        let refused = try store.onPayloadVerdict(.invalid(latestValidHash: root(1004)), of: root(5))
        #expect(refused.isEmpty && !store.isPayloadVerified(root(5)))
        #expect(try store.onPayloadVerdict(.invalid(latestValidHash: Hash32()), of: root(4)) == [root(5)])
        #expect(store.isPayloadVerified(root(2)))
    }

    @Test func unverifiedPayloadIsNotBuiltOn() throws {
        var store = try tree()
        #expect(throws: ForkChoiceError.payloadNotVerified(root(3))) {
            try store.onBlock(block(5, on: 3, payload: 1003), committees: committees)
        }
        #expect(throws: ForkChoiceError.missingCommittees(root(5))) { try store.onBlock(block(5, on: 3, payload: 0)) }
        #expect(throws: ForkChoiceError.payloadCommitteeSize(expected: 16, got: 0)) {
            try store.onBlock(block(5, on: 3, payload: 0), committees: BlockCommittees(ptc: [], slot: []))
        }
        #expect(throws: ForkChoiceError.unknownBlock(root(9))) { try store.onExecutionPayloadEnvelope(root(9)) }
    }

    @Test func votesOfPrunedBlocksAreForgotten() throws {
        var store = try tree()
        let data = PayloadAttestationData(
            beaconBlockRoot: root(3),
            slot: 2,
            payloadPresent: true,
            blobDataAvailable: false
        )
        try store.onPayloadAttestation(data, indices: [3], from: .block)
        #expect(store.payloadTimelinessVote(root(3))?.filter { $0 == true }.count == 2)
        #expect(store.payloadDataAvailabilityVote(root(3))?.filter { $0 == false }.count == 2)
        #expect(throws: ForkChoiceError.notInPayloadCommittee(8, slot: 2)) {
            try store.onPayloadAttestation(data, indices: [3, 8], from: .block)
        }
        let finalized = Checkpoint(epoch: 1, root: root(4))
        store.supply(balances([32_000_000_000]), for: finalized)
        store.onTick(store.timeAtSlotMs(30))
        var last = block(20, on: 4, payload: 0)
        (last.justified, last.finalized, last.unrealizedJustified) = (finalized, finalized, finalized)
        try store.onBlock(last, committees: committees)
        #expect(store.prune() == [root(1), root(2), root(3)])
        #expect(store.payloadTimelinessVote(root(3)) == nil)
    }
}
