public import ConsensusTypes
public import Hashing
internal import StateTransition

/// The end of a branch.
public struct SimulatedTip: Sendable {
    var transition: Transition
    let branch: UInt64
    /// How many branches there are, where they matter to this one.
    var branches: UInt64?
    /// The slot of the last block.
    var lastBlock: Slot
    /// Tells branches apart that begin with one block of a branch.
    var variant: UInt64 = 0
    /// The next block has at least this slot.
    var earliest: Slot = 0
    /// Those who see another branch for some slots.
    var splits: [Electorate] = []
    /// Those who saw the last block before they voted; `nil` where all did.
    var timely: Electorate?
    /// What became of the payload of the last block.
    var payload = PayloadFate.none
    /// What became of the payload of the block before.
    var parentPayload = PayloadFate.none
    /// What the payload of the last block asks for, from gloas on.
    var requests = ExecutionRequests()
    var carried = Carried()
    /// The envelope of the last block.
    public internal(set) var envelope: SignedExecutionPayloadEnvelope?
    /// Blocks made so far.
    public internal(set) var blocks = 0
    /// The root of the last block; `nil` at the anchor.
    public internal(set) var root: Root?
    /// The root of the state after the last block; `nil` at the anchor.
    public internal(set) var stateRoot: Root?

    init(transition: Transition, branch: UInt64, lastBlock: Slot) {
        self.transition = transition
        self.branch = branch
        self.lastBlock = lastBlock
    }

    /// The state after the last block.
    public var state: BeaconState { transition.state }
}

/// What became of a payload that comes apart from its block.
enum PayloadFate: Sendable {
    /// It does not: the block is of a fork before gloas, or the anchor's.
    case none
    case revealed
    case withheld
}

/// How many operations of each kind a branch carries already.
struct Carried: Sendable {
    var exits: UInt64 = 0
    var proposerSlashings: UInt64 = 0
    var attesterSlashings: UInt64 = 0
    var credentialChanges: UInt64 = 0
    var depositRequests: UInt64 = 0
    var withdrawalRequests: UInt64 = 0
    var consolidations: UInt64 = 0
    var builderDeposits: UInt64 = 0
    /// Blocks since gloas.
    var gloasBlocks: UInt64 = 0

    /// Goes back to what was asked for before: a payload that nobody sees asks for nothing.
    mutating func withdrawRequests(since before: Carried) {
        depositRequests = before.depositRequests
        withdrawalRequests = before.withdrawalRequests
        consolidations = before.consolidations
        builderDeposits = before.builderDeposits
    }
}

/// A share of the validators for some slots, decided by the seed.
struct Electorate: Sendable {
    var slots: Range<Slot>
    /// What decides who belongs to the share.
    var key: UInt64
    var share: Double
    /// Whether those of the share are meant, or the others.
    var isShare = true

    func has(_ validator: ValidatorIndex) -> Bool {
        var chance = Chance(key, Purpose.voter, validator)
        return chance.happens(share) == isShare
    }
}
