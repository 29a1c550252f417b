public import ConsensusTypes
public import Hashing
internal import StateTransition

/// One block of a run as the network gets it, with what belongs to it.
public struct SimulatedMessage: Sendable {
    public let block: SignedBeaconBlock
    public let fork: ForkName
    public let root: Root
    public let branch: UInt64
    /// Whether it ends up on its branch; the others lose to a block that builds on an older parent.
    public let isCanonical: Bool
    /// Whether it comes after most voters of its slot have voted.
    public let isLate: Bool
    /// Its payload, from gloas on, where it is revealed.
    public let envelope: SignedExecutionPayloadEnvelope?
    public let sidecars: [SimulatedSidecar]
    /// Its branch behind it.
    public let tip: SimulatedTip
}

/// The blocks of all branches in the order of their slots, with those that come late and those that lose.
public struct SimulatedRun: Sendable {
    private let simulator: ChainSimulator
    /// Blocks that each branch has in the end.
    private let blocks: Int
    public private(set) var tips: [SimulatedTip]
    private var waiting: [SimulatedMessage] = []

    /// The validators who follow a block that came late, where that is not most of them.
    private static let minority = 0.3
    /// The blocks in the end before which nothing is re-organized: time for votes to decide.
    private static let quietEnd = 3

    public init(_ simulator: ChainSimulator, blocks: Int, branches: Int = 1) throws(SimulationError) {
        guard branches >= 1, branches <= min(SimulationParameters.branchLimit, simulator.parameters.validators) else {
            throw .parameter(
                "branches",
                expected: "from 1 to \(min(SimulationParameters.branchLimit, simulator.parameters.validators))",
                got: "\(branches)"
            )
        }
        self.simulator = simulator
        self.blocks = blocks
        tips = (0..<UInt64(branches)).map { number in
            var tip = simulator.tip(branch: number)
            tip.branches = UInt64(branches)
            return tip
        }
    }

    /// The next block; `nil` once every branch is as long as it should be.
    public mutating func next() throws(SimulationError) -> SimulatedMessage? {
        if waiting.isEmpty {
            // The branch that is behind goes on, so that slots come in order.
            let unfinished = tips.indices.filter { tips[$0].blocks < blocks }
            guard let branch = unfinished.min(by: { tips[$0].lastBlock < tips[$1].lastBlock }) else { return nil }
            waiting = try step(&tips[branch])
        }
        return waiting.isEmpty ? nil : waiting.removeFirst()
    }

    /// The next block of a branch, behind those that lose to it.
    private func step(_ tip: inout SimulatedTip) throws(SimulationError) -> [SimulatedMessage] {
        let parameters = simulator.parameters
        var chance = Chance(parameters.seed, Purpose.event, tip.lastBlock, tip.branch)
        let isReorganized = chance.happens(parameters.reorgs) && blocks - tip.blocks > Self.quietEnd
        let isLate = chance.happens(parameters.late)
        let key = chance.next()
        guard isReorganized else {
            let made = try message(&tip, isLate: isLate)
            if isLate {
                tip.timely = Electorate(slots: tip.lastBlock..<tip.lastBlock + 1, key: key, share: Self.minority)
            }
            return [made]
        }
        // Few see the losers in time and vote for them; the others vote for the parent until a block builds on it.
        var loser = tip
        loser.variant = key | 1
        var made: [SimulatedMessage] = []
        for _ in 0..<(chance.happens(0.25) ? 2 : 1) {
            made.append(try message(&loser, isLate: true, isCanonical: false))
            if made.count == 1 {
                loser.splits.append(Electorate(slots: loser.lastBlock..<Slot.max, key: key, share: Self.minority))
            }
        }
        let others = Electorate(
            slots: made[0].block.message.slot..<Slot.max,
            key: key,
            share: Self.minority,
            isShare: false
        )
        tip.splits.append(others)
        tip.earliest = loser.lastBlock + 1
        made.append(try message(&tip))
        tip.splits.removeAll()
        return made
    }

    private func message(
        _ tip: inout SimulatedTip,
        isLate: Bool = false,
        isCanonical: Bool = true
    ) throws(SimulationError) -> SimulatedMessage {
        let block = try simulator.advance(&tip)
        let fork = tip.state.forkName
        let root = tip.root ?? Root()
        return SimulatedMessage(
            block: block,
            fork: fork,
            root: root,
            branch: tip.branch,
            isCanonical: isCanonical,
            isLate: isLate,
            envelope: tip.envelope,
            sidecars: simulator.blobs.sidecars(of: block, root: root, fork, in: simulator.spec.context(fork)),
            tip: tip
        )
    }
}
