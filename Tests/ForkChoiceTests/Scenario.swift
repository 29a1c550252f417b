import ConsensusTypes
import ForkChoice
import Hashing
import SSZ
import TestSupport

/// A store and its model, led through the same random events.
struct Scenario {
    static let validators: UInt64 = 24

    var random: SplitMix64
    var store: ForkChoiceStore
    var model: NaiveStore
    private let spec: ChainSpec
    private var nextRoot: UInt64 = 0
    /// What went wrong, the last of it.
    private(set) var complaint: String?

    init(seed: UInt64, gloasEpoch: Epoch, hezeEpoch: Epoch) {
        random = SplitMix64(seed: seed)
        var config = Config.minimal
        config.altairForkEpoch = 0
        config.bellatrixForkEpoch = 0
        config.capellaForkEpoch = 0
        config.denebForkEpoch = 0
        config.electraForkEpoch = 0
        config.fuluForkEpoch = 0
        config.gloasForkEpoch = gloasEpoch
        config.hezeForkEpoch = hezeEpoch
        spec = ChainSpec(preset: .minimal, config: config)
        let root = Scenario.root(0, random.next())
        let checkpoint = Checkpoint(epoch: 0, root: root)
        let weights = Scenario.randomBalances(&random)
        let committees = Scenario.randomCommittees(&random, spec)
        let anchor = ForkChoiceBlock(
            root: root,
            parentRoot: Root(),
            slot: 0,
            proposerIndex: 0,
            stateRoot: Root(),
            executionBlockHash: Scenario.root(1, 0),
            justified: checkpoint,
            finalized: checkpoint,
            unrealizedJustified: checkpoint,
            unrealizedFinalized: checkpoint
        )
        store = ForkChoiceStore(
            anchor: anchor,
            genesisTime: 0,
            balances: Scenario.balances(weights, spec),
            committees: committees,
            spec: spec
        )
        model = NaiveStore(
            spec: spec,
            currentSlot: 0,
            justified: checkpoint,
            finalized: checkpoint,
            balances: [checkpoint: weights]
        )
        let none = [Bool?](repeating: nil, count: Int(spec.preset.ptcSize))
        model.blocks[root] = NaiveStore.Block(
            root: root,
            parentRoot: Root(),
            slot: 0,
            proposer: 0,
            hash: anchor.executionBlockHash,
            parentHash: Hash32(),
            justified: checkpoint,
            unrealizedJustified: checkpoint,
            isTimely: true,
            isTimelyForPTC: true,
            ptc: committees.ptc,
            committee: Array(committees.slot),
            timeliness: none,
            availability: none
        )
    }

    // MARK: Ingredients

