internal import BLS
internal import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

/// Makes one block.
struct BlockMaker {
    private let simulator: ChainSimulator
    private let branch: UInt64
    private let number: Int
    private let lastBlock: Slot
    private let slot: Slot
    private var chance: Chance
    private var transition: Transition

    private var keys: KeyProgression { simulator.keys }
    private var parameters: SimulationParameters { simulator.parameters }
    private var preset: Preset { simulator.spec.preset }

    init(simulator: ChainSimulator, tip: SimulatedTip) {
        self.simulator = simulator
        branch = tip.branch
        number = tip.blocks
        lastBlock = tip.lastBlock
        transition = tip.transition
        var chance = Chance(simulator.parameters.seed, Purpose.block, tip.lastBlock, tip.branch)
        var slot = tip.lastBlock + 1
        while chance.happens(simulator.parameters.skippedSlots) { slot += 1 }
        self.slot = slot
        self.chance = chance
    }

    consuming func make(_ tip: inout SimulatedTip) throws(TransitionError) -> SignedBeaconBlock {
        try transition.processSlots(slot)
        let proposer = try transition.getBeaconProposerIndex()
        var block = BeaconBlock()
        block.slot = slot
        block.proposerIndex = proposer
        block.parentRoot = transition.state.latestBlockHeader.hashTreeRoot(in: .invariant)
        block.body = try body(proposer)
        try transition.processBlock(block)
        block.stateRoot = transition.state.hashTreeRoot(in: transition.context)
        let root = block.hashTreeRoot(in: transition.context)
        let message = computeSigningRoot(root, transition.getDomain(.beaconProposer))
        tip.transition = transition
        tip.lastBlock = slot
        tip.blocks += 1
        tip.root = root
        tip.stateRoot = block.stateRoot
        return SignedBeaconBlock(message: block, signature: keys.sign(message, by: Signers(proposer)))
    }

    private mutating func body(_ proposer: ValidatorIndex) throws(TransitionError) -> BeaconBlockBody {
        var body = BeaconBlockBody()
        let randao = transition.computeSigningRoot(transition.currentEpoch, transition.getDomain(.randao))
        body.randaoReveal = keys.sign(randao, by: Signers(proposer))
        body.eth1Data = transition.state.eth1Data
        body.graffiti.withUnsafeMutableBytes { bytes in
            bytes.copyBytes(from: Array("martlet simulate".utf8))
            bytes.storeBytes(of: branch.littleEndian, toByteOffset: 24, as: UInt64.self)
        }
        body.attestations = try attestations()
        body.syncAggregate = try syncAggregate()
        body.executionPayload = try payload()
        if transition.fork < .electra { addDeposits(&body) } else { addDepositRequest(&body) }
        addExit(&body)
        return body
    }

    // MARK: Votes

    /// The votes of all slots since the last block, for that block.
    private mutating func attestations() throws(TransitionError) -> [Attestation] {
        let isWide = transition.fork >= .electra
        let limit = Int(clamping: isWide ? preset.maxAttestationsElectra : preset.maxAttestations)
        let slots = lastBlock..<slot
        var made: [Attestation] = []
        // The newest are worth most.
        for attested in slots.reversed() where made.count < limit {
            let epoch = transition.computeEpochAtSlot(attested)
            guard epoch >= transition.previousEpoch else { break }
            let state = transition.state
            let data = AttestationData(
                slot: attested,
                index: 0,
                beaconBlockRoot: try transition.getBlockRootAtSlot(attested),
                source: epoch == transition.currentEpoch
                    ? state.currentJustifiedCheckpoint : state.previousJustifiedCheckpoint,
                target: Checkpoint(epoch: epoch, root: try transition.getBlockRoot(epoch))
            )
            let committees = try Int(clamping: transition.getCommitteeCountPerSlot(epoch))
            let room = limit - made.count
            // Before electra an aggregate is of one committee; since, of as many as it takes to fit.
            let groups = isWide ? min(committees, max(1, limit / slots.count), room) : min(committees, room)
            let first = isWide ? committees : groups
            for group in 0..<groups {
                let range = isWide ? first * group / groups..<first * (group + 1) / groups : group..<group + 1
                if let attestation = try aggregate(data, of: range) { made.append(attestation) }
            }
        }
        return made
    }

