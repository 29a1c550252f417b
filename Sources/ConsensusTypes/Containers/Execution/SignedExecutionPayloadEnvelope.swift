public import Hashing
public import SSZ

/// Spec: `SignedExecutionPayloadEnvelope` (since gloas).
public struct SignedExecutionPayloadEnvelope: SSZContainer, Hashable {
    public var message: ExecutionPayloadEnvelope = ExecutionPayloadEnvelope()
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(message: ExecutionPayloadEnvelope, signature: BLSSignature) {
        self.message = message
        self.signature = signature
    }

    public static let fields: [Field<SignedExecutionPayloadEnvelope>] = [
        .init("message", \.message),
        .init("signature", \.signature),
    ]
}
