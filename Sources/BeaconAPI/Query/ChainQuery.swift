internal import Hashing

/// What can be asked of a chain, wherever it is: in this process, in a data directory, behind a daemon's port.
public protocol ChainQuery: Sendable {
    func head() async throws -> HeadAnswer

    func tree() async throws -> TreeAnswer

    /// The blocks that a name means: one, those of a slot, or those whose root begins so; none when nothing is known.
    func blocks(_ name: BlockName) async throws -> [BlockAnswer]
}

/// A chain that is served over HTTP: all that is not `async` is answered from what is published, without waiting.
public protocol ServedChain: ChainQuery {
    func health() -> ChainHealth

    /// The answer of `tree`, its blocks made when they are sent.
    func listedTree() async throws -> ListedAnswer<TreeAnswer, TreeAnswer.Block>

    func forkChoice() -> ListedAnswer<ForkChoiceAnswer, ForkChoiceAnswer.Node>

    func metrics() -> [MetricFamily]
}

/// How far the head is behind the clock.
public struct ChainHealth: Hashable, Sendable {
    public var headSlot: UInt64
    public var currentSlot: UInt64
    /// Slots that the head may be behind before the chain counts as syncing.
    public var tolerance: UInt64

    /// Whether no execution engine has judged the head's payload.
    public var isOptimistic: Bool

    public init(headSlot: UInt64, currentSlot: UInt64, tolerance: UInt64, isOptimistic: Bool) {
        self.headSlot = headSlot
        self.currentSlot = currentSlot
        self.tolerance = tolerance
        self.isOptimistic = isOptimistic
    }

    public var distance: UInt64 { currentSlot > headSlot ? currentSlot - headSlot : 0 }

    public var isSyncing: Bool { distance > tolerance }
}

/// How a question names blocks.
public enum BlockName: Hashable, Sendable, CustomStringConvertible {
    case head
    case justified
    case finalized
    case slot(UInt64)
    /// The first bytes of a root, four at least.
    case root([UInt8])

    /// The fewest bytes that name a root.
    public static let minimumPrefix = 4

    /// Reads a slot in decimal digits, a root or the beginning of one in hexadecimal, or a word.
    ///
    /// Digits alone are a slot; with `0x` before them they are a root.
    public init(_ text: String) throws(BlockNameError) {
        switch text {
        case "head": self = .head
        case "justified": self = .justified
        case "finalized": self = .finalized
        default:
            if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
                guard let slot = UInt64(text) else { throw BlockNameError(got: text) }
                self = .slot(slot)
                return
            }
            guard let bytes = Hex.decode(text), (Self.minimumPrefix...32).contains(bytes.count) else {
                throw BlockNameError(got: text)
            }
            self = .root(bytes)
        }
    }

    public var description: String {
        switch self {
        case .head: "head"
        case .justified: "justified"
        case .finalized: "finalized"
        case .slot(let slot): "\(slot)"
        case .root(let bytes): "0x" + Hex.encode(bytes)
        }
    }
}

/// Text that names no block.
public struct BlockNameError: Error, Hashable, Sendable, CustomStringConvertible {
    public let got: String

    public var description: String {
        "block: expected a slot, head, justified, finalized or at least \(BlockName.minimumPrefix) bytes of a root in "
            + "hexadecimal, got \(got.prefix(80))"
    }
}
