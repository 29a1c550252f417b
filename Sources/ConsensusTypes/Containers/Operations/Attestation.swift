public import Hashing
public import SSZ

/// Spec: `Attestation` (since phase0).
public struct Attestation: SSZContainer, Hashable {
    public var aggregationBits: Bitlist = Bitlist()
    public var data: AttestationData = AttestationData()
    public var signature: BLSSignature = BLSSignature()
    public var committeeBits: Bitvector = Bitvector()

    public init() {}

    public static let fields: [Field<Attestation>] = [
        .init(
            "aggregation_bits",
            \.aggregationBits,
            .list(.preset(\.maxValidatorsPerCommittee)).from(
                .electra,
                .list(.product(.preset(\.maxValidatorsPerCommittee), .preset(\.maxCommitteesPerSlot)))
            ).from(.gloas, .progressive())
        ),
        .init("data", \.data),
        .init("signature", \.signature),
        .init("committee_bits", \.committeeBits, .vector(.preset(\.maxCommitteesPerSlot)), since: .electra),
    ]

    public static func progressiveLayout(version: Int) -> ProgressiveLayout? {
        if version >= ForkName.gloas.rawValue { return .init(width: 4) }
        return nil
    }
}
