import ConsensusTypes
import SSZ
import StateTransition
import YAML

extension VectorRunner {
    /// `operations`: one operation on one state.
    static let operations = VectorRunner("operations") { vector, files in
        guard let operation = Operation.of(vector) else { return .unknownHandler(vector) }
        let spec = try files.spec(of: vector)
        let context = spec.context(vector.fork)
        let apply = try operation.read(files, context)
        let transition = Transition(
            state: try BeaconState.decode(try files.ssz("pre"), in: context),
            spec: spec,
            engine: try engine(files),
            signatures: try files.blsSetting().policy
        )
        return try judgeTransition(post: try files.sszIfPresent("post"), transition, apply)
    }

    /// The engine that `execution.yaml` describes.
    private static func engine(_ files: CaseFiles) throws -> any ExecutionEngine {
        guard let node = try files.yamlIfPresent("execution") else { return OptimisticEngine() }
        return StubEngine(isValid: try node.member("execution_valid").bool)
    }
}

/// Says the same of every payload.
private struct StubEngine: ExecutionEngine {
    let isValid: Bool
    func verifyAndNotifyNewPayload(_ request: NewPayloadRequest) -> Bool { isValid }
}
