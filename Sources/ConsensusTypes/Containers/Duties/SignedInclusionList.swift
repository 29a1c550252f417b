public import Hashing
public import SSZ

/// Spec: `SignedInclusionList` (since heze).
public struct SignedInclusionList: SSZContainer, Hashable {
    public var message: InclusionList = InclusionList()
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(message: InclusionList, signature: BLSSignature) {
        self.message = message
        self.signature = signature
    }

    public static let fields: [Field<SignedInclusionList>] = [
        .init("message", \.message),
        .init("signature", \.signature),
    ]
}
