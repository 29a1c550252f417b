public import Hashing
public import SSZ

/// Spec: `MatrixEntry` (since fulu).
public struct MatrixEntry: SSZContainer, Hashable {
    public var cell: [UInt8] = []
    public var kzgProof: KZGProof = KZGProof()
    public var columnIndex: UInt64 = 0
    public var rowIndex: UInt64 = 0

    public init() {}

    public init(cell: [UInt8], kzgProof: KZGProof, columnIndex: UInt64, rowIndex: UInt64) {
        self.cell = cell
        self.kzgProof = kzgProof
        self.columnIndex = columnIndex
        self.rowIndex = rowIndex
    }

    public static let fields: [Field<MatrixEntry>] = [
        .init("cell", \.cell, .vector(.product(32, .preset(\.fieldElementsPerCell)))),
        .init("kzg_proof", \.kzgProof),
        .init("column_index", \.columnIndex),
        .init("row_index", \.rowIndex),
    ]
}
