public import SSZ

/// Spec: `PendingAttestation` (since phase0).
public struct PendingAttestation: SSZContainer, Hashable {
    public var aggregationBits: Bitlist = Bitlist()
    public var data: AttestationData = AttestationData()
    public var inclusionDelay: Slot = 0
    public var proposerIndex: ValidatorIndex = 0

    public init() {}

    public init(aggregationBits: Bitlist, data: AttestationData, inclusionDelay: Slot, proposerIndex: ValidatorIndex) {
        self.aggregationBits = aggregationBits
        self.data = data
        self.inclusionDelay = inclusionDelay
        self.proposerIndex = proposerIndex
    }

    public static let fields: [Field<PendingAttestation>] = [
        .init("aggregation_bits", \.aggregationBits, .list(.preset(\.maxValidatorsPerCommittee))),
        .init("data", \.data),
        .init("inclusion_delay", \.inclusionDelay),
        .init("proposer_index", \.proposerIndex),
    ]
}
