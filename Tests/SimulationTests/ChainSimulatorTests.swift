import BLS
import ConsensusTypes
import Hashing
import SSZ
import Simulation
import StateTransition
import Testing

@Suite struct ChainSimulatorTests {
    static func parameters(_ fork: ForkName) -> SimulationParameters {
        var parameters = SimulationParameters()
        parameters.preset = .minimal
        parameters.validators = 128
        parameters.fork = fork
        parameters.seed = 7
        parameters.payloadBytes = 1_000
        parameters.participation = 0.9
        return parameters
    }

    /// The blocks of one branch.
    static func chain(_ simulator: ChainSimulator, branch: UInt64 = 0, _ count: Int) throws -> [SignedBeaconBlock] {
        var tip = simulator.tip(branch: branch)
        return try (0..<count).map { _ in try simulator.advance(&tip) }
    }

    /// Carries blocks through a transition that believes nothing and knows nothing yet.
    static func verify(_ blocks: [SignedBeaconBlock], _ simulator: ChainSimulator) throws -> BeaconState {
        var transition = Transition(state: simulator.anchor, spec: simulator.spec, signatures: .collect)
        for block in blocks { try transition.stateTransition(block) }
        var randomness = SystemRandomNumberGenerator()
        try SignatureClaim.verifyTogether(
            transition.signatures.claims,
            caches: transition.caches,
            randomness: &randomness
        )
        return transition.state
    }

    @Test(arguments: [ForkName.deneb, .electra, .fulu])
    func everySignatureAndRootIsTrue(_ fork: ForkName) throws {
        var parameters = Self.parameters(fork)
        parameters.deposits = 5
        parameters.exits = 3
        parameters.skippedSlots = 0.2
        let simulator = try ChainSimulator(parameters)
        let blocks = try Self.chain(simulator, 34)
        let state = try Self.verify(blocks, simulator)
        #expect(state.forkName == fork)
        #expect(state.finalizedCheckpoint.epoch >= 1_025)
        #expect(state.slot > simulator.anchor.slot + 34)
        // Exits and top-ups came through, and new keys stand in order behind the others.
        #expect((0..<3).allSatisfy { state.validators[64 + $0].exitEpoch != farFutureEpoch })
        #expect(state.nextWithdrawalIndex > 0)
        #expect(fork >= .electra || state.validators.count == 131)
        #expect(fork < .electra || blocks[0].message.body.executionRequests.deposits.count == 1)
    }

    @Test func theSameSeedGivesTheSameBytes() throws {
        let first = try ChainSimulator(Self.parameters(.deneb))
        let second = try ChainSimulator(Self.parameters(.deneb))
        #expect(first.anchor == second.anchor)
        #expect(try Self.chain(first, 3) == Self.chain(second, 3))
        var other = Self.parameters(.deneb)
        other.seed = 8
        #expect(try ChainSimulator(other).anchor.validators[0] != first.anchor.validators[0])
    }

    @Test func branchesShareTheirParentAndDiffer() throws {
        let simulator = try ChainSimulator(Self.parameters(.electra))
        let one = try Self.chain(simulator, branch: 0, 4)
        let two = try Self.chain(simulator, branch: 1, 4)
        #expect(one[0].message.parentRoot == two[0].message.parentRoot)
        #expect(one[0].message != two[0].message)
        _ = try Self.verify(two, simulator)
    }

    @Test func withoutFinalityNothingIsJustified() throws {
        var parameters = Self.parameters(.deneb)
        parameters.finalizes = false
        let simulator = try ChainSimulator(parameters)
        let state = try Self.verify(try Self.chain(simulator, 42), simulator)
        #expect(state.finalizedCheckpoint.epoch == 0)
        #expect(state.currentJustifiedCheckpoint.epoch == 0)
    }

    @Test func aLyingSignatureIsFound() throws {
        let simulator = try ChainSimulator(Self.parameters(.deneb))
        var blocks = try Self.chain(simulator, 2)
        blocks[1].signature = blocks[0].signature
        #expect(throws: TransitionError.self) { try Self.verify(blocks, simulator) }
    }

    @Test func parametersAreChecked() {
        for change in [
            { (p: inout SimulationParameters) in p.fork = .capella }, { $0.fork = .phase0 }, { $0.validators = 3 },
            { $0.participation = 1.5 }, { $0.skippedSlots = 0.95 }, { $0.payloadBytes = -1 }, { $0.exits = 100 },
            { $0.deposits = 10_000 },
        ] as [(inout SimulationParameters) -> Void] {
            var parameters = Self.parameters(.deneb)
            change(&parameters)
            #expect(throws: SimulationError.self) { try ChainSimulator(parameters) }
        }
    }

    /// The keys of a progression one by one, across the edge of a block of additions.
    @Test func keysFollowOneAnother() throws {
        let first = try SecretKey(bytes: Bytes32([UInt8](repeating: 1, count: 32)) ?? Bytes32())
        let keys = PublicKey.progression(from: first.publicKey, step: first.publicKey, count: 1_030)
        #expect(keys.count == 1_030)
        var sum = first.publicKey
        for key in keys {
            #expect(key == sum)
            sum = BLS.sum([sum, first.publicKey])
        }
    }
}
