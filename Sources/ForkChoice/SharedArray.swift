/// An array in pieces, and pieces in groups: copies share every piece that neither has changed.
///
/// What is published after each block is a copy, and the next block changes a few elements near the end: with a plain
/// array that would copy all of them. Here it copies the pieces that hold them, one reference for each other piece of
/// their group, and one for each other group.
struct SharedArray<Element> {
    private static var pieceShift: Int { 5 }
    private static var pieceMask: Int { (1 << pieceShift) - 1 }
    private static var groupShift: Int { 6 }
    private static var groupMask: Int { (1 << groupShift) - 1 }

    /// All but the last are full, as are their pieces.
    private var groups: [[[Element]]] = []
    private(set) var count = 0

    init() {}

    init(repeating element: Element, count: Int) { for _ in 0..<count { append(element) } }

    mutating func append(_ element: Element) {
        let piece = count >> Self.pieceShift
        let (group, within) = (piece >> Self.groupShift, piece & Self.groupMask)
        if count & Self.pieceMask > 0 {
            groups[group][within].append(element)
        } else {
            if within == 0 { groups.append([]) }
            groups[group].append([element])
        }
        count += 1
    }

    /// Bytes of the pieces and of the references to them.
    var bytes: Int {
        var bytes = groups.capacity * 8 + 32
        for group in groups {
            bytes += group.capacity * 8 + 32
            for piece in group { bytes += piece.capacity * MemoryLayout<Element>.stride + 32 }
        }
        return bytes
    }

    /// How many pieces are not those of `other`: what a change has cost.
    func piecesNotShared(with other: SharedArray) -> Int {
        var pieces = 0
        for (group, mine) in groups.enumerated() {
            for (within, piece) in mine.enumerated() {
                guard group < other.groups.count, within < other.groups[group].count else {
                    pieces += 1
                    continue
                }
                let isShared = piece.withUnsafeBufferPointer { mine in
                    other.groups[group][within].withUnsafeBufferPointer { $0.baseAddress == mine.baseAddress }
                }
                if !isShared { pieces += 1 }
            }
        }
        return pieces
    }
}

extension SharedArray: Sendable where Element: Sendable {}

extension SharedArray: RandomAccessCollection, MutableCollection {
    var startIndex: Int { 0 }
    var endIndex: Int { count }

    subscript(position: Int) -> Element {
        _read {
            let piece = position >> Self.pieceShift
            yield groups[piece >> Self.groupShift][piece & Self.groupMask][position & Self.pieceMask]
        }
        _modify {
            let piece = position >> Self.pieceShift
            yield &groups[piece >> Self.groupShift][piece & Self.groupMask][position & Self.pieceMask]
        }
    }
}
