public import Hashing
public import SSZ

/// Spec: `SignedContributionAndProof` (since altair).
public struct SignedContributionAndProof: SSZContainer, Hashable {
    public var message: ContributionAndProof = ContributionAndProof()
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(message: ContributionAndProof, signature: BLSSignature) {
        self.message = message
        self.signature = signature
    }

    public static let fields: [Field<SignedContributionAndProof>] = [
        .init("message", \.message),
        .init("signature", \.signature),
    ]
}
