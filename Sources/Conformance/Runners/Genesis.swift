import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import YAML

extension VectorRunner {
    /// `genesis`: making the first state from deposits, and judging whether it may start a chain.
    static let genesis = VectorRunner("genesis") { vector, files in
        guard vector.fork == .phase0 else {
            return .skipped("chains that begin with \(vector.fork.name) are for tests only")
        }
        let spec = try files.spec(of: vector)
        let context = spec.context(.phase0)
        switch vector.handler {
        case "initialization":
            _ = try files.blsSetting()
            let eth1 = try files.yaml("eth1")
            guard let hash = Hash32(try eth1.member("eth1_block_hash").hexBytes) else {
                return .failed("the block hash has not 32 bytes")
            }
            let count = Int(clamping: try files.yaml("meta").member("deposits_count").int)
            let deposits = try files.sszSequence("deposits", count: count).map {
                try Deposit.decode($0, in: context)
            }
            let state = try Transition.genesisState(
                eth1BlockHash: hash,
                eth1Timestamp: try eth1.member("eth1_timestamp").int,
                deposits: deposits,
                spec: spec
            )
            try expectEqualStates("state", expected: try files.ssz("state"), got: state, in: context)
        case "validity":
            let state = try BeaconState.decode(files.ssz("genesis"), in: context)
            try expectEqual(
                "is_valid",
                expected: try files.yaml("is_valid").bool,
                got: Transition(state: state, spec: spec).isValidGenesisState()
            )
        default: return .unknownHandler(vector)
        }
        return .passed
    }
}
