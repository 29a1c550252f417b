import ConsensusTypes
import SSZ
import StateTransition
import YAML

/// What a handler of `operations` reads and runs.
struct Operation: Sendable {
    /// Reads what the case has for the operation, and gives back how to run it.
    let read: @Sendable (CaseFiles, ShapeContext) throws -> (inout Transition) throws -> Void

    /// The operation of a case; `nil` where its fork has no handler of that name.
    static func of(_ vector: VectorCase) -> Operation? {
        if vector.fork >= .gloas {
            if ["deposit", "execution_payload"].contains(vector.handler) { return nil }
            return sinceGloas[vector.handler] ?? always[vector.handler]
        }
        return always[vector.handler]
    }

    /// An operation of type `Value`, in the file of that name.
    private static func on<Value: SSZContainer>(
        _ file: String,
        _ type: Value.Type,
        _ run: @escaping @Sendable (inout Transition, Value) throws -> Void
    ) -> Operation {
        Operation { files, context in
            let value = try Value.decode(try files.ssz(file), in: context)
            return { try run(&$0, value) }
        }
    }

    private static let always: [String: Operation] = [
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

    private static let sinceGloas: [String: Operation] = [
        "attestation": Operation { files, context in
            let attestation = try Attestation.decode(try files.ssz("attestation"), in: context)
            let parentSlot = try files.yaml("meta").member("parent_slot").int
            return { try $0.processAttestation(attestation, parentSlot: parentSlot) }
        },
        "builder_deposit_request": on("builder_deposit_request", BuilderDepositRequest.self) {
            try $0.processBuilderDepositRequest($1)
        },
        "builder_exit_request": on("builder_exit_request", BuilderExitRequest.self) {
            try $0.processBuilderExitRequest($1)
        },
        "execution_payload_bid": on("execution_payload_bid", SignedExecutionPayloadBid.self) {
            try $0.processExecutionPayloadBid($1)
        },
        "parent_execution_payload": on("block", BeaconBlock.self) { try $0.processParentExecutionPayload($1) },
        "payload_attestation": on("payload_attestation", PayloadAttestation.self) {
            try $0.processPayloadAttestation($1)
        },
        "voluntary_exit_churn": on("voluntary_exit", SignedVoluntaryExit.self) { try $0.processVoluntaryExit($1) },
        "withdrawals": Operation { _, _ in { try $0.processWithdrawals() } },
    ]
}
