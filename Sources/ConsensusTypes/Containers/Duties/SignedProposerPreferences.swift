public import Hashing
public import SSZ

/// Spec: `SignedProposerPreferences` (since gloas).
public struct SignedProposerPreferences: SSZContainer, Hashable {
    public var message: ProposerPreferences = ProposerPreferences()
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(message: ProposerPreferences, signature: BLSSignature) {
        self.message = message
        self.signature = signature
    }

    public static let fields: [Field<SignedProposerPreferences>] = [
        .init("message", \.message),
        .init("signature", \.signature),
    ]
}
