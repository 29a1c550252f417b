import ConsensusTypes
import SSZ
import StateTransition
import YAML

extension VectorRunner {
    /// `operations`: one operation on one state.
    static let operations = VectorRunner("operations") { vector, files in
        if let verdict = beyondTransition(vector) { return verdict }
        guard let operation = Operation.named[vector.handler] else {
            return .failed("unknown handler \(vector.handler)")
        }
        let spec = try files.spec(of: vector)
        let context = spec.context(vector.fork)
        let input = try files.ssz(operation.file)
        let transition = Transition(
            state: try BeaconState.decode(try files.ssz("pre"), in: context),
            spec: spec,
            engine: try engine(files),
            signatures: try files.blsSetting().policy
        )
        return try judgeTransition(post: try files.sszIfPresent("post"), transition) {
            try operation.apply(&$0, input, context)
        }
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

/// What a handler of `operations` reads and runs.
private struct Operation: Sendable {
    let file: String
    let apply: @Sendable (inout Transition, [UInt8], ShapeContext) throws -> Void

    /// An operation of type `Value`, in the file of that name.
    static func on<Value: SSZContainer>(
        _ file: String,
        _ type: Value.Type,
        _ run: @escaping @Sendable (inout Transition, Value) throws -> Void
    ) -> Operation {
        Operation(file: file) { try run(&$0, try Value.decode($1, in: $2)) }
    }

    static let named: [String: Operation] = [
        "attestation": on("attestation", Attestation.self) { try $0.processAttestation($1) },
        "attester_slashing": on("attester_slashing", AttesterSlashing.self) { try $0.processAttesterSlashing($1) },
        "block_header": on("block", BeaconBlock.self) { try $0.processBlockHeader($1) },
        "bls_to_execution_change": on("address_change", SignedBLSToExecutionChange.self) {
            try $0.processBLSToExecutionChange($1)
        },
        "consolidation_request": on("consolidation_request", ConsolidationRequest.self) {
            try $0.processConsolidationRequest($1)
        },
        "deposit": on("deposit", Deposit.self) { try $0.processDeposit($1) },
        "deposit_request": on("deposit_request", DepositRequest.self) { try $0.processDepositRequest($1) },
        "execution_payload": on("body", BeaconBlockBody.self) { try $0.processExecutionPayload($1) },
        "proposer_slashing": on("proposer_slashing", ProposerSlashing.self) { try $0.processProposerSlashing($1) },
        "sync_aggregate": on("sync_aggregate", SyncAggregate.self) { try $0.processSyncAggregate($1) },
        "voluntary_exit": on("voluntary_exit", SignedVoluntaryExit.self) { try $0.processVoluntaryExit($1) },
        "withdrawal_request": on("withdrawal_request", WithdrawalRequest.self) {
            try $0.processWithdrawalRequest($1)
        },
        "withdrawals": on("execution_payload", ExecutionPayload.self) { try $0.processWithdrawals($1) },
    ]
}
