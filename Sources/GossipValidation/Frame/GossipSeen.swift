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

    var proposerSlots: BoundedMemory<Duty, Void>
    var aggregatorEpochs: BoundedMemory<Duty, Void>
    var attesterEpochs: BoundedMemory<Duty, Void>
    var aggregateBits: BoundedMemory<Part, SeenBits>
    var voluntaryExits: BoundedMemory<ValidatorIndex, Void>
    var proposerSlashings: BoundedMemory<ValidatorIndex, Void>
    var attesterSlashings: BoundedMemory<ValidatorIndex, Void>
    var contributors: BoundedMemory<Duty, Void>
    var contributionBits: BoundedMemory<Part, SeenBits>
    var syncCommitteeMessages: BoundedMemory<Duty, Void>
    var blsToExecutionChanges: BoundedMemory<ValidatorIndex, Void>
    var blobSidecars: BoundedMemory<Duty, Void>
    var columnsOfProposers: BoundedMemory<Duty, Void>
    var columnHeaders: BoundedMemory<Root, PartialDataColumnHeader>
    var columns: BoundedMemory<Part, Void>
    var payloadEnvelopes: BoundedMemory<Part, Void>
    /// Gas limits of the payloads seen, by block hash.
    var payloadGasLimits: BoundedMemory<Hash32, UInt64>
    var payloadAttesters: BoundedMemory<Duty, Void>
    var bids: BoundedMemory<Bid, Void>
    /// The highest value bid for a slot on a parent; of no builder.
    var bestBids: BoundedMemory<Bid, Gwei>
    var proposerPreferences: BoundedMemory<Part, ProposerPreferences>
    var inclusionLists: BoundedMemory<Part, Int>
    let limits: Limits

    public init(limits: Limits = Limits()) {
        self.limits = limits
        proposerSlots = .init(limit: limits.blocks)
        aggregatorEpochs = .init(limit: limits.duties)
        attesterEpochs = .init(limit: limits.duties)
        aggregateBits = .init(limit: limits.blocks)
        voluntaryExits = .init(limit: limits.operations)
        proposerSlashings = .init(limit: limits.operations)
        attesterSlashings = .init(limit: limits.operations)
        contributors = .init(limit: limits.blocks)
        contributionBits = .init(limit: limits.blocks)
        syncCommitteeMessages = .init(limit: limits.blocks)
        blsToExecutionChanges = .init(limit: limits.operations)
        blobSidecars = .init(limit: limits.blocks)
        columnsOfProposers = .init(limit: limits.blocks)
        columnHeaders = .init(limit: limits.blocks)
        columns = .init(limit: limits.blocks)
        payloadEnvelopes = .init(limit: limits.blocks)
        payloadGasLimits = .init(limit: limits.blocks)
        payloadAttesters = .init(limit: limits.blocks)
        bids = .init(limit: limits.blocks)
        bestBids = .init(limit: limits.blocks)
        proposerPreferences = .init(limit: limits.blocks)
        inclusionLists = .init(limit: limits.blocks)
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
