public import Hashing
public import SSZ

/// Spec: `IndexedAttestation` (since phase0).
public struct IndexedAttestation: SSZContainer, Hashable {
    public var attestingIndices: [ValidatorIndex] = []
    public var data: AttestationData = AttestationData()
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(attestingIndices: [ValidatorIndex], data: AttestationData, signature: BLSSignature) {
        self.attestingIndices = attestingIndices
        self.data = data
        self.signature = signature
    }

    public static let fields: [Field<IndexedAttestation>] = [
        .init(
            "attesting_indices",
            \.attestingIndices,
            .list(.preset(\.maxValidatorsPerCommittee)).from(
                .electra,
                .list(.product(.preset(\.maxValidatorsPerCommittee), .preset(\.maxCommitteesPerSlot)))
            ).from(.gloas, .progressive())
        ),
        .init("data", \.data),
        .init("signature", \.signature),
    ]

    public static func progressiveLayout(version: Int) -> ProgressiveLayout? {
        if version >= ForkName.gloas.rawValue { return .init(width: 3) }
        return nil
    }
}
