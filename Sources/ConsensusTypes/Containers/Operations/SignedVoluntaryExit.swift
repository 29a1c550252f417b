public import Hashing
public import SSZ

/// Spec: `SignedVoluntaryExit` (since phase0).
public struct SignedVoluntaryExit: SSZContainer, Hashable {
    public var message: VoluntaryExit = VoluntaryExit()
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(message: VoluntaryExit, signature: BLSSignature) {
        self.message = message
        self.signature = signature
    }

    public static let fields: [Field<SignedVoluntaryExit>] = [
        .init("message", \.message),
        .init("signature", \.signature),
    ]
}
