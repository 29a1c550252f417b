public import Hashing
public import SSZ

/// Spec: `PayloadAttestationMessage` (since gloas).
public struct PayloadAttestationMessage: SSZContainer, Hashable {
    public var validatorIndex: ValidatorIndex = 0
    public var data: PayloadAttestationData = PayloadAttestationData()
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(validatorIndex: ValidatorIndex, data: PayloadAttestationData, signature: BLSSignature) {
        self.validatorIndex = validatorIndex
        self.data = data
        self.signature = signature
    }

    public static let fields: [Field<PayloadAttestationMessage>] = [
        .init("validator_index", \.validatorIndex),
        .init("data", \.data),
        .init("signature", \.signature),
    ]
}
