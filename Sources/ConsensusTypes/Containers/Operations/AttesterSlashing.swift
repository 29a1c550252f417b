public import SSZ

/// Spec: `AttesterSlashing` (since phase0).
public struct AttesterSlashing: SSZContainer, Hashable {
    public var attestation1: IndexedAttestation = IndexedAttestation()
    public var attestation2: IndexedAttestation = IndexedAttestation()

    public init() {}

    public init(attestation1: IndexedAttestation, attestation2: IndexedAttestation) {
        self.attestation1 = attestation1
        self.attestation2 = attestation2
    }

    public static let fields: [Field<AttesterSlashing>] = [
        .init("attestation_1", \.attestation1),
        .init("attestation_2", \.attestation2),
    ]
}
