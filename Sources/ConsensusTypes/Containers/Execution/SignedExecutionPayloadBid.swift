public import Hashing
public import SSZ

/// Spec: `SignedExecutionPayloadBid` (since gloas).
public struct SignedExecutionPayloadBid: SSZContainer, Hashable {
    public var message: ExecutionPayloadBid = ExecutionPayloadBid()
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(message: ExecutionPayloadBid, signature: BLSSignature) {
        self.message = message
        self.signature = signature
    }

    public static let fields: [Field<SignedExecutionPayloadBid>] = [
        .init("message", \.message),
        .init("signature", \.signature),
    ]
}
