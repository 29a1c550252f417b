public import ConsensusTypes
internal import Hashing
public import SSZ

/// One state on its way through the spec's functions, with what they share.
///
/// A value: copying it copies the state's references, not the state. The spec's functions are methods of it, under
/// their spec names, in files named after their step. Read-only ones also serve fork choice and the API.
public struct Transition: Sendable {
    public var state: BeaconState
    public let spec: ChainSpec
    /// Results that depend on an epoch or a key only, shared by all transitions of a chain.
    public let caches: TransitionCaches
    /// Who judges execution payloads.
    public let engine: any ExecutionEngine
    /// What happens to the signatures met on the way.
    public var signatures: SignatureLedger

    /// The total active balance of an epoch of this state, once computed; see `getTotalActiveBalance`.
    var totalActiveBalance: (epoch: Epoch, balance: Gwei)?
    /// The effective balances of an epoch of this state, once needed; see `effectiveBalancesOfEpoch`.
    var effectiveBalances: (epoch: Epoch, balances: [Gwei])?
    /// The registry of the epoch that begins, as the end of the last one found it; see `keepNextRegistry`.
    var nextRegistry: (epoch: Epoch, registry: RegistrySummary)?
    /// The base reward of an epoch, once computed; see `getBaseRewardPerIncrement`.
    var baseRewardPerIncrement: (epoch: Epoch, reward: Gwei)?
    /// The end of the exit queue as the last exit of an epoch left it; see `initiateValidatorExit`.
    var exitQueueOfEpoch: (epoch: Epoch, queue: ExitQueue)?
    /// Keys that this state's registry has at another index than the shared table; see `validatorIndex(of:)`.
    var ownPubkeys: (checked: Int, indices: [BLSPubkey: ValidatorIndex])?
    /// The proposer of a slot of this state, once computed; see `getBeaconProposerIndex`.
    var proposer: (slot: Slot, index: ValidatorIndex)?
    /// Shufflings used so far, by epoch: saves asking the shared cache.
    var shufflings: [Epoch: Shuffling] = [:]

    public init(
        state: BeaconState,
        spec: ChainSpec,
        caches: TransitionCaches = TransitionCaches(),
        engine: any ExecutionEngine = OptimisticEngine(),
        signatures: SignaturePolicy = .verifyEach
    ) {
        self.state = state
        self.spec = spec
        self.caches = caches
        self.engine = engine
        self.signatures = SignatureLedger(policy: signatures)
    }

    public var fork: ForkName { state.forkName }
    public var preset: Preset { spec.preset }
    public var config: Config { spec.config }
    /// The shapes of the state's fork.
    public var context: ShapeContext { spec.context(state.forkName) }
}

/// Judges execution payloads.
///
/// Spec: `ExecutionEngine`.
public protocol ExecutionEngine: Sendable {
    /// Spec: `verify_and_notify_new_payload`: `false` when the payload is invalid.
    func verifyAndNotifyNewPayload(_ request: NewPayloadRequest) -> Bool
    /// Spec: `is_inclusion_list_satisfied` (heze): whether the payload has the transactions that it had room for.
    func isInclusionListSatisfied(_ payload: ExecutionPayload, _ transactions: [[UInt8]]) -> Bool
}

extension ExecutionEngine {
    /// As the spec has it for a payload not validated yet.
    public func isInclusionListSatisfied(_ payload: ExecutionPayload, _ transactions: [[UInt8]]) -> Bool { true }
}

/// Takes every payload for valid, as a node does whose engine is still syncing.
public struct OptimisticEngine: ExecutionEngine {
    public init() {}
    public func verifyAndNotifyNewPayload(_ request: NewPayloadRequest) -> Bool { true }
}
