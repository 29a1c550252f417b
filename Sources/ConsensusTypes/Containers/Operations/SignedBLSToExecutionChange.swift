public import Hashing
public import SSZ

/// Spec: `SignedBLSToExecutionChange` (since capella).
public struct SignedBLSToExecutionChange: SSZContainer, Hashable {
    public var message: BLSToExecutionChange = BLSToExecutionChange()
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(message: BLSToExecutionChange, signature: BLSSignature) {
        self.message = message
        self.signature = signature
    }

    public static let fields: [Field<SignedBLSToExecutionChange>] = [
        .init("message", \.message),
        .init("signature", \.signature),
    ]
}
