public import Hashing
public import SSZ

/// Spec: `ConsolidationRequest` (since electra).
public struct ConsolidationRequest: SSZContainer, Hashable {
    public var sourceAddress: ExecutionAddress = ExecutionAddress()
    public var sourcePubkey: BLSPubkey = BLSPubkey()
    public var targetPubkey: BLSPubkey = BLSPubkey()

    public init() {}

    public init(sourceAddress: ExecutionAddress, sourcePubkey: BLSPubkey, targetPubkey: BLSPubkey) {
        self.sourceAddress = sourceAddress
        self.sourcePubkey = sourcePubkey
        self.targetPubkey = targetPubkey
    }

    public static let fields: [Field<ConsolidationRequest>] = [
        .init("source_address", \.sourceAddress),
        .init("source_pubkey", \.sourcePubkey),
        .init("target_pubkey", \.targetPubkey),
    ]
}