    /// The votes of some committees in one attestation; `nil` where none of them votes.
    private mutating func aggregate(
        _ shared: AttestationData,
        of committees: Range<Int>
    ) throws(TransitionError) -> Attestation? {
        var attestation = Attestation()
        attestation.data = shared
        let isWide = transition.fork >= .electra
        if isWide {
            attestation.committeeBits = Bitvector(count: Int(clamping: preset.maxCommitteesPerSlot))
        } else {
            attestation.data.index = CommitteeIndex(committees.lowerBound)
        }
        var bits: [Bool] = []
        var signers = Signers()
        for index in committees {
            let members = try transition.getBeaconCommittee(shared.slot, CommitteeIndex(index))
            let votes = members.map { _ in chance.happens(parameters.turnout) }
            guard votes.contains(true) else { continue }
            for (member, vote) in zip(members, votes) where vote { signers.add(member) }
            bits += votes
            if isWide { attestation.committeeBits[index] = true }
        }
        guard signers.count > 0 else { return nil }
        attestation.aggregationBits = Bitlist(bits)
        let domain = transition.getDomain(.beaconAttester, epoch: shared.target.epoch)
        attestation.signature = keys.sign(transition.computeSigningRoot(attestation.data, domain), by: signers)
        return attestation
    }

    private mutating func syncAggregate() throws(TransitionError) -> SyncAggregate {
        let committee = transition.state.currentSyncCommittee
        var bits = Bitvector(count: committee.pubkeys.count)
        var signers = Signers()
        for (position, pubkey) in committee.pubkeys.enumerated() where chance.happens(parameters.turnout) {
            guard let member = transition.validatorIndex(of: pubkey) else { continue }
            bits[position] = true
            signers.add(member)
        }
        let before = slot - 1
        let message = computeSigningRoot(
            try transition.getBlockRootAtSlot(before),
            transition.getDomain(.syncCommittee, epoch: transition.computeEpochAtSlot(before))
        )
        return SyncAggregate(syncCommitteeBits: bits, syncCommitteeSignature: keys.sign(message, by: signers))
    }

    // MARK: What it carries

    private mutating func payload() throws(TransitionError) -> ExecutionPayload {
        var payload = ExecutionPayload()
        let parent = transition.state.latestExecutionPayloadHeader
        payload.parentHash = parent.blockHash
        payload.stateRoot = chance.root()
        payload.receiptsRoot = chance.root()
        payload.logsBloom = chance.bytes(Int(clamping: preset.bytesPerLogsBloom))
        payload.prevRandao = transition.getRandaoMix(transition.currentEpoch)
        payload.blockNumber = parent.blockNumber + 1
        payload.gasLimit = parent.gasLimit
        payload.gasUsed = parent.gasLimit / 2
        payload.timestamp = try transition.computeTimeAtSlot(slot)
        payload.blockHash = chance.root()
        var left = parameters.payloadBytes
        while left > 0 {
            let size = min(left, 120 + Int(chance.next() % 512))
            payload.transactions.append(chance.bytes(size))
            left -= size
        }
        payload.withdrawals = try transition.getExpectedWithdrawals().withdrawals
        return payload
    }

    /// As many as the block must bring.
    private func addDeposits(_ body: inout BeaconBlockBody) {
        let taken = Int(transition.state.eth1DepositIndex - simulator.deposits.first)
        let end = min(taken + Int(clamping: preset.maxDeposits), simulator.deposits.data.count)
        body.deposits = (taken..<end).map { simulator.deposits.deposit($0) }
    }

    private func addDepositRequest(_ body: inout BeaconBlockBody) {
        guard number < simulator.deposits.data.count else { return }
        let data = simulator.deposits.data[number]
        var request = DepositRequest()
        request.pubkey = data.pubkey
        request.withdrawalCredentials = data.withdrawalCredentials
        request.amount = data.amount
        request.signature = data.signature
        request.index = simulator.deposits.first + UInt64(number)
        body.executionRequests.deposits = [request]
    }

    /// From the middle of the registry on, one after the other.
    private func addExit(_ body: inout BeaconBlockBody) {
        guard number < parameters.exits else { return }
        var exit = VoluntaryExit()
        exit.epoch = transition.currentEpoch
        exit.validatorIndex = ValidatorIndex(parameters.validators / 2 + number)
        let domain = simulator.spec.computeDomain(
            .voluntaryExit,
            forkVersion: simulator.spec.config.capellaForkVersion,
            genesisValidatorsRoot: transition.state.genesisValidatorsRoot
        )
        let message = transition.computeSigningRoot(exit, domain)
        body.voluntaryExits = [
            SignedVoluntaryExit(message: exit, signature: keys.sign(message, by: Signers(exit.validatorIndex)))
        ]
    }
}
