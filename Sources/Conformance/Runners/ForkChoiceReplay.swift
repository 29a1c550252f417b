import ConsensusTypes
import DataAvailability
import ForkChoice
import Hashing
import KZG
import SSZ
import StateTransition
import YAML

/// The store of a case, and the states that a node would keep beside it.
struct ForkChoiceReplay {
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
    /// What the execution engine says of a payload; `VALID` of one that is not here.
    var verdicts: [Hash32: PayloadVerdict] = [:]

    init(_ vector: VectorCase, _ files: CaseFiles) throws {
        let context = try files.spec(of: vector).context(vector.fork)
        let state = try BeaconState.decode(try files.ssz("anchor_state"), in: context)
        let block = try BeaconBlock.decode(try files.ssz("anchor_block"), in: context)
        try expectEqual("anchor state", expected: block.stateRoot, got: state.hashTreeRoot(in: context))
        try self.init(vector, files, anchor: block, state)
    }

    /// Begins with an anchor block and the state after it.
    init(_ vector: VectorCase, _ files: CaseFiles, anchor block: BeaconBlock, _ state: BeaconState) throws {
        self.files = files
        spec = try files.spec(of: vector)
        setting = try files.blsSetting()
        fork = vector.fork
        context = spec.context(vector.fork)
        let root = block.hashTreeRoot(in: context)
        let own = Checkpoint(epoch: state.slot / spec.preset.slotsPerEpoch, root: root)
        let anchor = ForkChoiceBlock(
            root: root,
            parentRoot: block.parentRoot,
            slot: block.slot,
            proposerIndex: block.proposerIndex,
            stateRoot: block.stateRoot,
            executionBlockHash: ForkChoiceReplay.executionBlockHash(of: block, fork),
            parentExecutionBlockHash: block.body.signedExecutionPayloadBid.message.parentBlockHash,
            justified: own,
            finalized: own,
            unrealizedJustified: own,
            unrealizedFinalized: own
        )
        var transition = Transition(state: state, spec: spec, caches: caches, signatures: .trust)
        store = ForkChoiceStore(
            anchor: anchor,
            genesisTime: state.genesisTime,
            balances: ActiveBalances(state, spec: spec),
            committees: try ForkChoiceReplay.committees(of: state.slot, &transition),
            spec: spec
        )
        states[root] = state
    }

    /// Does one step; a verdict ends the case.
    mutating func carryOut(_ step: YAMLNode) throws -> Verdict? {
        if let checks = step["checks"] {
            try check(checks)
        } else if let tick = step["tick"] {
            try judge(step, "tick") { replay in replay.store.onTick(try tick.int * 1000) }
        } else if let name = step["pow_block"] {
            try judge(step, "pow_block") { replay in try replay.onPowBlock(try replay.files.ssz(try name.string)) }
        } else if let name = step["block"] {
            if fork >= .gloas, let key = ["blobs", "proofs", "columns"].first(where: { step[$0] != nil }) {
                throw Mismatch("step", expected: "a block since gloas without data", got: key)
            }
            let data = try BlobData(step, files, in: context)
            try judge(step, "block", "blobs", "proofs", "columns") { replay in
                try replay.onBlock(try replay.files.ssz(try name.string), data)
            }
        } else if let name = step["attestation"] {
            try judge(step, "attestation") { replay in
                try replay.onAttestation(try replay.files.ssz(try name.string))
            }
        } else if let name = step["attester_slashing"] {
            try judge(step, "attester_slashing") { replay in
                try replay.onSlashing(try replay.files.ssz(try name.string))
            }
        } else if let name = step["execution_payload"] {
            try judge(step, "execution_payload") { replay in
                try replay.onExecutionPayload(try replay.files.ssz(try name.string))
            }
        } else if let key = ["payload_attestation_message", "payload_attestation"].first(where: { step[$0] != nil }) {
            let name = try step.member(key).string
            try judge(step, key) { replay in try replay.onPayloadAttestation(try replay.files.ssz(name)) }
        } else if let name = step["inclusion_list"] {
            try judge(step, "inclusion_list") { replay in
                try replay.onInclusionList(try replay.files.ssz(try name.string))
            }
        } else {
            throw Mismatch("step", expected: "a known kind", got: try step.entries.map(\.key))
        }
        return nil
    }

    /// Carries something out that must succeed, or fail where the step says `valid: false`; a failure changes nothing.
    ///
    /// A step with a key that is not among `keys` fails: what is not understood is not carried out.
    mutating func judge(
        _ step: YAMLNode,
        _ keys: String...,
        body: (inout ForkChoiceReplay) throws -> Void
    ) throws {
        for key in try step.entries.map(\.key) where key != "valid" && !keys.contains(key) {
            throw Mismatch("step", expected: "keys among \(keys)", got: key)
        }
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

    var engine: any ExecutionEngine { ScriptedEngine(verdicts: verdicts) }

    func transition(_ state: BeaconState, signatures policy: SignaturePolicy? = nil) -> Transition {
        var made = Transition(
            state: state,
            spec: spec,
            caches: caches,
            engine: engine,
            signatures: policy ?? setting.policy
        )
        made.signatures.believesDeposits = setting == .ignored
        return made
    }
}

/// An engine that knows its answers beforehand.
private struct ScriptedEngine: ExecutionEngine {
    let verdicts: [Hash32: PayloadVerdict]

    func verifyAndNotifyNewPayload(_ request: NewPayloadRequest) -> Bool {
        verdicts[request.executionPayload.blockHash]?.status != .invalidated
    }
}
