public import Hashing
public import SSZ

/// Spec: `AggregateAndProof` (since phase0).
public struct AggregateAndProof: SSZContainer, Hashable {
    public var aggregatorIndex: ValidatorIndex = 0
    public var aggregate: Attestation = Attestation()
    public var selectionProof: BLSSignature = BLSSignature()

    public init() {}

    public init(aggregatorIndex: ValidatorIndex, aggregate: Attestation, selectionProof: BLSSignature) {
        self.aggregatorIndex = aggregatorIndex
        self.aggregate = aggregate
        self.selectionProof = selectionProof
    }

    public static let fields: [Field<AggregateAndProof>] = [
        .init("aggregator_index", \.aggregatorIndex),
        .init("aggregate", \.aggregate),
        .init("selection_proof", \.selectionProof),
    ]
}
