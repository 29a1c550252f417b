public import ConsensusTypes
public import StateTransition

/// What a simulated chain is to look like.
public struct SimulationParameters: Sendable {
    public var validators = 16_384
    /// In force at the anchor: deneb or a later one.
    public var fork = ForkName.deneb
    /// Later forks, each with the epochs after the anchor's at which it begins; those in between begin with it.
    public var upgrades: [(fork: ForkName, after: UInt64)] = []
    public var preset = Preset.mainnet
    /// Decides everything that looks random.
    public var seed: UInt64 = 0
    /// The share of every committee that votes in time.
    public var participation = 0.99
    /// The share of slots without a block.
    public var skippedSlots = 0.0
    /// The bytes of transactions in every payload.
    public var payloadBytes = 65_536
    /// Whether epochs are justified; where not, half of them vote, and the chain begins with genesis.
    public var finalizes = true
    /// Epochs before the first that is justified; any makes the chain begin with genesis.
    ///
    /// Until then half of the validators vote.
    public var unjustifiedEpochs: UInt64 = 0
    /// Milliseconds of a slot; that of the preset's network where it is not said.
    public var slotMilliseconds: UInt64?

    // What the blocks carry, one of each kind a block until all are in.

    /// Deposits, new keys and top-ups by turns: in the first blocks before electra, one a block as requests since.
    public var deposits = 0
    /// Voluntary exits.
    public var exits = 0
    /// Proposers who signed two headers of a slot.
    public var proposerSlashings = 0
    /// Pairs of validators who voted twice for an epoch, or around an earlier vote, by turns.
    public var attesterSlashings = 0
    /// Changes of credentials from a BLS key to an address.
    public var credentialChanges = 0
    /// Requests to withdraw, a part and all by turns (electra).
    public var withdrawalRequests = 0
    /// Requests to consolidate (electra): two validators into one, and every third to compound.
    public var consolidations = 0
    /// Validators who have left at the anchor and are paid out in full by the sweep.
    public var leavers = 0
    /// The most blobs of a block; fewer where the fork allows fewer.
    public var blobs = 0
    /// Whether proofs are made of the blobs, for sidecars.
    public var hasSidecars = false
    /// Builders of payloads (gloas), who make half of them.
    public var builders = 0
    /// The share of payloads that are never revealed (gloas).
    public var withheldPayloads = 0.0

    // What becomes of blocks.

    /// The share of blocks before which one or two others come too late and lose to it.
    public var reorgs = 0.0
    /// The share of blocks that come after most of their slot's voters have voted.
    public var late = 0.0
    /// Whether each branch has voters and proposers of its own.
    public var branchesAreDisjoint = false

    public init() {}

    /// The share that votes in an epoch, `finalizes` considered.
    func turnout(_ epoch: Epoch) -> Double {
        finalizes && epoch >= firstEpoch + unjustifiedEpochs ? participation : min(participation, 0.5)
    }

    /// Whether the anchor is genesis.
    var beginsWithGenesis: Bool { !finalizes || unjustifiedEpochs > 0 }

    /// The epoch that the anchor begins, which begins an era, too.
    ///
    /// Old enough for exits, and neither the end of a sync committee's period nor of a historical batch near. Without
    /// finality only genesis counts as justified for ever.
    public var firstEpoch: Epoch { beginsWithGenesis ? 0 : 1_024 }

    /// The epoch at which `fork` begins: the anchor's for those that are in force there.
    func epoch(of fork: ForkName) -> Epoch {
        if fork <= self.fork { return firstEpoch }
        let after = upgrades.filter { $0.fork >= fork }.map(\.after).min()
        return after.map { firstEpoch + $0 } ?? farFutureEpoch
    }

    /// The last fork of the chain.
    var lastFork: ForkName { upgrades.map(\.fork).max().map { max($0, fork) } ?? fork }

    /// One more of everything that blocks may carry than fits by chance: `count` of each kind of operation.
    public mutating func setOperations(_ count: Int) {
        deposits = count
        exits = count
        proposerSlashings = count
        attesterSlashings = count
        credentialChanges = count
        withdrawalRequests = count
        consolidations = count
        leavers = count
    }
}

