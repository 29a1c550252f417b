public import Hashing
public import SSZ

/// Spec: `IndexedPayloadAttestation` (since gloas).
public struct IndexedPayloadAttestation: SSZContainer, Hashable {
    public var attestingIndices: [ValidatorIndex] = []
    public var data: PayloadAttestationData = PayloadAttestationData()
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(attestingIndices: [ValidatorIndex], data: PayloadAttestationData, signature: BLSSignature) {
        self.attestingIndices = attestingIndices
        self.data = data
        self.signature = signature
    }

    public static let fields: [Field<IndexedPayloadAttestation>] = [
        .init("attesting_indices", \.attestingIndices, .list(.preset(\.ptcSize))),
        .init("data", \.data),
        .init("signature", \.signature),
    ]

    public static func progressiveLayout(version: Int) -> ProgressiveLayout? {
        if version >= ForkName.gloas.rawValue { return .init(width: 3) }
        return nil
    }
}
