public import Hashing
public import SSZ

/// Spec: `SignedBeaconBlockHeader` (since phase0).
public struct SignedBeaconBlockHeader: SSZContainer, Hashable {
    public var message: BeaconBlockHeader = BeaconBlockHeader()
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(message: BeaconBlockHeader, signature: BLSSignature) {
        self.message = message
        self.signature = signature
    }

    public static let fields: [Field<SignedBeaconBlockHeader>] = [
        .init("message", \.message),
        .init("signature", \.signature),
    ]
}