    static func root(_ low: UInt64, _ high: UInt64) -> Root {
        var bytes = Root()
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(of: high, as: UInt64.self)
            $0.storeBytes(of: low &+ 1, toByteOffset: 8, as: UInt64.self)
        }
        return bytes
    }

    /// A few different balances, so that ties are as common as they are rare in life.
    private static func randomBalances(_ random: inout SplitMix64) -> [Gwei] {
        (0..<validators).map { _ in UInt64.random(in: 1...3, using: &random) * 16_000_000_000 }
    }

    private static func balances(_ weights: [Gwei], _ spec: ChainSpec) -> ActiveBalances {
        var state = BeaconState()
        for weight in weights {
            var validator = Validator()
            validator.effectiveBalance = weight
            validator.exitEpoch = farFutureEpoch
            state.validators.append(validator)
        }
        return ActiveBalances(state, spec: spec)
    }

    private static func randomCommittees(_ random: inout SplitMix64, _ spec: ChainSpec) -> BlockCommittees {
        BlockCommittees(
            ptc: (0..<spec.preset.ptcSize).map { _ in UInt64.random(in: 0..<validators, using: &random) },
            slot: (0..<validators).shuffled(using: &random).prefix(6)[...]
        )
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    /// A block, mostly one of the last.
    private mutating func anyBlock() -> NaiveStore.Block {
        let known = model.blocks.values.sorted { ($0.slot, $0.root) < ($1.slot, $1.root) }
        let recent = chance(70) ? known.suffix(5) : known[...]
        guard let block = recent.randomElement(using: &random) else { fatalError("no block") }
        return block
    }

    // MARK: Events

    mutating func step() {
        switch Int.random(in: 0..<100, using: &random) {
        case ..<20: tick()
        case ..<50: addBlock()
        case ..<63: addPayload()
        case ..<86: attest()
        case ..<97: attestToPayload()
        default: slash()
        }
    }

    private mutating func tick() {
        let duration = spec.config.slotDurationMs
        let slots = chance(60) ? 1 : chance(90) ? 0 : UInt64.random(in: 1...20, using: &random)
        let slot = model.currentSlot + slots
        let time = slot * duration + (chance(50) ? 0 : UInt64.random(in: 0..<duration, using: &random))
        guard time > store.timeMs else { return }
        store.onTick(time)
        guard slots > 0 else { return }
        model.currentSlot = slot
        model.boostRoot = Root()
        takeOverCheckpoints()
    }

    /// When justification is realized is the same in all forks and not what is tested: the model believes the store.
    private mutating func takeOverCheckpoints() {
        model.justified = store.justifiedCheckpoint
        model.finalized = store.finalizedCheckpoint
    }

    private mutating func addBlock() {
        let parent = anyBlock()
        let earliest = max(parent.slot + 1, model.currentSlot > 3 ? model.currentSlot - 3 : 0)
        guard earliest <= model.currentSlot else { return }
        let slot = chance(70) ? model.currentSlot : UInt64.random(in: earliest...model.currentSlot, using: &random)
        nextRoot += 1
        let root = Scenario.root(nextRoot, random.next())
        let into = store.timeMs - slot * spec.config.slotDurationMs
        let isNow = slot == model.currentSlot
        func isBefore(_ basisPoints: UInt64) -> Bool {
            isNow && into < basisPoints * spec.config.slotDurationMs / 10_000
        }
        let isGloas = spec.fork(atSlot: slot) >= .gloas
        let (justified, unrealized) = randomCheckpoints(parent, slot)
        let committees = Scenario.randomCommittees(&random, spec)
        let none = [Bool?](repeating: nil, count: committees.ptc.count)
        let block = NaiveStore.Block(
            root: root,
            parentRoot: parent.root,
            slot: slot,
            proposer: UInt64.random(in: 0..<2, using: &random),
            hash: Scenario.root(nextRoot, 1),
            parentHash: chance(50) ? parent.hash : parent.parentHash,
            justified: justified,
            unrealizedJustified: unrealized,
            isTimely: isBefore(isGloas ? spec.config.attestationDueBpsGloas : spec.config.attestationDueBps),
            isTimelyForPTC: isBefore(spec.config.payloadAttestationDueBps),
            ptc: committees.ptc,
            committee: Array(committees.slot),
            timeliness: none,
            availability: none
        )
        insert(block, committees)
    }

    private mutating func insert(_ block: NaiveStore.Block, _ committees: BlockCommittees) {
        for checkpoint in [block.justified, block.unrealizedJustified] where model.balances[checkpoint] == nil {
            let weights = Scenario.randomBalances(&random)
            model.balances[checkpoint] = weights
            store.supply(Scenario.balances(weights, spec), for: checkpoint)
        }
        let isParentHere = model.parentStatus(block) == .empty || model.isPayloadVerified(block.parentRoot)
        let start = model.finalized.epoch * spec.preset.slotsPerEpoch
        let through = model.ancestor(PayloadNode(root: block.parentRoot, payloadStatus: .pending), start).root
        let isTaken = isParentHere && block.slot > start && through == model.finalized.root
        let head = model.head()
        let choice = ForkChoiceBlock(
            root: block.root,
            parentRoot: block.parentRoot,
            slot: block.slot,
            proposerIndex: block.proposer,
            stateRoot: Root(),
            executionBlockHash: block.hash,
            parentExecutionBlockHash: block.parentHash,
            justified: block.justified,
            finalized: model.finalized,
            unrealizedJustified: block.unrealizedJustified,
            unrealizedFinalized: chance(30) ? finalizable(block) : model.finalized
        )
        let got = Result { () throws(ForkChoiceError) in try store.onBlock(choice, committees: committees) }
        expect("on_block", isTaken, got)
        guard isTaken else { return }
        model.blocks[block.root] = block
        if block.isTimely, model.boostRoot == Root(), dependentRoot(head.root) == dependentRoot(block.root) {
            model.boostRoot = block.root
        }
        takeOverCheckpoints()
    }

    private func dependentRoot(_ root: Root) -> Root {
        let lookahead = model.currentEpoch > 0 ? model.currentEpoch - 1 : 0
        let start = lookahead * spec.preset.slotsPerEpoch
        return model.ancestor(PayloadNode(root: root, payloadStatus: .pending), start > 0 ? start - 1 : 0).root
    }

    /// Justified checkpoints of the block's own branch, not earlier than its parent's.
    private mutating func randomCheckpoints(_ parent: NaiveStore.Block, _ slot: Slot) -> (Checkpoint, Checkpoint) {
        let epoch = slot / spec.preset.slotsPerEpoch
        func checkpoint(_ epoch: Epoch, atLeast other: Checkpoint) -> Checkpoint {
            guard epoch > other.epoch else { return other }
            let node = PayloadNode(root: parent.root, payloadStatus: .pending)
            return Checkpoint(epoch: epoch, root: model.ancestor(node, epoch * spec.preset.slotsPerEpoch).root)
        }
        let realized = chance(80) ? parent.justified : checkpoint(epoch > 1 ? epoch - 1 : 0, atLeast: parent.justified)
        let unrealized = chance(60) ? realized : checkpoint(epoch, atLeast: realized)
        return (realized, unrealized.epoch >= realized.epoch ? unrealized : realized)
    }

    /// A checkpoint of the justified branch that is finalized next.
    private func finalizable(_ block: NaiveStore.Block) -> Checkpoint {
        let epoch = model.justified.epoch > 1 ? model.justified.epoch - 1 : 0
        guard epoch > model.finalized.epoch else { return model.finalized }
        let node = PayloadNode(root: model.justified.root, payloadStatus: .pending)
        return Checkpoint(epoch: epoch, root: model.ancestor(node, epoch * spec.preset.slotsPerEpoch).root)
    }

    private mutating func addPayload() {
        let block = anyBlock()
        let isSatisfied = chance(70)
        guard model.isOfGloas(block.root) else { return }
        let got = Result { () throws(ForkChoiceError) in
            try store.onExecutionPayloadEnvelope(block.root, satisfiesInclusionLists: isSatisfied)
        }
        expect("on_execution_payload_envelope", true, got)
        model.payloads.insert(block.root)
        guard spec.fork(atSlot: block.slot) >= .heze else { return }
        if isSatisfied { model.unsatisfied.remove(block.root) } else { model.unsatisfied.insert(block.root) }
    }

    private mutating func attest() {
        let block = anyBlock()
        let latest = chance(80) ? model.currentSlot : model.currentSlot + 1
        guard block.slot <= latest else { return }
        let slot = chance(40) ? block.slot : UInt64.random(in: block.slot...latest, using: &random)
        let isGloas = spec.fork(atSlot: slot) >= .gloas
        let epoch = slot / spec.preset.slotsPerEpoch
        let node = PayloadNode(root: block.root, payloadStatus: .pending)
        let target = model.ancestor(node, epoch * spec.preset.slotsPerEpoch).root
        let index: UInt64 = isGloas ? (chance(50) ? 0 : chance(95) ? 1 : 2) : 0
        let data = AttestationData(
            slot: slot,
            index: index,
            beaconBlockRoot: block.root,
            source: Checkpoint(),
            target: Checkpoint(epoch: epoch, root: target)
        )
        let voters = (0..<Scenario.validators).shuffled(using: &random).prefix(Int.random(in: 1...6, using: &random))
        let isIndexGood = index == 0 || index == 1 && block.slot < slot && model.isPayloadVerified(block.root)
        let isTaken = slot < model.currentSlot && isIndexGood
        let got = Result { () throws(ForkChoiceError) in
            try store.onAttestation(data, indices: voters, from: .block)
        }
        expect("on_attestation", isTaken, got)
        guard isTaken else { return }
        for voter in voters where !model.equivocating.contains(voter) {
            let before = model.messages[voter]
            let isNewer = before.map {
                isGloas ? slot > $0.slot : epoch > $0.slot / spec.preset.slotsPerEpoch
            }
            guard isNewer ?? true else { continue }
            model.messages[voter] = NaiveStore.Message(slot: slot, root: block.root, isPresent: index == 1)
        }
    }

    private mutating func attestToPayload() {
        let block = anyBlock()
        guard model.isOfGloas(block.root) else { return }
        let source: ForkChoiceStore.AttestationSource = chance(70) ? .block : .gossip
        let data = PayloadAttestationData(
            beaconBlockRoot: block.root,
            slot: chance(90) ? block.slot : block.slot + 1,
            payloadPresent: chance(75),
            blobDataAvailable: chance(75)
        )
        let voters = Set(
            (chance(90) ? block.ptc : Array(0..<Scenario.validators)).shuffled(using: &random)
                .prefix(Int.random(in: 1...12, using: &random))
        )
        let isOfBlock = data.slot == block.slot
        let isAllowed =
            voters.isSubset(of: block.ptc) && (source == .block || data.slot == model.currentSlot)
        let got = Result { () throws(ForkChoiceError) in
            try store.onPayloadAttestation(data, indices: voters, from: source)
        }
        expect("on_payload_attestation_message", !isOfBlock || isAllowed, got)
        guard isOfBlock, isAllowed else { return }
        for (seat, member) in block.ptc.enumerated() where voters.contains(member) {
            model.blocks[block.root]?.timeliness[seat] = data.payloadPresent
            model.blocks[block.root]?.availability[seat] = data.blobDataAvailable
        }
    }

    private mutating func slash() {
        let indices = (0..<Scenario.validators).shuffled(using: &random).prefix(1)
        var data = AttestationData()
        let first = IndexedAttestation(attestingIndices: Array(indices), data: data, signature: BLSSignature())
        data.slot = 1
        let second = IndexedAttestation(attestingIndices: Array(indices), data: data, signature: BLSSignature())
        let got = Result { () throws(ForkChoiceError) in
            try store.onAttesterSlashing(AttesterSlashing(attestation1: first, attestation2: second))
        }
        expect("on_attester_slashing", true, got)
        model.equivocating.formUnion(indices)
    }

    private mutating func expect(_ what: String, _ isTaken: Bool, _ got: Result<Void, ForkChoiceError>) {
        switch got {
        case .success: if !isTaken { complaint = "\(what): expected a refusal, got none" }
        case .failure(let error): if isTaken { complaint = "\(what): expected no error, got \(error)" }
        }
    }

    // MARK: Comparison

    /// The first thing in which the store and its model differ.
    mutating func difference() throws -> String? {
        if let complaint { return complaint }
        if store.proposerBoostRoot != model.boostRoot { return "proposer_boost_root" }
        let head = try store.getHead()
        let wanted = model.head()
        if head.payloadNode != wanted { return "head: expected \(wanted), got \(head.payloadNode)" }
        for block in model.blocks.values {
            for node in [PayloadNode(root: block.root, payloadStatus: .pending)]
                + model.children(PayloadNode(root: block.root, payloadStatus: .pending))
            where store.getWeight(node) != model.weight(node) {
                return "weight of \(node): expected \(model.weight(node)), got \(store.getWeight(node) ?? 0)"
            }
            if store.payloadTimelinessVote(block.root) ?? block.timeliness != block.timeliness { return "votes" }
        }
        for slot in [model.currentSlot, head.slot + 1]
        where store.shouldBuildOnFull(head, slot: slot) != model.shouldBuildOnFull(wanted, slot) {
            return "should_build_on_full at \(slot)"
        }
        let leaves = Dictionary(uniqueKeysWithValues: try store.viableForHead().map { ($0.node, $0.weight) })
        let wantedLeaves = model.viableLeaves()
        return leaves == wantedLeaves ? nil : "leaves: expected \(wantedLeaves), got \(leaves)"
    }
}
