import ConsensusTypes
import SSZ
import StateTransition

extension BLSSetting {
    /// What a transition does with signatures under this setting; without a need they are verified all the same.
    var policy: SignaturePolicy { self == .ignored ? .trust : .verifyEach }

    /// The same for whole blocks, whose signatures are verified together, as a node does it.
    var blockPolicy: SignaturePolicy { self == .ignored ? .trust : .collect }
}

/// Judges a transition that may refuse: by the post-state's encoding, or by its refusal where there is none.
///
/// Only a `TransitionError` is a refusal; any other error is the vector's or the frame's fault.
func judgeTransition(
    post: [UInt8]?,
    _ transition: Transition,
    _ run: (inout Transition) throws -> Void
) throws -> Verdict {
    var transition = transition
    do {
        try run(&transition)
    } catch let error as TransitionError {
        guard post != nil else { return .passed }
        throw Mismatch("transition", expected: "a post-state", got: error)
    }
    guard let post else { throw Mismatch("transition", expected: "a refusal", got: "a post-state") }
    try expectEqualStates("post", expected: post, got: transition.state, in: transition.context)
    return .passed
}
