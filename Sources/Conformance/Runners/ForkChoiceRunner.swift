import ConsensusTypes
import DataAvailability
import ForkChoice
import Hashing
import KZG
import SSZ
import StateTransition
import YAML

extension VectorRunner {
    /// `fork_choice`: ticks, blocks, attestations and slashings one after the other, with checks between them.
    static let forkChoice = VectorRunner("fork_choice") { vector, files in
        if let verdict = beyondTransition(vector) { return verdict }
        var replay = try ForkChoiceReplay(vector, files)
        for (i, step) in try files.yaml("steps").elements.enumerated() {
            do {
                if let verdict = try replay.carryOut(step) { return verdict }
            } catch let mismatch as Mismatch {
                throw Mismatch("step \(i): \(mismatch.what)", expected: mismatch.expected, got: mismatch.got)
            }
        }
        return .passed
    }
}

/// The store of a case, and the states that a node would keep beside it.
private struct ForkChoiceReplay {
    let files: CaseFiles
    let spec: ChainSpec
    let fork: ForkName
    /// The shapes of the case's fork, which all its blocks belong to.
    let context: ShapeContext
    let caches = TransitionCaches()
    let setting: BLSSetting
    var store: ForkChoiceStore
    var states: [Root: BeaconState] = [:]
    var powBlocks: [Hash32: PowBlock] = [:]

    init(_ vector: VectorCase, _ files: CaseFiles) throws {
        self.files = files
        spec = try files.spec(of: vector)
        setting = try files.blsSetting()
        fork = vector.fork
        context = spec.context(vector.fork)
        let state = try BeaconState.decode(try files.ssz("anchor_state"), in: context)
        let block = try BeaconBlock.decode(try files.ssz("anchor_block"), in: context)
        let root = block.hashTreeRoot(in: context)
        try expectEqual("anchor state", expected: block.stateRoot, got: state.hashTreeRoot(in: context))
        let own = Checkpoint(epoch: state.slot / spec.preset.slotsPerEpoch, root: root)
        let anchor = ForkChoiceBlock(
            root: root,
            parentRoot: block.parentRoot,
            slot: block.slot,
            proposerIndex: block.proposerIndex,
            stateRoot: block.stateRoot,
            executionBlockHash: Hash32(),
            justified: own,
            finalized: own,
            unrealizedJustified: own,
            unrealizedFinalized: own
        )
        store = ForkChoiceStore(
            anchor: anchor,
            genesisTime: state.genesisTime,
            balances: ActiveBalances(state, spec: spec),
            spec: spec
        )
        states[root] = state
    }

    /// Does one step; a verdict ends the case.
    mutating func carryOut(_ step: YAMLNode) throws -> Verdict? {
        if let checks = step["checks"] {
            try check(checks)
        } else if let tick = step["tick"] {
            store.onTick(try tick.int * 1000)
        } else if step["pow_block"] != nil {
            return .skipped("the terminal proof-of-work block is not judged yet")
        } else if let name = step["block"] {
            let data = try BlobData(step, files, in: context)
            try judge(step) { replay in try replay.onBlock(try replay.files.ssz(try name.string), data) }
        } else if let name = step["attestation"] {
            try judge(step) { replay in try replay.onAttestation(try replay.files.ssz(try name.string)) }
        } else if let name = step["attester_slashing"] {
            try judge(step) { replay in try replay.onSlashing(try replay.files.ssz(try name.string)) }
        } else {
            throw Mismatch("step", expected: "a known kind", got: try step.entries.map(\.key))
        }
        return nil
    }

    /// Carries something out that must succeed, or fail where the step says `valid: false`; a failure changes nothing.
    private mutating func judge(_ step: YAMLNode, _ body: (inout ForkChoiceReplay) throws -> Void) throws {
        let isValid = try step["valid"]?.bool ?? true
        var next = self
        do {
            try body(&next)
        } catch let error as ForkChoiceError {
            if isValid { throw Mismatch("result", expected: "no error", got: error) }
            return
        } catch let error as DataAvailabilityError {
            if isValid { throw Mismatch("result", expected: "no error", got: error) }
            return
        } catch let error as TransitionError {
            if isValid { throw Mismatch("result", expected: "no error", got: error) }
            return
        }
        if !isValid { throw Mismatch("result", expected: "an error", got: "none") }
        self = next
    }

