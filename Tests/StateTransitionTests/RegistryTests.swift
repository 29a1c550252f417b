import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

@Suite struct RegistryTests {
    private static func pubkey(_ number: Int) -> BLSPubkey {
        var key = BLSPubkey()
        key.withUnsafeMutableBytes { $0.storeBytes(of: UInt64(number), as: UInt64.self) }
        return key
    }

    private static func transition(_ keys: [Int], _ caches: TransitionCaches) -> Transition {
        var state = BeaconState()
        for key in keys {
            var validator = Validator()
            validator.pubkey = pubkey(key)
            state.validators.append(validator)
        }
        return Transition(state: state, spec: .minimal, caches: caches)
    }

    @Test func aKeyIsFoundWhereThisStateHasIt() {
        let caches = TransitionCaches()
        // Two forks that agree up to 3, and a state from before.
        var first = Self.transition([1, 2, 3, 10, 11, 12], caches)
        var second = Self.transition([1, 2, 3, 12, 20, 10, 30], caches)
        var early = Self.transition([1, 2, 3], caches)
        for _ in 0..<2 {
            #expect([1, 3, 10, 12].map { first.validatorIndex(of: Self.pubkey($0)) } == [0, 2, 3, 5])
            #expect([20, 30, 99].map { first.validatorIndex(of: Self.pubkey($0)) } == [nil, nil, nil])
            #expect([1, 3, 10, 12, 20, 30].map { second.validatorIndex(of: Self.pubkey($0)) } == [0, 2, 5, 3, 4, 6])
            #expect([11, 99].map { second.validatorIndex(of: Self.pubkey($0)) } == [nil, nil])
            #expect([2, 10, 12, 30].map { early.validatorIndex(of: Self.pubkey($0)) } == [1, nil, nil, nil])
        }
    }

    @Test func aKeyAddedAfterAMissIsFound() throws {
        let caches = TransitionCaches()
        _ = Self.transition([1, 50, 51, 52], caches).state
        var other = Self.transition([1, 50, 51, 52], caches)
        #expect(other.validatorIndex(of: Self.pubkey(52)) == 3)
        var growing = Self.transition([1, 2], caches)
        growing.state.balances = [0, 0]
        #expect(growing.validatorIndex(of: Self.pubkey(3)) == nil)
        try growing.addValidatorToRegistry(Self.pubkey(3), Bytes32(), 32_000_000_000)
        #expect(growing.validatorIndex(of: Self.pubkey(3)) == 2)
        #expect(growing.validatorIndex(of: Self.pubkey(51)) == nil)
        try growing.addValidatorToRegistry(Self.pubkey(51), Bytes32(), 32_000_000_000)
        #expect(growing.validatorIndex(of: Self.pubkey(51)) == 3)
    }

    @Test func exitsQueueUpAsIfSearchedForEachTime() throws {
        let seed = Seed.first
        var random = SplitMix64(seed: seed)
        var state = BeaconState()
        state.slot = 80
        for number in 0..<200 {
            var validator = Validator()
            validator.pubkey = Self.pubkey(number)
            validator.exitEpoch = Bool.random(using: &random) ? farFutureEpoch : .random(in: 1...20, using: &random)
            validator.withdrawableEpoch = farFutureEpoch
            state.validators.append(validator)
        }
        var kept = Transition(state: state, spec: .minimal)
        var fresh = state
        for index in (0..<200).shuffled(using: &random) {
            try kept.initiateValidatorExit(UInt64(index))
            var once = Transition(state: fresh, spec: .minimal)
            try once.initiateValidatorExit(UInt64(index))
            fresh = once.state
        }
        #expect(kept.state.validators == fresh.validators, "seed \(seed)")
    }

    @Test func blobLimitsFollowForkAndSchedule() {
        var config = Config.mainnet
        config.blobSchedule = [.init(epoch: 500, maxBlobsPerBlock: 21), .init(epoch: 400, maxBlobsPerBlock: 12)]
        let spec = ChainSpec(preset: .mainnet, config: config)
        #expect(spec.maxBlobsPerBlock(.capella, 450) == 0)
        #expect(spec.maxBlobsPerBlock(.deneb, 450) == 6)
        #expect(spec.maxBlobsPerBlock(.electra, 450) == 9)
        #expect([399, 400, 499, 500, 900].map { spec.maxBlobsPerBlock(.fulu, $0) } == [9, 12, 12, 21, 21])
    }
}
