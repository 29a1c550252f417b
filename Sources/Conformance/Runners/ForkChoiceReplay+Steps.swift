import ConsensusTypes
import DataAvailability
import ForkChoice
import Hashing
import KZG
import SSZ
import StateTransition
import YAML

extension ForkChoiceReplay {
    mutating func onBlock(_ bytes: [UInt8], _ data: BlobData) throws {
        let block = try SignedBeaconBlock.decode(bytes, in: context).message
        let root = block.hashTreeRoot(in: context)
        guard let pre = states[block.parentRoot] else { throw ForkChoiceError.unknownParent(block.parentRoot) }
        let bid = block.body.signedExecutionPayloadBid.message
        try store.checkBlock(
            parentRoot: block.parentRoot,
            slot: block.slot,
            parentBlockHash: bid.parentBlockHash
        )
        // From gloas on data comes with the payload.
        if fork < .gloas { try data.requireAvailable(block.body.blobKzgCommitments, spec: spec, fork: fork) }
        var after = transition(pre, signatures: setting.blockPolicy)
        try after.takeBlock(bytes, in: context)
        try judgeMergeBlock(block, pre)
        var pulledUp = after
        try pulledUp.processJustificationAndFinalization()
        let choice = ForkChoiceBlock(
            root: root,
            parentRoot: block.parentRoot,
            slot: block.slot,
            proposerIndex: block.proposerIndex,
            stateRoot: block.stateRoot,
            executionBlockHash: ForkChoiceReplay.executionBlockHash(of: block, fork),
            parentExecutionBlockHash: bid.parentBlockHash,
            justified: after.state.currentJustifiedCheckpoint,
            finalized: after.state.finalizedCheckpoint,
            unrealizedJustified: pulledUp.state.currentJustifiedCheckpoint,
            unrealizedFinalized: pulledUp.state.finalizedCheckpoint
        )
        states[root] = after.state
        try supplyBalances([choice.justified, choice.unrealizedJustified])
        try store.onBlock(
            choice,
            execution: (verdicts[choice.executionBlockHash] ?? .valid).status,
            committees: try ForkChoiceReplay.committees(of: block.slot, &after)
        )
        for attestation in block.body.attestations {
            try store.onAttestation(
                attestation.data,
                indices: try after.getAttestingIndices(attestation),
                from: .block
            )
        }
        for slashing in block.body.attesterSlashings { try store.onAttesterSlashing(slashing) }
        // Spec: `notify_ptc_messages`.
        for attestation in block.body.payloadAttestations {
            let indexed = try after.getIndexedPayloadAttestation(attestation)
            try store.onPayloadAttestation(indexed.data, indices: indexed.attestingIndices, from: .block)
        }
    }

    /// The hash of a block's payload, or of the one that its bid commits to.
    static func executionBlockHash(of block: BeaconBlock, _ fork: ForkName) -> Hash32 {
        fork >= .gloas
            ? block.body.signedExecutionPayloadBid.message.blockHash : block.body.executionPayload.blockHash
    }

    /// The committees of a block's slot, by the state after it; `nil` before gloas.
    static func committees(of slot: Slot, _ after: inout Transition) throws -> BlockCommittees? {
        // By the schedule: a case may begin with a state of a fork whose epoch is still to come.
        guard after.spec.fork(atSlot: slot) >= .gloas else { return nil }
        return BlockCommittees(
            ptc: try after.getPtc(slot),
            slot: try after.shuffling(after.computeEpochAtSlot(slot)).members(slot: slot)
        )
    }

    mutating func onPowBlock(_ bytes: [UInt8]) throws {
        let block = try PowBlock.decode(bytes, in: context)
        powBlocks[block.blockHash] = block
    }

    /// Judges the proof-of-work block below the first payload of a chain.
    private func judgeMergeBlock(_ block: BeaconBlock, _ pre: BeaconState) throws {
        guard fork == .bellatrix else { return }
        let before = transition(pre)
        // Spec: `is_merge_transition_block`.
        guard !before.isMergeTransitionComplete, before.isExecutionEnabled(block.body) else { return }
        try ForkChoiceStore.validateMergeBlock(
            slot: block.slot,
            parentHash: block.body.executionPayload.parentHash,
            spec: spec
        ) { powBlocks[$0] }
    }