    private func transition(_ state: BeaconState, signatures policy: SignaturePolicy? = nil) -> Transition {
        Transition(state: state, spec: spec, caches: caches, signatures: policy ?? setting.policy)
    }

    private mutating func onBlock(_ bytes: [UInt8], _ data: BlobData) throws {
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
        try store.onBlock(choice)
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
    private mutating func supplyBalances(_ checkpoints: [Checkpoint]) throws {
        for checkpoint in checkpoints
        where checkpoint.epoch > store.justifiedCheckpoint.epoch && !store.hasBalances(checkpoint) {
            let state = try advance(checkpoint).state
            store.supply(ActiveBalances(state, spec: spec), for: checkpoint)
        }
    }

    private func advance(_ checkpoint: Checkpoint) throws -> Transition {
        guard let base = states[checkpoint.root] else { throw ForkChoiceError.unknownBlock(checkpoint.root) }
        var advanced = transition(base)
        let start = advanced.computeStartSlotAtEpoch(checkpoint.epoch)
        if base.slot < start { try advanced.processSlots(start) }
        return advanced
    }

    private mutating func onAttestation(_ bytes: [UInt8]) throws {
        let attestation = try Attestation.decode(bytes, in: context)
        var target = try advance(attestation.data.target)
        let indexed = try target.getIndexedAttestation(attestation)
        try target.requireValidIndexedAttestation(indexed)
        try store.onAttestation(attestation.data, indices: indexed.attestingIndices, from: .gossip)
    }

    private mutating func onSlashing(_ bytes: [UInt8]) throws {
        let slashing = try AttesterSlashing.decode(bytes, in: context)
        guard let state = states[store.justifiedCheckpoint.root] else {
            throw ForkChoiceError.missingNode(store.justifiedCheckpoint.root)
        }
        var judge = transition(state)
        try judge.requireValidIndexedAttestation(slashing.attestation1)
        try judge.requireValidIndexedAttestation(slashing.attestation2)
        try store.onAttesterSlashing(slashing)
    }

    private mutating func check(_ checks: YAMLNode) throws {
        for entry in try checks.entries {
            let (name, value) = (entry.key, entry.value)
            switch name {
            case "time": try expectEqual(name, expected: try value.int, got: store.timeMs / 1000)
            case "genesis_time": try expectEqual(name, expected: try value.int, got: store.genesisTimeMs / 1000)
            case "head":
                let head = try store.getHead()
                try expectEqual("head.root", expected: try value.member("root").hexBytes, got: head.root.bytes)
                try expectEqual("head.slot", expected: try value.member("slot").int, got: head.slot)
            case "justified_checkpoint": try expectCheckpoint(name, value, store.justifiedCheckpoint)
            case "finalized_checkpoint": try expectCheckpoint(name, value, store.finalizedCheckpoint)
            case "proposer_boost_root":
                try expectEqual(name, expected: try value.hexBytes, got: store.proposerBoostRoot.bytes)
            case "get_proposer_head":
                let head = try store.getHead()
                let proposed = try store.getProposerHead(
                    slot: store.currentSlot,
                    headCommittees: try committees(of: head)
                )
                try expectEqual(name, expected: try value.hexBytes, got: proposed.root.bytes)
            default: throw Mismatch("check", expected: "a known one", got: name)
            }
        }
    }

    /// The members of all committees of a block's slot.
    private func committees(of node: ForkChoiceNode) throws -> [ValidatorIndex] {
        guard let state = states[node.root] else { throw ForkChoiceError.missingNode(node.root) }
        var transition = transition(state)
        var members: [ValidatorIndex] = []
        for index in 0..<(try transition.getCommitteeCountPerSlot(transition.computeEpochAtSlot(node.slot))) {
            members += try transition.getBeaconCommittee(node.slot, index)
        }
        return members
    }

    private func expectCheckpoint(_ name: String, _ expected: YAMLNode, _ got: Checkpoint) throws {
        try expectEqual("\(name).epoch", expected: try expected.member("epoch").int, got: got.epoch)
        try expectEqual("\(name).root", expected: try expected.member("root").hexBytes, got: got.root.bytes)
    }
}
