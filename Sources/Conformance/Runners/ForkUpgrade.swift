import ConsensusTypes
import SSZ
import StateTransition
import YAML

extension VectorRunner {
    /// `fork`: the upgrade of a state of the fork before the vector's.
    static let fork = VectorRunner("fork") { vector, files in
        guard vector.handler == "fork", let previous = vector.fork.previous else {
            return .unknownHandler(vector)
        }
        try expectEqual(
            "meta.yaml: fork",
            expected: vector.fork.name,
            got: try files.yaml("meta").member("fork").string
        )
        let spec = try files.spec(of: vector)
        let state = try BeaconState.decode(try files.ssz("pre"), in: spec.context(previous))
        return try judgeTransition(post: try files.sszIfPresent("post"), Transition(state: state, spec: spec)) {
            try $0.upgrade(to: vector.fork)
        }
    }
}
