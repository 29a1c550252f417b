import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

/// Whatever a gloas block says, and whatever state it meets, each step ends with a state or an error.
@Suite struct HostileBuilderTests {
    @Test(arguments: [ForkName.gloas, .heze])
    func damageDoesNotTrap(_ fork: ForkName) throws {
        let spec = SyntheticState.spec(upTo: fork)
        let first = Seed.first / 2
        // By step: how often it was taken, how often refused.
        var ended: [String: (taken: Int, refused: Int)] = [:]
        for seed in first..<first + 400 {
            var random = SplitMix64(seed: seed)
            var scene = try Scene(fork, spec, &random)
            for _ in 0..<random.next() % 4 { scene.damage(&random) }
            for step in Scene.steps {
                var transition = Transition(state: scene.state, spec: spec, signatures: .trust)
                do throws(TransitionError) {
                    try step.run(&transition, scene)
                    ended[step.name, default: (0, 0)].taken += 1
                } catch {
                    ended[step.name, default: (0, 0)].refused += 1
                    #expect(!error.description.isEmpty)
                }
            }
        }
        for step in Scene.steps {
            // Neither outcome may be the only one: then the damage, or the block, would be no test.
            let outcome = ended[step.name] ?? (0, 0)
            #expect(outcome.taken > 20, "\(step.name), seeds from \(first)")
            // Requests are passed over rather than refused.
            if !["deposit", "exit", "slashing"].contains(step.name) {
                #expect(outcome.refused > 5, "\(step.name), seeds from \(first)")
            }
        }
    }

    @Test func slashingAProposerDropsThePaymentsForItsBlocks() throws {
        let spec = SyntheticState.spec(upTo: .gloas)
        var random = SplitMix64(seed: 4)
        let state = SyntheticState.withBuilders(.gloas, validators: 6, using: &random)
        for index in 0..<6 as Range<UInt64> {
            var transition = Transition(state: state, spec: spec)
            try transition.slashValidator(index)
            for (before, after) in zip(state.builderPendingPayments, transition.state.builderPendingPayments) {
                #expect(after == (before.proposerIndex == index ? BuilderPendingPayment() : before))
            }
        }
        #expect(Set(state.builderPendingPayments.map(\.proposerIndex)).count > 3)
    }

    /// A state and a block that fit each other, until they are damaged.
    private struct Scene {
        var state: BeaconState
        var block = BeaconBlock()
        var deposit = BuilderDepositRequest()
        var exit = BuilderExitRequest()
        var attestation = Attestation()
        var votes = PayloadAttestation()
        var envelope = SignedExecutionPayloadEnvelope()
        var parentSlot: Slot

        struct Step: Sendable {
            let name: String
            let run: @Sendable (inout Transition, Scene) throws(TransitionError) -> Void
        }

        static let steps: [Step] = [
            Step(name: "parent") { (t, s) throws(TransitionError) in try t.processParentExecutionPayload(s.block) },
            Step(name: "requests") { (t, s) throws(TransitionError) in
                try t.applyParentExecutionPayload(s.block.body.parentExecutionRequests)
            },
            Step(name: "withdrawals") { (t, _) throws(TransitionError) in try t.processWithdrawals() },
            Step(name: "bid") { (t, s) throws(TransitionError) in
                try t.processExecutionPayloadBid(s.block.body.signedExecutionPayloadBid)
            },
            Step(name: "attestation") { (t, s) throws(TransitionError) in
                try t.processAttestation(s.attestation, parentSlot: s.parentSlot)
            },
            Step(name: "votes") { (t, s) throws(TransitionError) in try t.processPayloadAttestation(s.votes) },
            Step(name: "envelope") { (t, s) throws(TransitionError) in
                try t.verifyExecutionPayloadEnvelopeSignature(s.envelope)
            },
            Step(name: "deposit") { (t, s) throws(TransitionError) in try t.processBuilderDepositRequest(s.deposit) },
            Step(name: "exit") { (t, s) throws(TransitionError) in try t.processBuilderExitRequest(s.exit) },
            Step(name: "slashing") { (t, s) throws(TransitionError) in
                try t.slashValidator(s.state.latestBlockHeader.proposerIndex)
            },
        ]

