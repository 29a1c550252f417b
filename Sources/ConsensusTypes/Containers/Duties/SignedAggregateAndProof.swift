public import Hashing
public import SSZ

/// Spec: `SignedAggregateAndProof` (since phase0).
public struct SignedAggregateAndProof: SSZContainer, Hashable {
    public var message: AggregateAndProof = AggregateAndProof()
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(message: AggregateAndProof, signature: BLSSignature) {
        self.message = message
        self.signature = signature
    }

    public static let fields: [Field<SignedAggregateAndProof>] = [
        .init("message", \.message),
        .init("signature", \.signature),
    ]
}
