import BLS
import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

@Suite struct InclusionListTests {
    private static func transition(validators: Int, keys: [BLSPubkey] = []) -> Transition {
        let spec = SyntheticState.spec(upTo: .heze)
        var random = SplitMix64(seed: 21)
        let state = SyntheticState.withBuilders(.heze, validators: validators, keys: keys, using: &random)
        return Transition(state: state, spec: spec)
    }

    /// With 24 validators a slot has fewer attesters than the committee seats, with 400 more than one committee.
    @Test(arguments: [24, 400])
    func committeeIsTheSlotsAttestersInTurn(validators: Int) throws {
        var transition = Self.transition(validators: validators)
        for slot in 80..<96 as Range<UInt64> {
            var attesters: [ValidatorIndex] = []
            for index in 0..<(try transition.getCommitteeCountPerSlot(slot / 8)) {
                attesters += try transition.getBeaconCommittee(slot, index)
            }
            let committee = try transition.getInclusionListCommittee(slot)
            #expect(committee.count == 16)
            #expect(committee == (0..<16).map { attesters[$0 % attesters.count] })
        }
    }

    @Test func nobodyActiveMeansNoCommittee() {
        var transition = Self.transition(validators: 8)
        for i in 0..<8 { transition.state.validators.update(at: i) { $0.exitEpoch = 1 } }
        #expect(throws: TransitionError.self) { try transition.getInclusionListCommittee(80) }
    }

    @Test func listsAreSignedForTheForkOfTheirSlot() throws {
        var bytes = Bytes32()
        bytes.withUnsafeMutableBytes { $0[31] = 5 }
        let key = try SecretKey(bytes: bytes)
        let transition = Self.transition(validators: 8, keys: [key.publicKey.compressed])
        func refusal(_ fork: ForkName, of validator: ValidatorIndex) -> TransitionError? {
            var transition = transition
            var signed = SignedInclusionList()
            signed.message = InclusionList(
                slot: 87,
                validatorIndex: validator,
                dependentRoot: Root(),
                transactions: [[1, 2], [3]]
            )
            let domain = transition.spec.computeDomain(
                .inclusionListCommittee,
                forkVersion: transition.spec.forkVersion(fork),
                genesisValidatorsRoot: transition.state.genesisValidatorsRoot
            )
            signed.signature = key.sign(transition.computeSigningRoot(signed.message, domain)).compressed
            do throws(TransitionError) {
                try transition.requireValidInclusionListSignature(signed)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(.heze, of: 2) == nil)
        #expect(refusal(.gloas, of: 2)?.kind == .signature)
        #expect(refusal(.heze, of: 8)?.subject == "validator index")
    }
}
