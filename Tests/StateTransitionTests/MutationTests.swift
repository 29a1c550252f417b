import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

/// Blocks and states with random bytes changed: the transition may refuse them or not, but must not trap.
@Suite struct MutationTests {
    @Test(arguments: ["fulu-linear", "electra-to-fulu"])
    func damagedInputsDoNotTrap(name: String) throws {
        let stream = try RecordedStream(name)
        let seed = Seed.first
        var random = SplitMix64(seed: seed)
        var parent = stream.anchor
        var ended = (accepted: 0, refused: 0, undecodable: 0)
        for message in stream.messages {
            let block = try stream.block(message)
            for _ in 0..<12 {
                do {
                    try Self.run(block, parent, stream.spec, &random)
                    ended.accepted += 1
                } catch is TransitionError {
                    ended.refused += 1
                } catch is SSZError {
                    ended.undecodable += 1
                }
            }
            var transition = Transition(state: parent, spec: stream.spec, signatures: .trust)
            try transition.stateTransition(block, stateRoot: .trust)
            parent = transition.state
        }
        // Each way must be taken, or the test reaches nothing.
        #expect(ended.accepted > 100 && ended.refused > 100, "seed \(seed): \(ended)")
    }

    /// Changes a few bytes of the block or of the state that its slot begins with, then runs the block's steps one by
    /// one: one that refuses must not hide the next from the test.
    private static func run(
        _ signed: SignedBeaconBlock,
        _ parent: BeaconState,
        _ spec: ChainSpec,
        _ random: inout SplitMix64
    ) throws {
        var block = signed.message
        var slots = Transition(state: parent, spec: spec, signatures: .trust)
        if Bool.random(using: &random) {
            slots.state = try damaged(slots.state, slots.context, count: Int.random(in: 1...4, using: &random), &random)
            slots.state.slot = parent.slot
            try slots.processSlots(block.slot)
        } else {
            try slots.processSlots(block.slot)
            if Bool.random(using: &random) {
                slots.state = try damaged(slots.state, slots.context, count: 2, &random)
                slots.state.slot = block.slot
            } else {
                let context = spec.context(slots.state.forkName)
                block = try damaged(block, context, count: Int.random(in: 1...3, using: &random), &random)
            }
        }
        var transition = Transition(state: slots.state, spec: spec, signatures: .trust)
        var first: TransitionError?
        func step(_ body: (inout Transition) throws(TransitionError) -> Void) {
            do throws(TransitionError) { try body(&transition) } catch { first = first ?? error }
        }
        let body = block.body
        step { (t) throws(TransitionError) in try t.processBlockHeader(block) }
        step { (t) throws(TransitionError) in try t.processWithdrawals(body.executionPayload) }
        step { (t) throws(TransitionError) in try t.processExecutionPayload(body) }
        step { (t) throws(TransitionError) in try t.processRandao(body) }
        step { (t) throws(TransitionError) in try t.processEth1Data(body) }
        for slashing in body.proposerSlashings {
            step { (t) throws(TransitionError) in try t.processProposerSlashing(slashing) }
        }
        for slashing in body.attesterSlashings {
            step { (t) throws(TransitionError) in try t.processAttesterSlashing(slashing) }
        }
        for attestation in body.attestations {
            step { (t) throws(TransitionError) in try t.processAttestation(attestation) }
        }
        for deposit in body.deposits { step { (t) throws(TransitionError) in try t.processDeposit(deposit) } }
        for exit in body.voluntaryExits { step { (t) throws(TransitionError) in try t.processVoluntaryExit(exit) } }
        for change in body.blsToExecutionChanges {
            step { (t) throws(TransitionError) in try t.processBLSToExecutionChange(change) }
        }
        for request in body.executionRequests.deposits {
            step { (t) throws(TransitionError) in try t.processDepositRequest(request) }
        }
        for request in body.executionRequests.withdrawals {
            step { (t) throws(TransitionError) in try t.processWithdrawalRequest(request) }
        }
        for request in body.executionRequests.consolidations {
            step { (t) throws(TransitionError) in try t.processConsolidationRequest(request) }
        }
        step { (t) throws(TransitionError) in try t.processSyncAggregate(body.syncAggregate) }
        if let first { throw first }
    }

    /// The value with some bytes of its encoding changed, half of them to all ones or all zeroes.
    private static func damaged<Value: SSZContainer>(
        _ value: Value,
        _ context: ShapeContext,
        count: Int,
        _ random: inout SplitMix64
    ) throws -> Value {
        var bytes = value.encoded(in: context)
        for _ in 0..<count {
            let start = Int.random(in: 0..<bytes.count, using: &random)
            let width = [1, 8].randomElement(using: &random) ?? 1
            let byte: UInt8? = [nil, 0, 0xff].randomElement(using: &random) ?? nil
            for i in start..<min(start + width, bytes.count) {
                bytes[i] = byte ?? UInt8.random(in: 0...255, using: &random)
            }
        }
        return try Value.decode(bytes, in: context)
    }
}
