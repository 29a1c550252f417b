public import Hashing
public import SSZ

/// Spec: `ContributionAndProof` (since altair).
public struct ContributionAndProof: SSZContainer, Hashable {
    public var aggregatorIndex: ValidatorIndex = 0
    public var contribution: SyncCommitteeContribution = SyncCommitteeContribution()
    public var selectionProof: BLSSignature = BLSSignature()

    public init() {}

    public init(aggregatorIndex: ValidatorIndex, contribution: SyncCommitteeContribution, selectionProof: BLSSignature)
    {
        self.aggregatorIndex = aggregatorIndex
        self.contribution = contribution
        self.selectionProof = selectionProof
    }

    public static let fields: [Field<ContributionAndProof>] = [
        .init("aggregator_index", \.aggregatorIndex),
        .init("contribution", \.contribution),
        .init("selection_proof", \.selectionProof),
    ]
}