extension SimulationParameters {
    /// The shares below this keep the chain going.
    static let shareLimit = 0.9
    static let depositLimit = 4_096
    static let branchLimit = 1_024

    func check() throws(SimulationError) {
        try checkForks()
        let few = Int(preset.slotsPerEpoch)
        try Self.check("validators", validators, in: few...(1 << 24))
        try Self.check("participation", participation, upTo: 1)
        for (name, share) in [
            ("skipped slots", skippedSlots), ("withheld payloads", withheldPayloads), ("re-orgs", reorgs),
            ("late blocks", late),
        ] {
            try Self.check(name, share, upTo: Self.shareLimit)
        }
        try Self.check("payload bytes", payloadBytes, in: 0...(1 << 23))
        try Self.check("deposits", deposits, in: 0...Self.depositLimit)
        try Self.check("epochs that are not justified", Int(clamping: unjustifiedEpochs), in: 0...(1 << 20))
        try Self.check("blobs", blobs, in: 0...Int(clamping: preset.maxBlobCommitmentsPerBlock))
        try Self.check("builders", builders, in: 0...(1 << 16))
        try Self.check("milliseconds of a slot", Int(clamping: slotMilliseconds ?? 12_000), in: 100...3_600_000)
        for (name, count) in [
            ("exits", exits), ("proposer slashings", proposerSlashings), ("attester slashings", attesterSlashings),
            ("credential changes", credentialChanges), ("withdrawal requests", withdrawalRequests),
            ("consolidations", consolidations), ("leavers", leavers),
        ] {
            try Self.check(name, count, in: 0...validators)
        }
        let roles = Roles(self)
        guard roles.end <= UInt64(validators) else {
            throw .parameter(
                "validators set aside for operations",
                expected: "up to \(validators - validators / 2)",
                got: "\(roles.end - UInt64(validators / 2))"
            )
        }
        guard leavers == 0 || roles.leaver(UInt64(leavers - 1)) < validators / 2 else {
            throw .parameter(
                "leavers",
                expected: "up to \(validators / 2 / Int(clamping: preset.maxWithdrawalsPerPayload))",
                got: "\(leavers)"
            )
        }
    }

    private func checkForks() throws(SimulationError) {
        guard fork >= .deneb else { throw .parameter("fork", expected: "deneb or a later one", got: fork.name) }
        var last: (fork: ForkName, after: UInt64) = (fork, 0)
        for upgrade in upgrades {
            guard upgrade.fork > last.fork, upgrade.after > last.after, upgrade.after < 1 << 32 else {
                throw .parameter(
                    "upgrade",
                    expected: "a fork after \(last.fork.name), more than \(last.after) epochs after the first",
                    got: "\(upgrade.fork.name) after \(upgrade.after)"
                )
            }
            last = upgrade
        }
        // Heze asks for a deposit tree that is done with, and only electra's requests say that it is.
        guard fork >= .electra || lastFork < .heze || deposits > 0 && epoch(of: .electra) < epoch(of: .fulu) else {
            throw .parameter(
                "deposits",
                expected: "some, and epochs of electra, on the way to heze",
                got: "\(deposits)"
            )
        }
    }

    private static func check(_ name: String, _ got: Int, in range: ClosedRange<Int>) throws(SimulationError) {
        guard range.contains(got) else {
            throw .parameter(name, expected: "from \(range.lowerBound) to \(range.upperBound)", got: "\(got)")
        }
    }

    private static func check(_ name: String, _ got: Double, upTo limit: Double) throws(SimulationError) {
        guard got >= 0, got <= limit else { throw .parameter(name, expected: "from 0 to \(limit)", got: "\(got)") }
    }
}

/// Why a chain cannot be made.
public enum SimulationError: Error, Sendable, CustomStringConvertible {
    case parameter(String, expected: String, got: String)
    /// Our own transition refused what was made: a fault of the simulation.
    case transition(TransitionError)
    /// The blobs' commitments could not be made.
    case blobs(String)

    public var description: String {
        switch self {
        case .parameter(let name, let expected, let got): "\(name): expected \(expected), got \(got)"
        case .transition(let error): "\(error)"
        case .blobs(let problem): "blobs: \(problem)"
        }
    }
}
