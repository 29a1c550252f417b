/// The first byte of every key: which table it belongs to.
///
/// DO NOT CHANGE these values: they are embedded in the stored keys. A retired value is never used again: `10` and `13`
/// held the bytes of blocks and envelopes under their roots, up to schema version 2.
public enum TableCode: UInt8, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    case metadata = 0x01
    case blockSummaries = 0x11
    case blockVariants = 0x12
    case blocks = 0x14
    case envelopes = 0x15
    case messages = 0x16
    case snapshots = 0x20
    case stateSummaries = 0x21
    case stateRoots = 0x22
    case stateDiffs = 0x23
    case storedStates = 0x24
    case slots = 0x30
    case children = 0x31
    case lifecycles = 0x40
    case publicKeys = 0x50

    public var description: String {
        switch self {
        case .metadata: "metadata"
        case .blockSummaries: "block summaries"
        case .blockVariants: "block variants"
        case .blocks: "blocks"
        case .envelopes: "payload envelopes"
        case .messages: "signed messages"
        case .snapshots: "snapshots"
        case .stateSummaries: "state summaries"
        case .stateRoots: "state roots"
        case .stateDiffs: "state differences"
        case .storedStates: "stored states"
        case .slots: "slots"
        case .children: "children"
        case .lifecycles: "lifecycles"
        case .publicKeys: "public keys"
        }
    }
}

/// A set of tables, one bit a table code.
struct TableSet: Hashable, Sendable {
    private var codes: Set<TableCode>

    static let all = TableSet(TableCode.allCases)

    init(_ codes: some Sequence<TableCode>) { self.codes = Set(codes) }

    func contains(_ code: TableCode) -> Bool { codes.contains(code) }

    func subtracting(_ other: TableSet) -> TableSet { TableSet(codes.subtracting(other.codes)) }
}
