import BLS
import ConsensusTypes
import Hashing
import LightClient
import SSZ
import StateTransition
import Testing

@Suite struct StoreTests {
    private let spec: ChainSpec
    private let keys: [SecretKey]
    private let bootstrap: LightClientBootstrap
    private let trusted: Root
    private let validators = Bytes32([UInt8](repeating: 5, count: 32)) ?? Bytes32()

    init() throws {
        var config = Config.minimal
        config.altairForkEpoch = 0
        spec = ChainSpec(preset: .minimal, config: config)
        keys = try (1...4).map { n in
            try SecretKey(bytes: try #require(Bytes32([UInt8](repeating: 0, count: 31) + [UInt8(n)])))
        }
        let (block, state) = Self.block(at: 8, spec, keys)
        bootstrap = try spec.createLightClientBootstrap(state: state, block: block)
        trusted = block.hashTreeRoot(in: spec.context(.altair))
    }

    private static func committee(_ keys: [SecretKey], _ shift: Int) -> SyncCommittee {
        let pubkeys = (0..<32).map { keys[($0 + shift) % keys.count].publicKey.compressed }
        return SyncCommittee(pubkeys: PersistentList(pubkeys), aggregatePubkey: BLSPubkey())
    }

    /// A block with an empty body, and a state that has it as its last.
    private static func block(at slot: Slot, _ spec: ChainSpec, _ keys: [SecretKey]) -> (BeaconBlock, BeaconState) {
        var block = BeaconBlock()
        block.slot = slot
        block.body.syncAggregate.syncCommitteeBits = Bitvector(count: 32)
        var state = BeaconState()
        state.forkName = .altair
        state.slot = slot
        state.currentSyncCommittee = committee(keys, 0)
        state.nextSyncCommittee = committee(keys, 1)
        state.latestBlockHeader.slot = slot
        state.latestBlockHeader.bodyRoot = block.body.hashTreeRoot(in: spec.context(.altair))
        block.stateRoot = state.hashTreeRoot(in: spec.context(.altair))
        return (block, state)
    }

    private func store() throws -> LightClientStore {
        try LightClientStore(trustedBlockRoot: trusted, bootstrap: bootstrap, in: .altair, spec: spec)
    }

    /// What the committee says of a block at slot 20, `signers` of its members signing.
    private func update(signers: Int) throws -> LightClientUpdate {
        let (block, state) = Self.block(at: 20, spec, keys)
        let index = spec.nextSyncCommitteeGindexAtSlot(20)
        var update = LightClientUpdate()
        update.attestedHeader = try spec.blockToLightClientHeader(block)
        update.nextSyncCommittee = state.nextSyncCommittee
        let proof = try #require(state.proof(of: index, in: spec.context(.altair)))
        update.nextSyncCommitteeBranch = proof.branch
        update.finalityBranch = [Bytes32](repeating: .zero, count: 6)
        update.syncAggregate.syncCommitteeBits = Bitvector((0..<32).map { $0 < signers })
        update.signatureSlot = 21
        let domain = spec.computeDomain(
            .syncCommittee,
            forkVersion: spec.config.altairForkVersion,
            genesisValidatorsRoot: validators
        )
        let message = computeSigningRoot(update.attestedHeader.beacon.hashTreeRoot(in: .invariant), domain)
        let signatures = (0..<signers).map { keys[$0 % keys.count].sign(message.bytes) }
        if signers > 0 { update.syncAggregate.syncCommitteeSignature = try BLS.aggregate(signatures).compressed }
        return update
    }

    @Test func anotherRootOrCommitteeStartsNoStore() throws {
        #expect(try store().finalizedHeader.beacon.slot == 8)
        #expect(throws: LightClientError.self) {
            try LightClientStore(trustedBlockRoot: Root(), bootstrap: bootstrap, in: .altair, spec: spec)
        }
        var forged = bootstrap
        forged.currentSyncCommittee = Self.committee(keys, 2)
        #expect(throws: LightClientError.self) {
            try LightClientStore(trustedBlockRoot: trusted, bootstrap: forged, in: .altair, spec: spec)
        }
        #expect(throws: LightClientError.self) {
            try LightClientStore(trustedBlockRoot: trusted, bootstrap: bootstrap, in: .gloas, spec: spec)
        }
    }

    @Test func aSignedUpdateCountsAndAForcedOneIsFinal() throws {
        var store = try store()
        try store.processLightClientUpdate(try update(signers: 32), currentSlot: 21, genesisValidatorsRoot: validators)
        #expect(store.optimisticHeader.beacon.slot == 20)
        #expect(store.finalizedHeader.beacon.slot == 8)
        #expect(!store.isNextSyncCommitteeKnown)
        try store.processLightClientStoreForceUpdate(currentSlot: 8 + spec.preset.updateTimeout)
        #expect(store.finalizedHeader.beacon.slot == 8)
        try store.processLightClientStoreForceUpdate(currentSlot: 9 + spec.preset.updateTimeout)
        #expect(store.finalizedHeader.beacon.slot == 20)
        #expect(store.isNextSyncCommitteeKnown && store.bestValidUpdate == nil)
    }

    @Test func aBadUpdateLeavesTheStoreAsItWas() throws {
        var bad: [(String, LightClientUpdate)] = [("participants", try update(signers: 0))]
        var forged = try update(signers: 8)
        forged.syncAggregate.syncCommitteeBits[9] = true
        bad.append(("signature", forged))
        forged = try update(signers: 8)
        forged.nextSyncCommittee = Self.committee(keys, 3)
        bad.append(("next_sync_committee_branch", forged))
        forged = try update(signers: 8)
        forged.finalityBranch[0] = trusted
        bad.append(("finality_branch", forged))
        forged = try update(signers: 8)
        forged.signatureSlot = 22
        bad.append(("slots", forged))
        forged = try update(signers: 8)
        forged.syncAggregate.syncCommitteeBits = Bitvector((0..<40).map { $0 < 8 })
        bad.append(("sync_committee_bits length", forged))
        for (subject, update) in bad {
            var store = try store()
            do throws(LightClientError) {
                try store.processLightClientUpdate(update, currentSlot: 21, genesisValidatorsRoot: validators)
                Issue.record("\(subject): expected a refusal, got none")
            } catch {
                #expect(error.subject == subject)
            }
            #expect(store.bestValidUpdate == nil && store.optimisticHeader.beacon.slot == 8)
            #expect(store.currentMaxActiveParticipants == 0)
        }
    }

    @Test func anUpgradedStoreTakesOldData() throws {
        var store = try store()
        try store.upgradeLcStore(to: .fulu)
        #expect(store.fork == .electra)
        #expect(throws: LightClientError.self) { try store.upgradeLcStore(to: .capella) }
        let upgraded = spec.upgradeLcUpdate(try update(signers: 32), to: store.fork)
        #expect(upgraded.nextSyncCommitteeBranch.count == 6 && upgraded.finalityBranch.count == 7)
        #expect(spec.upgradeLcUpdate(upgraded, to: store.fork) == upgraded)
        // Nothing finalized is the empty header of the store's format.
        try store.processLightClientUpdate(upgraded, currentSlot: 21, genesisValidatorsRoot: validators)
        #expect(store.optimisticHeader.beacon.slot == 20)
    }
}
