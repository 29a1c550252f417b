import BLS
import ConsensusTypes
import Hashing
import SSZ
import Simulation
import StateTransition
import Testing

/// Chains with everything that blocks may carry and everything that may become of them.
@Suite struct EverythingTests {
    static func parameters(_ fork: ForkName, preset: Preset = .minimal) -> SimulationParameters {
        var parameters = SimulationParameters()
        parameters.preset = preset
        parameters.validators = preset.name == "minimal" ? 256 : 512
        parameters.fork = fork
        parameters.seed = 11
        parameters.payloadBytes = 300
        parameters.participation = 0.95
        parameters.skippedSlots = 0.1
        parameters.setOperations(6)
        parameters.blobs = 3
        parameters.builders = 3
        parameters.withheldPayloads = 0.15
        parameters.reorgs = 0.15
        parameters.late = 0.15
        return parameters
    }

    static func messages(
        _ simulator: ChainSimulator,
        _ blocks: Int,
        branches: Int = 1
    ) throws -> [SimulatedMessage] {
        var run = try SimulatedRun(simulator, blocks: blocks, branches: branches)
        var messages: [SimulatedMessage] = []
        while let message = try run.next() { messages.append(message) }
        return messages
    }

    /// Carries every message through a transition that believes nothing; the states by the roots of their blocks.
    @discardableResult
    static func verify(_ messages: [SimulatedMessage], _ simulator: ChainSimulator) throws -> [Root: BeaconState] {
        let caches = TransitionCaches()
        var states: [Root: BeaconState] = [:]
        var claims: [SignatureClaim] = []
        for message in messages {
            let block = message.block
            let state = states[block.message.parentRoot] ?? simulator.anchor
            var transition = Transition(state: state, spec: simulator.spec, caches: caches, signatures: .collect)
            try transition.stateTransition(block)
            if let envelope = message.envelope { try transition.verifyExecutionPayloadEnvelope(envelope) }
            #expect(transition.fork == message.fork)
            claims += transition.signatures.claims
            states[message.root] = transition.state
        }
        var randomness = SystemRandomNumberGenerator()
        try SignatureClaim.verifyTogether(claims, caches: caches, randomness: &randomness)
        return states
    }

    @Test(arguments: [ForkName.deneb, .electra, .fulu, .gloas, .heze])
    func everyForkIsTrue(_ fork: ForkName) throws {
        let simulator = try ChainSimulator(Self.parameters(fork))
        let messages = try Self.messages(simulator, 48)
        let states = try Self.verify(messages, simulator)
        let last = try #require(messages.last { $0.isCanonical })
        let state = try #require(states[last.root])
        #expect(state.forkName == fork)
        #expect(messages.count { $0.isCanonical } == 48)
        #expect(messages.contains { !$0.isCanonical })
        #expect(messages.contains { $0.isLate && $0.isCanonical })
        #expect(state.finalizedCheckpoint.epoch > simulator.anchor.finalizedCheckpoint.epoch)
        #expect(state.slot > simulator.anchor.slot + 48)
        try expectOperations(messages.filter(\.isCanonical), state, simulator)
    }

    /// What was asked for happened, not only stood in a block.
    private func expectOperations(
        _ messages: [SimulatedMessage],
        _ state: BeaconState,
        _ simulator: ChainSimulator
    ) throws {
        let fork = state.forkName
        let bodies = messages.map(\.block.message.body)
        #expect(bodies.reduce(0) { $0 + $1.proposerSlashings.count } == 6)
        #expect(bodies.reduce(0) { $0 + $1.attesterSlashings.count } == 6)
        #expect(bodies.reduce(0) { $0 + $1.voluntaryExits.count } == 6)
        #expect(bodies.reduce(0) { $0 + $1.blsToExecutionChanges.count } == 6)
        let validators = Array(state.validators)
        #expect(validators.count { $0.slashed } == 18)
        #expect(validators[..<256].count { $0.exitEpoch != farFutureEpoch } >= 18 + 6 + 6)
        let blobs =
            fork < .gloas
            ? bodies.map(\.blobKzgCommitments.count)
            : bodies.map(\.signedExecutionPayloadBid.message.blobKzgCommitments.count)
        #expect(Set(blobs) == [0, 1, 2, 3])

        let payouts =
            fork < .gloas
            ? bodies.flatMap(\.executionPayload.withdrawals)
            : messages.compactMap(\.envelope).flatMap(\.message.payload.withdrawals)
        #expect(payouts.contains { $0.amount > 31_000_000_000 })
        #expect(payouts.contains { $0.amount < 1_000_000_000 })
        guard fork >= .electra else {
            #expect(bodies.reduce(0) { $0 + $1.deposits.count } == 6)
            return #expect(validators.count == 259)
        }
        let requests =
            fork < .gloas
            ? bodies.map(\.executionRequests) : messages.compactMap(\.envelope).map(\.message.executionRequests)
        #expect(requests.reduce(0) { $0 + $1.deposits.count } == 6)
        #expect(requests.reduce(0) { $0 + $1.withdrawals.count } == 6)
        #expect(requests.reduce(0) { $0 + $1.consolidations.count } == 6)
        #expect(state.pendingConsolidations.count == 4)
        #expect(state.pendingPartialWithdrawals.contains { $0.amount == 3_000_000_000 })
        #expect(validators.count { $0.hasCompoundingWithdrawalCredential } == 6 + 3 + 2)
        guard fork >= .gloas else { return }
        #expect(messages.contains { $0.envelope == nil })
        let bids = bodies.map(\.signedExecutionPayloadBid.message)
        #expect(bids.contains { $0.value > 0 } && bids.contains { $0.value == 0 })
        #expect(bodies.contains { !$0.payloadAttestations.isEmpty })
        #expect(state.builders.contains { $0.withdrawableEpoch != farFutureEpoch })
        #expect(payouts.contains { $0.validatorIndex >= 1 << 40 })
    }

