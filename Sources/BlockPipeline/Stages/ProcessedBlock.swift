internal import ConsensusTypes
internal import ForkChoice
internal import Hashing
internal import SSZ
internal import StateTransition

/// Stage 5, first step: a block that the spec's functions went through; its signatures are still claims, and the root of
/// its post-state is not made.
///
/// Each step is pure work that fills a core: run it on the transition executor. The claims and the root do not need each
/// other, so they may be worked on side by side. Shared like its block, and for the same reason.
final class ProcessedBlock: Sendable {
    let signedOff: SignedOffBlock
    let pre: PostState
    let rules: TransitionRules
    /// What the execution engine said of its payload.
    let execution: ExecutionStatus
    /// Epochs that the transition carried the state into; none where that was prepared.
    let boundaries: UInt64
    private let transition: Transition
    private let timing: TransitionedBlock.Timing

    /// Carries `pre`, the parent's post-state, over the slots and through the block.
    ///
    /// - Parameters:
    ///   - prepared: the same state, carried over some of the slots already.
    init(
        _ signedOff: SignedOffBlock,
        pre: PostState,
        prepared: BeaconState? = nil,
        rules: TransitionRules
    ) throws(BlockError) {
        self.signedOff = signedOff
        self.pre = pre
        self.rules = rules
        let asked = AskedEngine(rules.engine)
        var timing = TransitionedBlock.Timing()
        do throws(TransitionError) {
            let block = signedOff.decoded.block
            var clock = Lap()
            var transition = Transition(
                state: prepared ?? pre.state,
                spec: rules.spec,
                caches: rules.caches,
                engine: asked,
                signatures: rules.signatures
            )
            let begun = transition.currentEpoch
            if transition.state.slot < block.slot || prepared == nil { try transition.processSlots(block.slot) }
            boundaries = transition.currentEpoch - begun
            timing.slots = clock.lap()
            let roots = signedOff.decoded.roots
            if !signedOff.isVerified { try transition.verifyBlockSignature(signedOff.decoded.signed, roots: roots) }
            try transition.processBlock(block, roots: roots)
            timing.block = clock.lap()
            self.transition = transition
        } catch {
            throw asked.error(for: error)
        }
        execution = asked.status
        self.timing = timing
    }

    /// Verifies the signatures met on the way; the nanoseconds it took.
    func verifyClaims() throws(BlockError) -> UInt64 {
        var clock = Lap()
        var randomness = SystemRandomness()
        do throws(TransitionError) {
            try SignatureClaim.verifyTogether(
                transition.signatures.claims,
                caches: rules.caches,
                randomness: &randomness
            )
        } catch {
            throw .transition(error)
        }
        return clock.lap()
    }

    /// What came of comparing the post-state's root with the one that the block names.
    enum Proof: Sendable {
        case proven(ProvenBlock)
        case mismatch(StateRootMismatch)
    }

    /// Makes the root of the post-state.
    func proof() -> Proof {
        var timing = timing
        var clock = Lap()
        let decoded = signedOff.decoded
        let stateRoot = transition.stateRoot()
        guard stateRoot == decoded.block.stateRoot else {
            return .mismatch(
                StateRootMismatch(
                    block: decoded,
                    pre: pre.state,
                    post: transition.state,
                    got: stateRoot,
                    spec: rules.spec
                )
            )
        }
        timing.stateRoot = clock.lap()
        let post = PostState(
            transition.state,
            blockRoot: decoded.root,
            stateRoot: stateRoot
        )
        return .proven(
            ProvenBlock(self, transition, post, timing)
        )
    }
}

/// Stage 5, second step: a block whose post-state has the root that the block names.
///
/// That is all that a child's transition needs. Whether the block is valid its signatures decide.
final class ProvenBlock: Sendable {
    let decoded: DecodedBlock
    let post: PostState
    let execution: ExecutionStatus
    let transition: Transition
    let timing: TransitionedBlock.Timing

    init(_ processed: ProcessedBlock, _ transition: Transition, _ post: PostState, _ timing: TransitionedBlock.Timing) {
        decoded = processed.signedOff.decoded
        self.post = post
        execution = processed.execution
        self.transition = transition
        self.timing = timing
    }
}

extension StateRootMismatch {
    /// What the block fails with.
    var error: BlockError {
        .transition(
            TransitionError(
                "state_transition",
                "state_root",
                expected: "\(expected)",
                got: "\(got)",
                kind: .stateRoot
            )
        )
    }
}
