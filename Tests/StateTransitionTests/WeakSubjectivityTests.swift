import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import Testing

/// Weak subjectivity periods against the tables of the specification.
@Suite struct WeakSubjectivityTests {
    private let ether: Gwei = 1_000_000_000

    /// A state of mainnet with `count` active validators of `balance`.
    private func transition(_ fork: ForkName, _ count: Int, balance: Gwei) -> Transition {
        var validator = Validator()
        validator.effectiveBalance = balance
        validator.exitEpoch = farFutureEpoch
        validator.withdrawableEpoch = farFutureEpoch
        var state = BeaconState()
        state.forkName = fork
        state.slot = 320
        state.validators = PersistentList(repeating: validator, count: count)
        state.blockRoots = PersistentList(repeating: Root(), count: 8192)
        return Transition(state: state, spec: .mainnet)
    }

    @Test(
        arguments: [
            (28, 32768, 504), (28, 65536, 752), (28, 131_072, 1248), (28, 262_144, 2241), (28, 1_048_576, 2241),
            (32, 32768, 665), (32, 65536, 1075), (32, 131_072, 1894), (32, 262_144, 3532), (32, 1_048_576, 3532),
        ] as [(Gwei, Int, Epoch)]
    )
    func phase0(average: Gwei, validators: Int, period: Epoch) throws {
        var transition = transition(.phase0, validators, balance: average * ether)
        #expect(try transition.computeWeakSubjectivityPeriod() == period)
    }

    @Test(
        arguments: [
            (1_048_576, 665, 620), (2_097_152, 1075, 911), (4_194_304, 1894, 1348), (8_388_608, 3532, 1348),
            (16_777_216, 3532, 1484), (33_554_432, 3532, 1566),
        ] as [(Int, Epoch, Epoch)]
    )
    func electraAndGloas(total: Int, electra: Epoch, gloas: Epoch) throws {
        for (fork, period) in [(ForkName.electra, electra), (.fulu, electra), (.gloas, gloas), (.heze, gloas)] {
            var transition = transition(fork, total / 2048, balance: 2048 * ether)
            #expect(try transition.computeWeakSubjectivityPeriod() == period, "\(fork.name)")
        }
    }

    @Test func aCheckpointIsGoodForItsPeriod() throws {
        var transition = transition(.gloas, 512, balance: 2048 * ether)
        let checkpoint = Checkpoint(epoch: 10, root: Root())
        transition.state.slot = 321
        #expect(try transition.isWithinWeakSubjectivityPeriod(checkpoint, at: 630))
        #expect(try !transition.isWithinWeakSubjectivityPeriod(checkpoint, at: 631))
        let root = try #require(Root([UInt8](repeating: 1, count: 32)))
        for other in [Checkpoint(epoch: 11, root: Root()), Checkpoint(epoch: 10, root: root)] {
            #expect(throws: TransitionError.self) { try transition.isWithinWeakSubjectivityPeriod(other, at: 11) }
        }
    }

    @Test func noValidatorsAreAnError() {
        var transition = transition(.phase0, 0, balance: 0)
        #expect(throws: TransitionError.self) { try transition.computeWeakSubjectivityPeriod() }
    }
}
