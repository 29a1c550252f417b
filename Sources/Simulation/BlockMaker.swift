internal import BLS
internal import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

/// Makes one block.
struct BlockMaker {
    let simulator: ChainSimulator
    let tip: SimulatedTip
    private(set) var slot: Slot
    var chance: Chance
    var transition: Transition
    var carried: Carried

    var keys: KeyProgression { simulator.keys }
    var parameters: SimulationParameters { simulator.parameters }
    var roles: Roles { simulator.roles }
    var preset: Preset { simulator.spec.preset }
    var lastBlock: Slot { tip.lastBlock }

    init(simulator: ChainSimulator, tip: SimulatedTip) {
        self.simulator = simulator
        self.tip = tip
        transition = tip.transition
        carried = tip.carried
        var chance = Chance(simulator.parameters.seed, Purpose.block, tip.lastBlock, tip.branch, tip.variant)
        var slot = max(tip.lastBlock + 1, tip.earliest)
        while chance.happens(simulator.parameters.skippedSlots) { slot += 1 }
        self.slot = slot
        self.chance = chance
    }

    consuming func make(_ tip: inout SimulatedTip) throws(TransitionError) -> SignedBeaconBlock {
        let proposer = try seekProposer()
        var block = BeaconBlock()
        block.slot = slot
        block.proposerIndex = proposer
        block.parentRoot = transition.state.latestBlockHeader.hashTreeRoot(in: .invariant)
        var requests = ExecutionRequests()
        block.body = try body(proposer, &requests)
        try transition.processBlock(block)
        block.stateRoot = transition.state.hashTreeRoot(in: transition.context)
        let root = block.hashTreeRoot(in: transition.context)
        let message = computeSigningRoot(root, transition.getDomain(.beaconProposer))
        let isRevealed = transition.fork >= .gloas && !chance.happens(parameters.withheldPayloads)
        tip.envelope = isRevealed ? try envelope(of: block, root: root, requests) : nil
        tip.parentPayload = tip.payload
        tip.payload = transition.fork < .gloas ? .none : isRevealed ? .revealed : .withheld
        tip.requests = requests
        if tip.payload == .withheld { carried.withdrawRequests(since: tip.carried) }
        tip.carried = carried
        tip.transition = transition
        tip.lastBlock = slot
        tip.earliest = 0
        tip.timely = nil
        tip.splits.removeAll { $0.slots.upperBound <= slot }
        tip.blocks += 1
        tip.root = root
        tip.stateRoot = block.stateRoot
        return SignedBeaconBlock(message: block, signature: keys.sign(message, by: Signers(proposer)))
    }

    /// Goes to the first slot whose proposer may and will propose on this branch.
    private mutating func seekProposer() throws(TransitionError) -> ValidatorIndex {
        while true {
            try transition.processSlots(slot)
            let proposer = try transition.getBeaconProposerIndex()
            if belongs(proposer), !isSlashed(proposer) { return proposer }
            slot += 1
        }
    }

    /// Whether a validator is one of this branch's, where branches have their own.
    func belongs(_ validator: ValidatorIndex) -> Bool {
        guard parameters.branchesAreDisjoint, let branches = tip.branches else { return true }
        return validator % branches == tip.branch
    }

    func isSlashed(_ validator: ValidatorIndex) -> Bool {
        roles.mayBeSlashed(validator) && transition.state.validators[Int(validator)].slashed
    }

    private mutating func body(
        _ proposer: ValidatorIndex,
        _ requests: inout ExecutionRequests
    ) throws(TransitionError) -> BeaconBlockBody {
        var body = BeaconBlockBody()
        let randao = transition.computeSigningRoot(transition.currentEpoch, transition.getDomain(.randao))
        body.randaoReveal = keys.sign(randao, by: Signers(proposer))
        body.eth1Data = transition.state.eth1Data
        body.graffiti.withUnsafeMutableBytes { bytes in
            bytes.copyBytes(from: Array("martlet simulate".utf8))
            bytes.storeBytes(of: tip.variant.littleEndian, toByteOffset: 16, as: UInt64.self)
            bytes.storeBytes(of: tip.branch.littleEndian, toByteOffset: 24, as: UInt64.self)
        }
        body.attestations = try attestations()
        body.syncAggregate = try syncAggregate()
        try addOperations(&body)
        let commitments = blobCommitments()
        if transition.fork >= .electra { try addRequests(&requests) }
        if transition.fork >= .gloas {
            carried.gloasBlocks += 1
            body.payloadAttestations = try payloadAttestations()
            if tip.payload != .withheld { body.parentExecutionRequests = tip.requests }
            body.signedExecutionPayloadBid = try bid(requests, commitments)
        } else {
            body.executionPayload = try payload()
            body.blobKzgCommitments = commitments
            body.executionRequests = requests
        }
        return body
    }

    private mutating func blobCommitments() -> [KZGCommitment] {
        guard parameters.blobs > 0 else { return [] }
        let limit = simulator.spec.maxBlobsPerBlock(transition.fork, transition.currentEpoch)
        let most = min(parameters.blobs, Int(clamping: limit))
        return simulator.blobs.commitments(Int(chance.next() % UInt64(most + 1)))
    }
}
