import ConsensusTypes
import GossipValidation
import Hashing
import KZG
import SSZ
import StateTransition
import TestSupport
import Testing

/// Messages of chance, with the numbers at which arithmetic breaks: none is accepted, and none traps.
@Suite struct HostileMessageTests {
    /// Where the head of the chain below stands.
    static let epoch: Epoch = 6

    @Test(arguments: ForkName.allCases) func nothingTraps(_ fork: ForkName) throws {
        let seed = Seed.first
        var chance = Chance(seed: seed)
        let chain = OneBlockChain(fork)
        let kzg = try KZGSettings.ethereum()
        var seen = GossipSeen(limits: .init(duties: 4, operations: 4, blocks: 4, aggregates: 2))
        let caches = TransitionCaches()
        var rules: Set<GossipRule> = []
        for round in 0..<600 {
            let judge = GossipJudge(
                spec: chain.spec,
                fork: fork,
                caches: caches,
                chain: chain,
                timeMs: round % 5 == 0 ? chance.number() : chain.now
            )
            for verdict in judge.all(&chance, chain, kzg, &seen) {
                #expect(verdict != .accept, "seed \(seed), round \(round)")
                if let rule = verdict.rule { rules.insert(rule) }
            }
        }
        // Chance gets beyond the first rules: phase0, which has the fewest topics, comes to twenty and more most times.
        #expect(rules.count > 15, "seed \(seed)")
    }

    @Test func topicsOfOtherForksAreNotJudged() throws {
        let chain = OneBlockChain(.phase0)
        let kzg = try KZGSettings.ethereum()
        var seen = GossipSeen()
        let early = GossipJudge(
            spec: chain.spec,
            fork: .phase0,
            caches: TransitionCaches(),
            chain: chain,
            timeMs: chain.now
        )
        let none = GossipVerdict.ignore(.forkHasNoSuchTopic)
        #expect(early.validateSyncCommitteeMessage(.init(), subnet: 0, seen: &seen) == none)
        #expect(early.validateSyncCommitteeContribution(.init(), seen: &seen) == none)
        #expect(early.validateBLSToExecutionChange(.init(), seen: &seen) == none)
        #expect(early.validateBlobSidecar(.init(), subnet: 0, kzg: kzg, seen: &seen) == none)
        #expect(early.validateDataColumnSidecar(.init(), subnet: 0, kzg: kzg, seen: &seen) == none)
        #expect(early.validateBeaconAttestation(SingleAttestation(), subnet: 0, seen: &seen) == none)
        #expect(early.validateExecutionPayloadBid(.init(), seen: &seen) == none)
        #expect(early.validateInclusionList(.init(), seen: &seen) == none)
    }
}

extension GossipJudge {
    /// What comes of one message of chance a topic.
    fileprivate func all(
        _ chance: inout Chance,
        _ chain: OneBlockChain,
        _ kzg: KZGSettings,
        _ seen: inout GossipSeen
    ) -> [GossipVerdict] {
        var block = SignedBeaconBlock()
        let header = chance.header(chain)
        (block.message.slot, block.message.proposerIndex) = (header.message.slot, header.message.proposerIndex)
        block.message.parentRoot = header.message.parentRoot
        block.message.body.signedExecutionPayloadBid.message = chance.bid(chain)
        var verdicts = [validateBeaconBlock(block, seen: &seen)]

        var vote = Attestation()
        vote.data = chance.data(chain)
        vote.aggregationBits = Bitlist((0..<Int(chance.small() % 6)).map { _ in chance.small() % 2 == 0 })
        vote.committeeBits = Bitvector((0..<4).map { _ in chance.small() % 3 == 0 })
        verdicts.append(validateBeaconAttestation(vote, subnet: chance.small(), seen: &seen))
        let single = SingleAttestation(
            committeeIndex: chance.number(),
            attesterIndex: chance.number(),
            data: chance.data(chain),
            signature: .init()
        )
        verdicts.append(validateBeaconAttestation(single, subnet: chance.small(), seen: &seen))
        let proof = AggregateAndProof(aggregatorIndex: chance.number(), aggregate: vote, selectionProof: .init())
        verdicts.append(
            validateBeaconAggregateAndProof(.init(message: proof, signature: .init()), seen: &seen)
        )
        let exit = VoluntaryExit(epoch: chance.number(), validatorIndex: chance.number())
        verdicts.append(validateVoluntaryExit(.init(message: exit, signature: .init()), seen: &seen))
        var slashing = ProposerSlashing()
        slashing.signedHeader1 = header
        slashing.signedHeader2 = header
        slashing.signedHeader2.message.stateRoot = SHA256.hash([1])
        verdicts.append(validateProposerSlashing(slashing, seen: &seen))
        var indices: [ValidatorIndex] = []
        for _ in 0..<chance.small() % 4 { indices.append(chance.number()) }
        let first = IndexedAttestation(attestingIndices: indices, data: chance.data(chain), signature: .init())
        var second = first
        second.data.index = first.data.index &+ 1
        verdicts.append(
            validateAttesterSlashing(.init(attestation1: first, attestation2: second), seen: &seen)
        )
        return verdicts + later(&chance, chain, header, kzg, &seen)
    }