    /// Spec: `store_target_checkpoint_state`, for what may become justified.
    mutating func supplyBalances(_ checkpoints: [Checkpoint]) throws {
        for checkpoint in checkpoints
        where checkpoint.epoch > store.justifiedCheckpoint.epoch && !store.hasBalances(checkpoint) {
            let state = try advance(checkpoint).state
            store.supply(ActiveBalances(state, spec: spec), for: checkpoint)
        }
    }

    func advance(_ checkpoint: Checkpoint) throws -> Transition {
        guard let base = states[checkpoint.root] else { throw ForkChoiceError.unknownBlock(checkpoint.root) }
        var advanced = transition(base)
        let start = advanced.computeStartSlotAtEpoch(checkpoint.epoch)
        if base.slot < start { try advanced.processSlots(start) }
        return advanced
    }

    mutating func onAttestation(_ bytes: [UInt8]) throws {
        let attestation = try Attestation.decode(bytes, in: context)
        var target = try advance(attestation.data.target)
        let indexed = try target.getIndexedAttestation(attestation)
        try target.requireValidIndexedAttestation(indexed)
        try store.onAttestation(attestation.data, indices: indexed.attestingIndices, from: .gossip)
    }

    mutating func onSlashing(_ bytes: [UInt8]) throws {
        let slashing = try AttesterSlashing.decode(bytes, in: context)
        guard let state = states[store.justifiedCheckpoint.root] else {
            throw ForkChoiceError.missingNode(store.justifiedCheckpoint.root)
        }
        var judge = transition(state)
        try judge.requireValidIndexedAttestation(slashing.attestation1)
        try judge.requireValidIndexedAttestation(slashing.attestation2)
        try store.onAttesterSlashing(slashing)
    }

    mutating func onExecutionPayload(_ bytes: [UInt8]) throws {
        let signed = try SignedExecutionPayloadEnvelope.decode(bytes, in: context)
        let root = signed.message.beaconBlockRoot
        guard let state = states[root] else { throw ForkChoiceError.unknownBlock(root) }
        var judge = transition(state)
        try judge.verifyExecutionPayloadEnvelope(signed)
        let asked = store.inclusionListTransactions(forPayloadOf: root)
        try store.onExecutionPayloadEnvelope(
            root,
            execution: (verdicts[signed.message.payload.blockHash] ?? .valid).status,
            satisfiesInclusionLists: engine.isInclusionListSatisfied(signed.message.payload, asked)
        )
    }

    mutating func onPayloadAttestation(_ bytes: [UInt8]) throws {
        let message = try PayloadAttestationMessage.decode(bytes, in: context)
        let data = message.data
        guard let state = states[data.beaconBlockRoot] else {
            throw ForkChoiceError.unknownBlock(data.beaconBlockRoot)
        }
        let members: Set = [message.validatorIndex]
        guard try store.checkPayloadAttestation(data, indices: members, from: .gossip) else { return }
        var judge = transition(state)
        try judge.requireValidIndexedPayloadAttestation(
            IndexedPayloadAttestation(
                attestingIndices: [message.validatorIndex],
                data: data,
                signature: message.signature
            )
        )
        try store.onPayloadAttestation(data, indices: members, from: .gossip)
    }

    mutating func onInclusionList(_ bytes: [UInt8]) throws {
        let signed = try SignedInclusionList.decode(bytes, in: context)
        let list = signed.message
        try store.checkInclusionList(list)
        guard let dependent = states[list.dependentRoot] else {
            throw ForkChoiceError.unknownBlock(list.dependentRoot)
        }
        var judge = transition(dependent)
        let epoch = judge.computeEpochAtSlot(list.slot)
        // Spec: `compute_shuffling_lookahead_start_slot`.
        let start = judge.computeStartSlotAtEpoch(epoch - min(epoch, spec.preset.minSeedLookahead))
        if dependent.slot < start { try judge.processSlots(start) }
        guard try judge.getInclusionListCommittee(list.slot).contains(list.validatorIndex) else {
            throw ForkChoiceError.notInInclusionListCommittee(list.validatorIndex, slot: list.slot)
        }
        try judge.requireValidInclusionListSignature(signed)
        try store.onInclusionList(signed)
    }
}