    @Test func forksAreUpgradedWithinARun() throws {
        var parameters = Self.parameters(.deneb)
        parameters.upgrades = [(.electra, 1), (.fulu, 2), (.gloas, 4), (.heze, 5)]
        let simulator = try ChainSimulator(parameters)
        let messages = try Self.messages(simulator, 60)
        let states = try Self.verify(messages, simulator)
        #expect(Set(messages.map(\.fork)) == [.deneb, .electra, .fulu, .gloas, .heze])
        let state = try #require(messages.last { $0.isCanonical }.flatMap { states[$0.root] })
        #expect(state.forkName == .heze)
        #expect(state.builders.count == 3)
        #expect(state.finalizedCheckpoint.epoch > simulator.parameters.firstEpoch + 2)
    }

    @Test(arguments: [ForkName.deneb, .electra, .fulu, .gloas])
    func theMainnetPresetIsTrue(_ fork: ForkName) throws {
        let simulator = try ChainSimulator(Self.parameters(fork, preset: .mainnet))
        try Self.verify(try Self.messages(simulator, 8), simulator)
    }

    @Test(arguments: [ForkName.deneb, .gloas])
    func theSameSeedGivesTheSameBytes(_ fork: ForkName) throws {
        var parameters = Self.parameters(fork)
        parameters.upgrades = fork == .deneb ? [(.electra, 1)] : []
        parameters.hasSidecars = fork == .deneb
        func bytes() throws -> [[UInt8]] {
            let simulator = try ChainSimulator(parameters)
            let messages = try Self.messages(simulator, 14, branches: 2)
            return [simulator.anchor.encoded(in: simulator.spec.context(fork))]
                + messages.flatMap { message in
                    let context = simulator.spec.context(message.fork)
                    return [message.block.encoded(in: context)] + message.sidecars.map(\.ssz)
                        + (message.envelope.map { [$0.encoded(in: context)] } ?? [])
                }
        }
        #expect(try bytes() == bytes())
    }

    /// Nobody signs on two branches: no two votes of a validator for one epoch, no two blocks of a proposer for a slot.
    @Test(arguments: [ForkName.deneb, .fulu, .gloas])
    func disjointBranchesShareNobody(_ fork: ForkName) throws {
        var parameters = Self.parameters(fork)
        parameters.setOperations(0)
        parameters.branchesAreDisjoint = true
        let simulator = try ChainSimulator(parameters)
        let messages = try Self.messages(simulator, 10, branches: 3)
        try Self.verify(messages, simulator)
        var branchOf: [ValidatorIndex: UInt64] = [:]
        for message in messages {
            var transition = Transition(state: message.tip.state, spec: simulator.spec, signatures: .trust)
            var signers = [message.block.message.proposerIndex]
            for attestation in message.block.message.body.attestations {
                signers += try transition.getAttestingIndices(attestation)
            }
            for signer in signers {
                #expect(branchOf.updateValue(message.branch, forKey: signer) ?? message.branch == message.branch)
            }
        }
        #expect(Set(branchOf.values) == [0, 1, 2])
        #expect(branchOf.count > 150)
    }

    /// Within one branch, too: re-orgs and late blocks make nobody vote twice for an epoch.
    @Test(arguments: [ForkName.electra, .gloas])
    func reorganizationsMakeNobodySlashable(_ fork: ForkName) throws {
        var parameters = Self.parameters(fork)
        parameters.setOperations(0)
        parameters.reorgs = 0.3
        parameters.late = 0.3
        let simulator = try ChainSimulator(parameters)
        struct Duty: Hashable {
            var validator: ValidatorIndex
            var epoch: Epoch
        }
        var votes: [Duty: AttestationData] = [:]
        var proposals: [Slot: Root] = [:]
        let messages = try Self.messages(simulator, 40)
        for message in messages {
            #expect(proposals.updateValue(message.root, forKey: message.block.message.slot) == nil)
            var transition = Transition(state: message.tip.state, spec: simulator.spec, signatures: .trust)
            for attestation in message.block.message.body.attestations {
                for index in try transition.getAttestingIndices(attestation) {
                    let duty = Duty(validator: index, epoch: attestation.data.target.epoch)
                    #expect(votes.updateValue(attestation.data, forKey: duty) ?? attestation.data == attestation.data)
                }
            }
        }
        #expect(messages.count { !$0.isCanonical } > 5)
    }
}
