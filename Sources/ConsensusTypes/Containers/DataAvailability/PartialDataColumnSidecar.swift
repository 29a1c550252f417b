public import Hashing
public import SSZ

/// Spec: `PartialDataColumnSidecar` (since fulu).
public struct PartialDataColumnSidecar: SSZContainer, Hashable {
    public var cellsPresentBitmap: Bitlist = Bitlist()
    public var partialColumn: [[UInt8]] = []
    public var kzgProofs: [KZGProof] = []
    public var header: [PartialDataColumnHeader] = []

    public init() {}

    public static let fields: [Field<PartialDataColumnSidecar>] = [
        .init(
            "cells_present_bitmap",
            \.cellsPresentBitmap,
            .list(.preset(\.maxBlobCommitmentsPerBlock)).from(.gloas, .progressive())
        ),
        .init(
            "partial_column",
            \.partialColumn,
            .list(.preset(\.maxBlobCommitmentsPerBlock), of: .vector(.product(32, .preset(\.fieldElementsPerCell))))
                .from(.gloas, .progressive(of: .vector(.product(32, .preset(\.fieldElementsPerCell)))))
        ),
        .init("kzg_proofs", \.kzgProofs, .list(.preset(\.maxBlobCommitmentsPerBlock)).from(.gloas, .progressive())),
        .init("header", \.header, .list(1), until: .gloas),
    ]
}
