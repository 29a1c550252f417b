public import ConsensusTypes
public import StateTransition

/// What a simulated chain is to look like.
public struct SimulationParameters: Sendable {
    public var validators = 16_384
    /// In force from the anchor on: deneb, electra or fulu.
    public var fork = ForkName.deneb
    public var preset = Preset.mainnet
    /// Decides everything that looks random.
    public var seed: UInt64 = 0
    /// The share of every committee that votes in time.
    public var participation = 0.99
    /// The share of slots without a block.
    public var skippedSlots = 0.0
    /// The bytes of transactions in every payload.
    public var payloadBytes = 65_536
    /// Deposits in all, new keys and top-ups by turns: in the first blocks before electra, one a block since.
    public var deposits = 0
    /// Voluntary exits in all, one a block.
    public var exits = 0
    /// Whether epochs are justified; where not, half of them vote, and the chain begins with genesis.
    public var finalizes = true

    public init() {}

    /// The share that votes, `finalizes` considered.
    var turnout: Double { finalizes ? participation : min(participation, 0.5) }

    /// The epoch that the anchor begins.
    ///
    /// Old enough for exits, and neither the end of a sync committee's period nor of a historical batch near. Without
    /// finality only genesis counts as justified for ever.
    var firstEpoch: Epoch { finalizes ? 1_000 : 0 }

    /// The shares below this keep the chain going.
    static let shareLimit = 0.9

    func check() throws(SimulationError) {
        guard fork >= .deneb, fork <= .fulu else {
            throw .parameter("fork", expected: "deneb, electra or fulu", got: fork.name)
        }
        let few = Int(preset.slotsPerEpoch)
        guard validators >= few, validators <= 1 << 24 else {
            throw .parameter("validators", expected: "from \(few) to \(1 << 24)", got: "\(validators)")
        }
        guard participation >= 0, participation <= 1 else {
            throw .parameter("participation", expected: "from 0 to 1", got: "\(participation)")
        }
        guard skippedSlots >= 0, skippedSlots <= Self.shareLimit else {
            throw .parameter("skipped slots", expected: "from 0 to \(Self.shareLimit)", got: "\(skippedSlots)")
        }
        guard payloadBytes >= 0, payloadBytes <= 1 << 23 else {
            throw .parameter("payload bytes", expected: "up to \(1 << 23)", got: "\(payloadBytes)")
        }
        guard deposits >= 0, deposits <= 4_096 else {
            throw .parameter("deposits", expected: "up to 4096", got: "\(deposits)")
        }
        guard exits >= 0, exits <= validators / 2 else {
            throw .parameter("exits", expected: "up to \(validators / 2)", got: "\(exits)")
        }
    }
}

/// Why a chain cannot be made.
public enum SimulationError: Error, Sendable, CustomStringConvertible {
    case parameter(String, expected: String, got: String)
    /// Our own transition refused what was made: a fault of the simulation.
    case transition(TransitionError)

    public var description: String {
        switch self {
        case .parameter(let name, let expected, let got): "\(name): expected \(expected), got \(got)"
        case .transition(let error): "\(error)"
        }
    }
}