        init(_ fork: ForkName, _ spec: ChainSpec, _ random: inout SplitMix64) throws {
            state = SyntheticState.withBuilders(fork, validators: 40, using: &random)
            let context = spec.context(fork)
            parentSlot = state.slot - 1
            state.latestBlockHeader.slot = parentSlot
            let index = random.next() % UInt64(state.builders.count)
            deposit.pubkey = state.builders[Int(index)].pubkey
            deposit.amount = random.next() % 1_000_000_000
            deposit.withdrawalCredentials.withUnsafeMutableBytes { $0[0] = Constants.builderWithdrawalPrefix }
            exit.pubkey = deposit.pubkey
            exit.sourceAddress = state.builders[Int(index)].executionAddress
            block.body.parentExecutionRequests.builderDeposits = [deposit]
            block.body.parentExecutionRequests.builderExits = [exit]
            state.latestExecutionPayloadBid.executionRequestsRoot = block.body.parentExecutionRequests.hashTreeRoot(
                in: context
            )

            var transition = Transition(state: state, spec: spec)
            var bid = ExecutionPayloadBid()
            bid.builderIndex = random.next() % 2 == 0 ? index : Constants.builderIndexSelfBuild
            bid.value = bid.builderIndex == index ? random.next() % 1_000_000_000 : 0
            bid.slot = state.slot
            bid.parentBlockHash = state.latestBlockHash
            bid.blockHash = SyntheticState.root(&random)
            bid.parentBlockRoot = try transition.getBlockRootAtSlot(state.slot - 1)
            bid.prevRandao = transition.getRandaoMix(transition.currentEpoch)
            block.body.signedExecutionPayloadBid.message = bid
            if bid.value == 0 {
                block.body.signedExecutionPayloadBid.signature.withUnsafeMutableBytes { $0[0] = 0xC0 }
            }

            let slot = state.slot - 1 - random.next() % 3
            attestation.data.slot = slot
            attestation.data.target = Checkpoint(
                epoch: transition.currentEpoch,
                root: try transition.getBlockRoot(transition.currentEpoch)
            )
            attestation.data.source = state.currentJustifiedCheckpoint
            attestation.data.beaconBlockRoot = try transition.getBlockRootAtSlot(slot)
            let shuffling = try transition.shuffling(transition.currentEpoch)
            attestation.committeeBits = Bitvector(
                (0..<spec.preset.maxCommitteesPerSlot).map { $0 < shuffling.committeesPerSlot }
            )
            var members = 0
            for index in 0..<shuffling.committeesPerSlot {
                members += shuffling.committee(slot: slot, index: index).count
            }
            attestation.aggregationBits = Bitlist(Array(repeating: true, count: members))

            votes.data.slot = state.slot - 1
            votes.data.beaconBlockRoot = state.latestBlockHeader.parentRoot
            votes.aggregationBits = Bitvector((0..<spec.preset.ptcSize).map { _ in random.next() % 2 == 0 })
            envelope.message.builderIndex = bid.builderIndex
        }

        /// A number at which arithmetic or an index is likely to go wrong.
        private static func extreme(_ random: inout SplitMix64) -> UInt64 {
            switch random.next() % 5 {
            case 0: 0
            case 1: .max - random.next() % 2
            case 2: 1 << (random.next() % 64)
            case 3: random.next()
            default: random.next() % 100
            }
        }

        mutating func damage(_ random: inout SplitMix64) {
            let value = Self.extreme(&random)
            let short = Int(random.next() % 12)
            let paths: [WritableKeyPath<Scene, UInt64>] = [
                \.state.slot, \.state.nextWithdrawalIndex, \.state.nextWithdrawalBuilderIndex,
                \.state.nextWithdrawalValidatorIndex, \.state.latestBlockHeader.slot,
                \.state.latestBlockHeader.proposerIndex, \.state.finalizedCheckpoint.epoch,
                \.state.latestExecutionPayloadBid.value, \.state.latestExecutionPayloadBid.builderIndex,
                \.block.body.signedExecutionPayloadBid.message.value,
                \.block.body.signedExecutionPayloadBid.message.slot,
                \.block.body.signedExecutionPayloadBid.message.builderIndex, \.envelope.message.builderIndex,
                \.attestation.data.slot, \.attestation.data.index, \.attestation.data.target.epoch,
                \.votes.data.slot, \.parentSlot, \.deposit.amount,
            ]
            switch random.next() % 10 {
            case 0: state.builderPendingPayments = Array(state.builderPendingPayments.prefix(short))
            case 1: state.executionPayloadAvailability = Bitvector(count: short)
            case 2: state.ptcWindow = Array(state.ptcWindow.prefix(short))
            case 3: state.builders = PersistentList(Array(state.builders).prefix(short))
            case 4: votes.aggregationBits = Bitvector(count: short)
            case 5:
                for i in state.builders.indices {
                    state.builders.update(at: i) {
                        $0.balance = random.next() % 2 == 0 ? value : $0.balance
                        $0.withdrawableEpoch = random.next() % 2 == 0 ? value : $0.withdrawableEpoch
                    }
                }
            case 6:
                for i in state.builderPendingPayments.indices {
                    state.builderPendingPayments[i].weight = value
                    state.builderPendingPayments[i].withdrawal.amount = value
                    state.builderPendingPayments[i].withdrawal.builderIndex = value
                }
                for i in state.builderPendingWithdrawals.indices {
                    state.builderPendingWithdrawals.update(at: i) { $0.builderIndex = value }
                }
            case 7: for i in state.ptcWindow.indices { state.ptcWindow[i][0] = value }
            default: self[keyPath: paths.at(random.next())] = value
            }
        }
    }
}
