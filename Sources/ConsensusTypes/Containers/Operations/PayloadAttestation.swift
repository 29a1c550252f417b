public import Hashing
public import SSZ

/// Spec: `PayloadAttestation` (since gloas).
public struct PayloadAttestation: SSZContainer, Hashable {
    public var aggregationBits: Bitvector = Bitvector()
    public var data: PayloadAttestationData = PayloadAttestationData()
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(aggregationBits: Bitvector, data: PayloadAttestationData, signature: BLSSignature) {
        self.aggregationBits = aggregationBits
        self.data = data
        self.signature = signature
    }

    public static let fields: [Field<PayloadAttestation>] = [
        .init("aggregation_bits", \.aggregationBits, .vector(.preset(\.ptcSize))),
        .init("data", \.data),
        .init("signature", \.signature),
    ]

    public static func progressiveLayout(version: Int) -> ProgressiveLayout? {
        if version >= ForkName.gloas.rawValue { return .init(width: 3) }
        return nil
    }
}
