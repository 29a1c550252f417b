import ConsensusTypes
import SSZ
import StateTransition
import YAML

extension VectorRunner {
    /// `sanity/slots`: a number of slots without blocks.
    static func sanitySlots(_ vector: VectorCase, _ files: CaseFiles) throws -> Verdict {
        let slots = try files.yaml("slots").int
        let spec = try files.spec(of: vector)
        let state = try BeaconState.decode(try files.ssz("pre"), in: spec.context(vector.fork))
        return try judgeTransition(post: try files.sszIfPresent("post"), Transition(state: state, spec: spec)) {
            try $0.processSlots($0.state.slot + slots)
        }
    }
}
