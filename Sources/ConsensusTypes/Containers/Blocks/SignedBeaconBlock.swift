public import Hashing
public import SSZ

/// Spec: `SignedBeaconBlock` (since phase0).
public struct SignedBeaconBlock: SSZContainer, Hashable {
    public var message: BeaconBlock = BeaconBlock()
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(message: BeaconBlock, signature: BLSSignature) {
        self.message = message
        self.signature = signature
    }

    public static let fields: [Field<SignedBeaconBlock>] = [
        .init("message", \.message),
        .init("signature", \.signature),
    ]
}
