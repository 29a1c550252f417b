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
            executionBlockHash: block.body.executionPayload.blockHash,
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
    mutating func judge(_ step: YAMLNode, _ body: (inout ForkChoiceReplay) throws -> Void) throws {
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

    func transition(_ state: BeaconState, signatures policy: SignaturePolicy? = nil) -> Transition {
        var made = Transition(
            state: state,
            spec: spec,
            caches: caches,
            engine: ScriptedEngine(verdicts: verdicts),
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
