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
        try store.checkBlock(parentRoot: block.parentRoot, slot: block.slot)
        try data.requireAvailable(block.body.blobKzgCommitments, spec: spec, fork: fork)
        var after = transition(pre, signatures: setting.blockPolicy)
        try after.takeBlock(bytes, in: context)
        var pulledUp = after
        try pulledUp.processJustificationAndFinalization()
        let choice = ForkChoiceBlock(
            root: root,
            parentRoot: block.parentRoot,
            slot: block.slot,
            proposerIndex: block.proposerIndex,
            stateRoot: block.stateRoot,
            executionBlockHash: block.body.executionPayload.blockHash,
            justified: after.state.currentJustifiedCheckpoint,
            finalized: after.state.finalizedCheckpoint,
            unrealizedJustified: pulledUp.state.currentJustifiedCheckpoint,
            unrealizedFinalized: pulledUp.state.finalizedCheckpoint
        )
        states[root] = after.state
        try supplyBalances([choice.justified, choice.unrealizedJustified])
        try store.onBlock(choice, execution: (verdicts[choice.executionBlockHash] ?? .valid).status)
        for attestation in block.body.attestations {
            try store.onAttestation(
                attestation.data,
                indices: try after.getAttestingIndices(attestation),
                from: .block
            )
        }
        for slashing in block.body.attesterSlashings { try store.onAttesterSlashing(slashing) }
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
}
