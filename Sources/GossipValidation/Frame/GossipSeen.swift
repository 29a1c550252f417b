public import ConsensusTypes
public import Hashing
internal import SSZ

/// What a node has accepted of late, so that the same is not passed on twice.
///
/// A value of bounded size: beyond the limits the oldest is forgotten. Only an accepted message changes it.
///
/// Spec: `Seen`.
public struct GossipSeen: Sendable {
    /// How much is remembered of each kind.
    public struct Limits: Hashable, Sendable {
        /// Messages of which validators send one an epoch or a slot.
        public var duties: Int
        /// Messages of which a validator sends one in its life.
        public var operations: Int
        /// Blocks and what comes with them.
        public var blocks: Int
        /// Bits remembered of one vote's aggregates; beyond, an aggregate may be passed on that tells nothing new.
        public var aggregates: Int

        /// Room for two epochs of a million validators.
        public init(duties: Int = 1 << 21, operations: Int = 1 << 16, blocks: Int = 1 << 14, aggregates: Int = 128) {
            self.duties = duties
            self.operations = operations
            self.blocks = blocks
            self.aggregates = aggregates
        }
    }

    /// A validator in an epoch or a slot, with what else tells its messages apart.
    struct Duty: Hashable {
        /// Slot or epoch.
        var time: UInt64
        var validator: ValidatorIndex
        /// Subnet, subcommittee or index of a sidecar.
        var index: UInt64 = 0
    }

    /// Something of which one vote or one block has several.
    struct Part: Hashable {
        var root: Root
        /// Committee, subcommittee, column, builder or validator.
        var index: UInt64
        var slot: Slot = 0
    }

    /// A bid for a slot on a parent.
    struct Bid: Hashable {
        var slot: Slot
        var parentBlockHash: Hash32
        var parentBlockRoot: Root
        var builder: BuilderIndex?
    }

    var proposerSlots: BoundedMap<Duty, Void>
    var aggregatorEpochs: BoundedMap<Duty, Void>
    var attesterEpochs: BoundedMap<Duty, Void>
    var aggregateBits: BoundedMap<Part, SeenBits>
    var voluntaryExits: BoundedMap<ValidatorIndex, Void>
    var proposerSlashings: BoundedMap<ValidatorIndex, Void>
    var attesterSlashings: BoundedMap<ValidatorIndex, Void>
    var contributors: BoundedMap<Duty, Void>
    var contributionBits: BoundedMap<Part, SeenBits>
    var syncCommitteeMessages: BoundedMap<Duty, Void>
    var blsToExecutionChanges: BoundedMap<ValidatorIndex, Void>
    var blobSidecars: BoundedMap<Duty, Void>
    var columnsOfProposers: BoundedMap<Duty, Void>
    var columnHeaders: BoundedMap<Root, PartialDataColumnHeader>
    var columns: BoundedMap<Part, Void>
    var payloadEnvelopes: BoundedMap<Part, Void>
    /// Gas limits of the payloads seen, by block hash.
    var payloadGasLimits: BoundedMap<Hash32, UInt64>
    var payloadAttesters: BoundedMap<Duty, Void>
    var bids: BoundedMap<Bid, Void>
    /// The highest value bid for a slot on a parent; of no builder.
    var bestBids: BoundedMap<Bid, Gwei>
    var proposerPreferences: BoundedMap<Part, ProposerPreferences>
    var inclusionLists: BoundedMap<Part, Int>
    let limits: Limits

    public init(limits: Limits = Limits()) {
        self.limits = limits
        proposerSlots = .init(capacity: limits.blocks)
        aggregatorEpochs = .init(capacity: limits.duties)
        attesterEpochs = .init(capacity: limits.duties)
        aggregateBits = .init(capacity: limits.blocks)
        voluntaryExits = .init(capacity: limits.operations)
        proposerSlashings = .init(capacity: limits.operations)
        attesterSlashings = .init(capacity: limits.operations)
        contributors = .init(capacity: limits.blocks)
        contributionBits = .init(capacity: limits.blocks)
        syncCommitteeMessages = .init(capacity: limits.blocks)
        blsToExecutionChanges = .init(capacity: limits.operations)
        blobSidecars = .init(capacity: limits.blocks)
        columnsOfProposers = .init(capacity: limits.blocks)
        columnHeaders = .init(capacity: limits.blocks)
        columns = .init(capacity: limits.blocks)
        payloadEnvelopes = .init(capacity: limits.blocks)
        payloadGasLimits = .init(capacity: limits.blocks)
        payloadAttesters = .init(capacity: limits.blocks)
        bids = .init(capacity: limits.blocks)
        bestBids = .init(capacity: limits.blocks)
        proposerPreferences = .init(capacity: limits.blocks)
        inclusionLists = .init(capacity: limits.blocks)
    }

    /// Takes a block in as the first of its slot and proposer; `false` where another was.
    public mutating func insertProposal(_ block: BeaconBlock) -> Bool {
        let duty = Duty(time: block.slot, validator: block.proposerIndex)
        guard !proposerSlots.contains(duty) else { return false }
        proposerSlots.insert(duty)
        return true
    }

    /// Takes in a header of column sidecars that was validated before.
    public mutating func remember(_ header: PartialDataColumnHeader, of block: Root) {
        columnHeaders[block] = header
    }
}

/// The bits of the aggregates seen of one vote; none of them is within another.
struct SeenBits: Sendable {
    private var maximal: [[UInt8]] = []

    /// Spec: `is_non_strict_superset`: whether one of those seen has all of `bits`.
    func cover(_ bits: [UInt8]) -> Bool { maximal.contains { Self.isSubset(bits, of: $0) } }

    mutating func insert(_ bits: [UInt8], limit: Int) {
        maximal.removeAll { Self.isSubset($0, of: bits) }
        if maximal.count < limit { maximal.append(bits) }
    }

    private static func isSubset(_ a: [UInt8], of b: [UInt8]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { $0 & ~$1 == 0 }
    }
}
