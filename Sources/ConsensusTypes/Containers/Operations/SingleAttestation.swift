public import Hashing
public import SSZ

/// Spec: `SingleAttestation` (since electra).
public struct SingleAttestation: SSZContainer, Hashable {
    public var committeeIndex: CommitteeIndex = 0
    public var attesterIndex: ValidatorIndex = 0
    public var data: AttestationData = AttestationData()
    public var signature: BLSSignature = BLSSignature()

    public init() {}

    public init(
        committeeIndex: CommitteeIndex,
        attesterIndex: ValidatorIndex,
        data: AttestationData,
        signature: BLSSignature
    ) {
        self.committeeIndex = committeeIndex
        self.attesterIndex = attesterIndex
        self.data = data
        self.signature = signature
    }

    public static let fields: [Field<SingleAttestation>] = [
        .init("committee_index", \.committeeIndex),
        .init("attester_index", \.attesterIndex),
        .init("data", \.data),
        .init("signature", \.signature),
    ]
}