    private func later(
        _ chance: inout Chance,
        _ chain: OneBlockChain,
        _ header: SignedBeaconBlockHeader,
        _ kzg: KZGSettings,
        _ seen: inout GossipSeen
    ) -> [GossipVerdict] {
        let message = SyncCommitteeMessage(
            slot: chance.slot(chain),
            beaconBlockRoot: chain.root,
            validatorIndex: chance.number(),
            signature: .init()
        )
        var verdicts = [validateSyncCommitteeMessage(message, subnet: chance.small(), seen: &seen)]
        var contribution = ContributionAndProof()
        contribution.aggregatorIndex = chance.number()
        contribution.contribution.slot = chance.slot(chain)
        contribution.contribution.subcommitteeIndex = chance.number()
        contribution.contribution.aggregationBits = Bitvector((0..<8).map { _ in chance.small() % 2 == 0 })
        verdicts.append(
            validateSyncCommitteeContribution(.init(message: contribution, signature: .init()), seen: &seen)
        )
        var change = SignedBLSToExecutionChange()
        change.message.validatorIndex = chance.number()
        verdicts.append(validateBLSToExecutionChange(change, seen: &seen))
        var blob = BlobSidecar()
        (blob.index, blob.signedBlockHeader) = (chance.number(), header)
        verdicts.append(validateBlobSidecar(blob, subnet: blob.index % 6, kzg: kzg, seen: &seen))
        var column = DataColumnSidecar()
        (column.index, column.signedBlockHeader) = (chance.number(), header)
        (column.slot, column.beaconBlockRoot) = (header.message.slot, chance.root(chain))
        column.column = [[]]
        column.kzgCommitments = [.init()]
        column.kzgProofs = [.init()]
        verdicts.append(validateDataColumnSidecar(column, subnet: column.index % 128, kzg: kzg, seen: &seen))
        var partial = PartialDataColumnSidecar()
        partial.cellsPresentBitmap = Bitlist([true])
        (partial.partialColumn, partial.kzgProofs) = ([[]], [.init()])
        var group = PartialDataColumnGroupID()
        (group.beaconBlockRoot, group.slot) = (chance.root(chain), header.message.slot)
        verdicts.append(
            validatePartialDataColumnSidecar(partial, group: group, column: chance.number(), kzg: kzg, seen: &seen)
        )
        var envelope = SignedExecutionPayloadEnvelope()
        envelope.message.beaconBlockRoot = chance.root(chain)
        envelope.message.builderIndex = chance.number()
        envelope.message.payload.slotNumber = chance.slot(chain)
        verdicts.append(validateExecutionPayloadEnvelope(envelope, seen: &seen))
        var attestation = PayloadAttestationMessage()
        attestation.validatorIndex = chance.number()
        (attestation.data.slot, attestation.data.beaconBlockRoot) = (chance.slot(chain), chance.root(chain))
        verdicts.append(validatePayloadAttestationMessage(attestation, seen: &seen))
        var bid = SignedExecutionPayloadBid()
        bid.message = chance.bid(chain)
        verdicts.append(validateExecutionPayloadBid(bid, seen: &seen))
        var preferences = SignedProposerPreferences()
        preferences.message.dependentRoot = chance.root(chain)
        preferences.message.proposalSlot = chance.slot(chain)
        preferences.message.validatorIndex = chance.number()
        verdicts.append(validateProposerPreferences(preferences, seen: &seen))
        let list = InclusionList(
            slot: chance.slot(chain),
            validatorIndex: chance.number(),
            dependentRoot: chance.root(chain),
            transactions: [[1]]
        )
        verdicts.append(validateInclusionList(.init(message: list, signature: .init()), seen: &seen))
        return verdicts
    }
}

/// Values that are likely to hurt.
private struct Chance {
    var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func small() -> UInt64 { random.next() % 16 }

    mutating func number() -> UInt64 {
        switch random.next() % 8 {
        case 0: .max
        case 1: .max - random.next() % 16
        case 2: random.next()
        case 3: 1 << (random.next() % 64)
        default: random.next() % 40
        }
    }

