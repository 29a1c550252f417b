import BLS
import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import TestSupport
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
            \.electraForkEpoch: 11, \.fuluForkEpoch: 11, \.gloasForkEpoch: 11,
        ])
        var random = SplitMix64(seed: 2)
        let state = SyntheticState.make(.phase0, validators: 32, spec: spec, keys: Self.keys, using: &random)
        var transition = Transition(state: state, spec: spec)
        try transition.processSlots(state.slot + 1)
        #expect(transition.state.forkName == .gloas)
        #expect(transition.state.fork.currentVersion == spec.config.gloasForkVersion)
        #expect(transition.state.fork.previousVersion == spec.config.fuluForkVersion)
        #expect(transition.state.fork.epoch == 11)
        #expect(transition.state.proposerLookahead.count == 16)
        #expect(transition.state.previousEpochAttestations.isEmpty)
        // What was made is a state of its fork: it survives its own encoding.
        #expect(transition.state.validators.layout == .progressive)
        let context = spec.context(.gloas)
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
        let later = self.spec([
            \.electraForkEpoch: 11, \.fuluForkEpoch: 12, \.gloasForkEpoch: 13, \.hezeForkEpoch: 14,
        ])
        var onward = Transition(state: transition.state, spec: later)
        try onward.processSlots(111)
        #expect(onward.state.forkName == .gloas)
        // A fork that must not begin yet stops the chain: it is not passed over.
        var unready = onward
        #expect(throws: TransitionError.self) { try unready.processSlots(112) }
        onward.state.eth1DepositIndex = onward.state.depositRequestsStartIndex
        try onward.processSlots(120)
        #expect(onward.state.forkName == .heze)
        let context = later.context(.heze)
        #expect(try BeaconState.decode(onward.state.encoded(in: context), in: context) == onward.state)
    }
}
