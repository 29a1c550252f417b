internal import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

/// The votes of those of one slot who see the same.
private struct Ballot {
    let data: AttestationData
    /// Who of the slot's voters: those who saw the block in time, the others, or all.
    let voters: Electorate?
}

extension BlockMaker {
    /// The votes of all slots since the last block, for that block; of its own slot also those that it came too late for.
    mutating func attestations() throws(TransitionError) -> [Attestation] {
        let isWide = transition.fork >= .electra
        let limit = Int(clamping: isWide ? preset.maxAttestationsElectra : preset.maxAttestations)
        let ballots = try ballots()
        var made: [Attestation] = []
        // The newest are worth most.
        for ballot in ballots where made.count < limit {
            let epoch = transition.computeEpochAtSlot(ballot.data.slot)
            let committees = try Int(clamping: transition.getCommitteeCountPerSlot(epoch))
            let room = limit - made.count
            // Before electra an aggregate is of one committee; since, of as many as it takes to fit.
            let groups = isWide ? min(committees, max(1, limit / ballots.count), room) : min(committees, room)
            let first = isWide ? committees : groups
            for group in 0..<groups {
                let range = isWide ? first * group / groups..<first * (group + 1) / groups : group..<group + 1
                if let attestation = try aggregate(ballot, of: range) { made.append(attestation) }
            }
        }
        return made
    }

    private func ballots() throws(TransitionError) -> [Ballot] {
        var ballots: [Ballot] = []
        for attested in (lastBlock..<slot).reversed() {
            let epoch = transition.computeEpochAtSlot(attested)
            // Nobody signs both forms of a vote, so those of the old form end with their fork.
            let isOldForm = transition.fork >= .electra && simulator.spec.fork(atSlot: attested) < .electra
            guard epoch >= transition.previousEpoch, !isOldForm else { break }
            guard attested == lastBlock, let timely = tip.timely else {
                let payload = attested == lastBlock ? .none : tip.payload
                ballots.append(Ballot(data: try vote(at: attested, for: attested, payload), voters: nil))
                continue
            }
            var others = timely
            others.isShare.toggle()
            ballots.append(Ballot(data: try vote(at: attested, for: attested - 1, tip.parentPayload), voters: others))
            ballots.append(Ballot(data: try vote(at: attested, for: attested, .none), voters: timely))
        }
        return ballots
    }

    /// A vote at one slot for the block that was the newest at another.
    private func vote(at attested: Slot, for seen: Slot, _ payload: PayloadFate) throws(TransitionError)
        -> AttestationData
    {
        let epoch = transition.computeEpochAtSlot(attested)
        let state = transition.state
        let root = try transition.getBlockRootAtSlot(seen)
        // Who has not seen the epoch's first block takes an older one for the checkpoint.
        let target = seen < epoch * preset.slotsPerEpoch ? root : try transition.getBlockRoot(epoch)
        let saysPayload = payload == .revealed && simulator.spec.fork(atSlot: attested) >= .gloas
        return AttestationData(
            slot: attested,
            index: saysPayload ? 1 : 0,
            beaconBlockRoot: root,
            source: epoch == transition.currentEpoch
                ? state.currentJustifiedCheckpoint : state.previousJustifiedCheckpoint,
            target: Checkpoint(epoch: epoch, root: target)
        )
    }

    /// The votes of some committees in one attestation; `nil` where none of them votes.
    private mutating func aggregate(
        _ ballot: Ballot,
        of committees: Range<Int>
    ) throws(TransitionError) -> Attestation? {
        var attestation = Attestation()
        attestation.data = ballot.data
        let isWide = transition.fork >= .electra
        if isWide {
            attestation.committeeBits = Bitvector(count: Int(clamping: preset.maxCommitteesPerSlot))
        } else {
            attestation.data.index = CommitteeIndex(committees.lowerBound)
        }
        var bits: [Bool] = []
        var signers = Signers()
        let attested = ballot.data.slot
        let turnout = parameters.turnout(ballot.data.target.epoch)
        for index in committees {
            let members = try transition.getBeaconCommittee(attested, CommitteeIndex(index))
            var votes: [Bool] = []
            votes.reserveCapacity(members.count)
            for member in members {
                let votesAtAll = chance.happens(turnout)
                votes.append(
                    votesAtAll && sees(member, at: attested) && ballot.voters?.has(member) ?? true
                )
            }
            guard votes.contains(true) else { continue }
            for (member, vote) in zip(members, votes) where vote { signers.add(member) }
            bits += votes
            if isWide { attestation.committeeBits[index] = true }
        }
        guard signers.count > 0 else { return nil }
        attestation.aggregationBits = Bitlist(bits)
        let domain = transition.getDomain(.beaconAttester, epoch: ballot.data.target.epoch)
        attestation.signature = keys.sign(transition.computeSigningRoot(attestation.data, domain), by: signers)
        return attestation
    }

    /// Whether a validator votes on this branch at a slot.
    private func sees(_ validator: ValidatorIndex, at slot: Slot) -> Bool {
        belongs(validator) && !isSlashed(validator)
            && tip.splits.allSatisfy { !$0.slots.contains(slot) || $0.has(validator) }
    }

    mutating func syncAggregate() throws(TransitionError) -> SyncAggregate {
        let committee = transition.state.currentSyncCommittee
        let before = slot - 1
        let timely = before == lastBlock ? tip.timely : nil
        var bits = Bitvector(count: committee.pubkeys.count)
        var signers = Signers()
        let turnout = parameters.turnout(transition.computeEpochAtSlot(before))
        for (position, pubkey) in committee.pubkeys.enumerated() where chance.happens(turnout) {
            guard let member = transition.validatorIndex(of: pubkey), sees(member, at: before),
                timely?.has(member) ?? true
            else { continue }
            bits[position] = true
            signers.add(member)
        }
        let message = computeSigningRoot(
            try transition.getBlockRootAtSlot(before),
            transition.getDomain(.syncCommittee, epoch: transition.computeEpochAtSlot(before))
        )
        return SyncAggregate(syncCommitteeBits: bits, syncCommitteeSignature: keys.sign(message, by: signers))
    }

    /// What the payload committee of the slot before says of the last block's payload (gloas).
    mutating func payloadAttestations() throws(TransitionError) -> [PayloadAttestation] {
        // Where the slot before has no block, its committee has nothing to say.
        guard lastBlock == slot - 1, let root = tip.root, tip.payload != .none else { return [] }
        let committee = try transition.getPtc(lastBlock)
        var bits = Bitvector(count: committee.count)
        var signers = Signers()
        let isRevealed = tip.payload == .revealed
        let key = parameters.seed ^ lastBlock
        let turnout = parameters.turnout(transition.computeEpochAtSlot(lastBlock))
        for (seat, member) in committee.enumerated() where sees(member, at: lastBlock) {
            // Who votes does so in all of its seats.
            var chance = Chance(key, Purpose.timeliness, member)
            guard chance.happens(turnout) else { continue }
            bits[seat] = true
            signers.add(member)
        }
        guard signers.count > 0 else { return [] }
        let data = PayloadAttestationData(
            beaconBlockRoot: root,
            slot: lastBlock,
            payloadPresent: isRevealed,
            blobDataAvailable: isRevealed
        )
        let domain = transition.getDomain(.ptcAttester, epoch: transition.computeEpochAtSlot(lastBlock))
        return [
            PayloadAttestation(
                aggregationBits: bits,
                data: data,
                signature: keys.sign(transition.computeSigningRoot(data, domain), by: signers)
            )
        ]
    }
}
