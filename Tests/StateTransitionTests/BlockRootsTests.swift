import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

@Suite struct BlockRootsTests {
    /// A block with something in every part that is hashed apart.
    private func block(_ seed: UInt64) -> BeaconBlock {
        var random = SplitMix64(seed: seed)
        var block = BeaconBlock()
        block.slot = random.next() % 1_000_000
        block.proposerIndex = random.next()
        block.parentRoot = SyntheticState.root(&random)
        block.stateRoot = SyntheticState.root(&random)
        block.body.graffiti = SyntheticState.root(&random)
        block.body.executionPayload.logsBloom = [UInt8](repeating: 3, count: 256)
        block.body.executionPayload.blockHash = SyntheticState.root(&random)
        block.body.executionPayload.transactions = (0..<random.next() % 5).map { length in
            (0..<length * 40 + 1).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        }
        block.body.executionPayload.withdrawals = (0..<random.next() % 4).map { number in
            var withdrawal = Withdrawal()
            withdrawal.index = number
            return withdrawal
        }
        return block
    }

    @Test(arguments: ForkName.allCases)
    func areTheRootsOfTheParts(_ fork: ForkName) {
        let context = ChainSpec.minimal.context(fork)
        for seed in 0..<8 as Range<UInt64> {
            let block = block(seed)
            let roots = BlockRoots(block, in: context)
            #expect(roots.block == block.hashTreeRoot(in: context), "seed \(seed)")
            #expect(roots.body == block.body.hashTreeRoot(in: context), "seed \(seed)")
            guard fork >= .bellatrix, fork < .gloas else {
                #expect(roots.payload == nil)
                continue
            }
            let payload = block.body.executionPayload
            let fields = Dictionary(
                uniqueKeysWithValues: zip(
                    context.plan(for: ExecutionPayload.self).fieldNames,
                    payload.fieldRoots(in: context)
                )
            )
            #expect(roots.payload?.transactions == fields["transactions"], "seed \(seed)")
            #expect(roots.payload?.withdrawals == fields["withdrawals"] ?? Root(), "seed \(seed)")
        }
    }

    /// Roots of another body, handed in on purpose, turn up wherever the body's hash is asked for: nobody hashes it again.
    @Test func theStepsGoByTheRootsHandedIn() throws {
        let stream = try RecordedStream("fulu-linear")
        let first = try #require(stream.messages.first { $0.state == "included" })
        let signed = try stream.block(first)
        var other = signed.message
        other.body.graffiti = Root([UInt8](repeating: 9, count: 32)) ?? Root()
        other.body.executionPayload.transactions = [[1, 2, 3]]
        let roots = BlockRoots(other, in: stream.spec.context(.fulu))

        var transition = Transition(state: stream.anchor, spec: stream.spec, signatures: .collect)
        try transition.stateTransition(signed, roots: roots, stateRoot: .trust)
        #expect(transition.state.latestBlockHeader.bodyRoot == roots.body)
        #expect(transition.state.latestExecutionPayloadHeader.transactionsRoot == roots.payload?.transactions)
        #expect(
            transition.signatures.claims.first?.message
                == computeSigningRoot(roots.block, transition.getDomain(.beaconProposer))
        )

        var plain = Transition(state: stream.anchor, spec: stream.spec, signatures: .collect)
        try plain.stateTransition(signed)
        #expect(plain.state.latestBlockHeader.bodyRoot == signed.message.body.hashTreeRoot(in: plain.context))
        #expect(plain.state.latestBlockHeader.bodyRoot != roots.body)
    }
}
