/// How many field elements blobs and cells have.
public struct KZGShape: Hashable, Sendable {
    /// Spec: `FIELD_ELEMENTS_PER_BLOB`.
    public let fieldElementsPerBlob: Int
    /// Spec: `FIELD_ELEMENTS_PER_CELL`.
    public let fieldElementsPerCell: Int

    public init(fieldElementsPerBlob: Int, fieldElementsPerCell: Int) throws(KZGError) {
        func isPower(_ value: Int) -> Bool { value > 0 && value & (value - 1) == 0 }
        guard isPower(fieldElementsPerBlob), isPower(fieldElementsPerCell), fieldElementsPerBlob >= 2,
            fieldElementsPerCell <= fieldElementsPerBlob, fieldElementsPerBlob <= 1 << 20
        else {
            throw .shape(fieldElementsPerBlob: fieldElementsPerBlob, fieldElementsPerCell: fieldElementsPerCell)
        }
        self.init(fieldElementsPerBlob, fieldElementsPerCell)
    }

    private init(_ blob: Int, _ cell: Int) {
        fieldElementsPerBlob = blob
        fieldElementsPerCell = cell
    }

    /// What both presets have: blobs of 4,096 elements, cells of 64.
    public static let ethereum = KZGShape(4096, 64)

    /// Spec: `FIELD_ELEMENTS_PER_EXT_BLOB`.
    public var fieldElementsPerExtBlob: Int { 2 * fieldElementsPerBlob }
    /// Spec: `CELLS_PER_EXT_BLOB`.
    public var cellsPerExtBlob: Int { fieldElementsPerExtBlob / fieldElementsPerCell }
    /// Spec: `BYTES_PER_BLOB`.
    public var bytesPerBlob: Int { 32 * fieldElementsPerBlob }
    /// Spec: `BYTES_PER_CELL`.
    public var bytesPerCell: Int { 32 * fieldElementsPerCell }
}
