import BLS
import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import Testing

/// Forks that begin together, one after the other, or never.
@Suite struct UpgradeTests {
    private static let keys: [BLSPubkey] = (1...16).compactMap { number in
        var bytes = Bytes32()
        bytes.withUnsafeMutableBytes { $0[31] = UInt8(number) }
        return try? SecretKey(bytes: bytes).publicKey.compressed
    }

    private func spec(_ epochs: [WritableKeyPath<Config, UInt64>: UInt64]) -> ChainSpec {
        var config = Config.minimal
        for (path, epoch) in epochs { config[keyPath: path] = epoch }
        return ChainSpec(preset: .minimal, config: config)
    }

    @Test func allForksInOneEpoch() throws {
        let spec = spec([
            \.altairForkEpoch: 11, \.bellatrixForkEpoch: 11, \.capellaForkEpoch: 11, \.denebForkEpoch: 11,
            \.electraForkEpoch: 11, \.fuluForkEpoch: 11,
        ])
        var random = SplitMix64(seed: 2)
        let state = SyntheticState.make(.phase0, validators: 32, spec: spec, keys: Self.keys, using: &random)
        var transition = Transition(state: state, spec: spec)
        try transition.processSlots(state.slot + 1)
        #expect(transition.state.forkName == .fulu)
        #expect(transition.state.fork.currentVersion == spec.config.fuluForkVersion)
        #expect(transition.state.fork.previousVersion == spec.config.electraForkVersion)
        #expect(transition.state.fork.epoch == 11)
        #expect(transition.state.proposerLookahead.count == 16)
        #expect(transition.state.previousEpochAttestations.isEmpty)
        // What was made is a state of its fork: it survives its own encoding.
        let context = spec.context(.fulu)
        let again = try BeaconState.decode(transition.state.encoded(in: context), in: context)
        #expect(again == transition.state)
        #expect(again.hashTreeRoot(in: context) == transition.state.hashTreeRoot(in: context))
        try transition.processSlots(transition.state.slot + 8)
    }

    @Test func oneForkAtATime() throws {
        let spec = spec([\.electraForkEpoch: 11, \.fuluForkEpoch: 12])
        var random = SplitMix64(seed: 4)
        let state = SyntheticState.make(.deneb, validators: 32, spec: spec, keys: Self.keys, using: &random)
        var transition = Transition(state: state, spec: spec)
        #expect(transition.state.forkName == .deneb)
        try transition.processSlots(88)
        #expect(transition.state.forkName == .electra)
        try transition.processSlots(95)
        #expect(transition.state.forkName == .electra)
        try transition.processSlots(96)
        #expect(transition.state.forkName == .fulu)
        // A scheduled fork without rules must stop the chain, not be passed over.
        let beyond = self.spec([\.electraForkEpoch: 11, \.fuluForkEpoch: 12, \.gloasForkEpoch: 13])
        var unready = Transition(state: transition.state, spec: beyond)
        try unready.processSlots(103)
        #expect(throws: TransitionError.self) { try unready.processSlots(104) }
    }
}
