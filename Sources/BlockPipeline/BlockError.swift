public import ConsensusTypes
public import ForkChoice
public import Hashing
public import SSZ
public import Snappy
public import StateTransition

/// Why a block did not pass a stage, and what that says about it.
public enum BlockError: Error, Sendable, CustomStringConvertible {
    /// The message is no raw snappy of a size that a block may have. Reject it.
    case snappy(SnappyError)
    /// The bytes are no signed block of the fork of its slot. Reject it.
    case ssz(SSZError)
    /// The message is too short to carry a slot. Reject it.
    case tooShort(minimum: Int, got: Int)
    /// The slot belongs to a fork that the network does not have, or lies before its anchor. Reject it.
    case slot(expected: String, got: Slot)
    /// The proposer's signature does not verify: this copy is bad, the root may still be good. Reject it.
    case proposerSignature(proposer: ValidatorIndex, got: BLSSignature)
    /// The transition refuses the block. Reject it and all that build on it.
    case transition(TransitionError)
    /// The execution engine calls the payload invalid, and perhaps some before it. Reject it and all that build on it.
    case payload(TransitionError, latestValidHash: Hash32?)
    /// The execution engine did not answer. Nobody's fault: try again.
    case engine(String)
    /// Fork choice refuses the block: it conflicts with finality, or its time has not come. Ignore it.
    case forkChoice(ForkChoiceError)
    /// The block's blob data cannot be had, or is not what it committed to. Refuse it.
    case dataUnavailable(String)
    /// The block's blob data has not come in time. Try again.
    case dataLate(String)
    /// The payload that the block builds on has not come in time. Try again.
    case payloadLate(of: Root, String)
    /// The execution engine refused the payload that the block builds on. Reject it and all that build on it.
    case payloadRefused(of: Root, String)
    /// The block is on the operator's list of blocks not to take.
    case blocked(Root)
    /// The last of the blocks whose signatures are believed has to be another one. Refuse it and all that build on it.
    case beyondAssumed(expected: Root, got: Root)
    /// The state that the block builds on could not be had. Our own fault: try again.
    case stateUnavailable(Root, String)
    /// The store failed. Our own fault: try again.
    case store(String)

    public var description: String {
        switch self {
        case .snappy(let error): "\(error)"
        case .ssz(let error): "\(error)"
        case .tooShort(let minimum, let got): "message: expected at least \(minimum) bytes, got \(got)"
        case .slot(let expected, let got): "slot: expected \(expected), got \(got)"
        case .proposerSignature(let proposer, let got):
            "verify_block_signature: expected a signature by validator \(proposer), got \(got)"
        case .transition(let error): "\(error)"
        case .payload(let error, _): "\(error)"
        case .engine(let why): "execution engine: \(why)"
        case .forkChoice(let error): "\(error)"
        case .dataUnavailable(let why), .dataLate(let why): why
        case .payloadLate(let root, let why): "expected the payload envelope of block \(root): \(why)"
        case .payloadRefused(let root, let why): "payload of block \(root): \(why)"
        case .blocked(let root): "block \(root) is on the list of blocks not to take"
        case .beyondAssumed(let expected, let got):
            "parent_root: expected \(expected), where belief in signatures ends, got \(got)"
        case .stateUnavailable(let root, let why): "state of block \(root): \(why)"
        case .store(let why): "store: \(why)"
        }
    }

    /// What the failure means for whoever sent the block.
    public enum Consequence: Sendable {
        /// The sender is at fault.
        case reject
        /// Nobody is at fault.
        case ignore
    }

    public var consequence: Consequence {
        switch self {
        case .snappy, .ssz, .tooShort, .slot, .proposerSignature, .transition, .payload, .payloadRefused: .reject
        case .forkChoice, .dataUnavailable, .dataLate, .payloadLate, .blocked, .beyondAssumed, .stateUnavailable,
            .store, .engine:
            .ignore
        }
    }

    /// Whether every copy of the block, under any signature, must fail the same way.
    public var condemnsRoot: Bool {
        switch self {
        case .transition(let error): error.kind != .proposerSignature
        case .dataUnavailable, .blocked, .beyondAssumed, .payload, .payloadRefused: true
        default: false
        }
    }
}