    mutating func slot(_ chain: OneBlockChain) -> Slot {
        switch random.next() % 4 {
        case 0: number()
        case 1: chain.slot
        default: chain.slot &+ random.next() % 4 &- 1
        }
    }

    mutating func root(_ chain: OneBlockChain) -> Root { random.next() % 4 == 0 ? Root() : chain.root }

    mutating func header(_ chain: OneBlockChain) -> SignedBeaconBlockHeader {
        var header = SignedBeaconBlockHeader()
        header.message.slot = slot(chain)
        header.message.proposerIndex = number()
        header.message.parentRoot = root(chain)
        return header
    }

    mutating func data(_ chain: OneBlockChain) -> AttestationData {
        var data = AttestationData()
        data.slot = slot(chain)
        data.index = random.next() % 3 == 0 ? number() : random.next() % 2
        data.beaconBlockRoot = root(chain)
        data.target.root = chain.root
        data.target.epoch = random.next() % 2 == 0 ? number() : data.slot / chain.spec.preset.slotsPerEpoch
        return data
    }

    mutating func bid(_ chain: OneBlockChain) -> ExecutionPayloadBid {
        var bid = ExecutionPayloadBid()
        bid.slot = slot(chain)
        bid.parentBlockRoot = root(chain)
        bid.builderIndex = number()
        bid.value = number()
        bid.blockHash = SHA256.hash([2])
        return bid
    }
}

/// A head whose state has a registry without a single valid key.
private struct OneBlockChain: GossipChain {
    let spec: ChainSpec
    let root = SHA256.hash([3])
    let slot: Slot
    private let head: BeaconState

    init(_ fork: ForkName) {
        var config = Config.minimal
        for path: WritableKeyPath<Config, UInt64> in [
            \.altairForkEpoch, \.bellatrixForkEpoch, \.capellaForkEpoch, \.denebForkEpoch, \.electraForkEpoch,
            \.fuluForkEpoch, \.gloasForkEpoch, \.hezeForkEpoch,
        ].prefix(fork.rawValue) {
            config[keyPath: path] = 0
        }
        spec = ChainSpec(preset: .minimal, config: config)
        slot = (HostileMessageTests.epoch + 1) * spec.preset.slotsPerEpoch - 2
        var state = BeaconState()
        state.forkName = fork
        state.slot = slot
        state.latestBlockHeader.slot = slot
        var validator = Validator()
        validator.effectiveBalance = 32_000_000_000
        (validator.exitEpoch, validator.withdrawableEpoch) = (farFutureEpoch, farFutureEpoch)
        state.validators = PersistentList(Array(repeating: validator, count: 32))
        state.balances = PersistentList(Array(repeating: 32_000_000_000, count: 32))
        let roots = Int(spec.preset.slotsPerHistoricalRoot)
        state.blockRoots = PersistentList(Array(repeating: Root(), count: roots))
        state.stateRoots = PersistentList(Array(repeating: Root(), count: roots))
        state.randaoMixes = PersistentList(
            Array(repeating: Bytes32(), count: Int(spec.preset.epochsPerHistoricalVector))
        )
        let members = Array(repeating: validator.pubkey, count: Int(spec.preset.syncCommitteeSize))
        state.currentSyncCommittee.pubkeys = PersistentList(members)
        state.nextSyncCommittee.pubkeys = PersistentList(members)
        state.proposerLookahead = (0..<2 * spec.preset.slotsPerEpoch).map { $0 % 32 }
        head = state
    }

    /// In the slot behind the head's.
    var now: UInt64 { (slot + 1) * spec.config.slotDurationMs }

    var genesisTimeMs: UInt64 { 0 }
    var finalizedCheckpoint: Checkpoint { Checkpoint(epoch: 1, root: root) }
    var justifiedCheckpoint: Checkpoint { finalizedCheckpoint }
    var headRoot: Root { root }
    func block(_ root: Root) -> SeenBlock? { root == self.root ? SeenBlock(slot: slot, parentRoot: Root()) : nil }
    func state(after root: Root) -> BeaconState? { root == self.root ? head : nil }
    func ancestor(of root: Root, at slot: Slot) -> Root? { root == self.root ? root : nil }
    func payloadStatus(of root: Root) -> PayloadValidationStatus { .valid }
    func isPayloadVerified(_ root: Root) -> Bool { false }
    func payload(of root: Root) -> ExecutionPayloadEnvelope? { nil }
    func shouldBuildOnFull(at slot: Slot) -> Bool { true }
    func hasChild(of root: Root, after slot: Slot) -> Bool { false }
    func timelyIncluders(at slot: Slot, dependentRoot: Root) -> Set<ValidatorIndex> { [] }
}
