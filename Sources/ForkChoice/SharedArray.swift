/// An array in pieces: copies share every piece that neither has changed.
///
/// What is published after each block is a copy, and the next block changes a few nodes near the end: with a plain array
/// that would copy all of them. Here it copies the pieces that hold them, and one reference for each other piece.
struct SharedArray<Element> {
    static var pieceShift: Int { 7 }
    private static var pieceMask: Int { (1 << pieceShift) - 1 }

    /// All but the last are full.
    private var pieces: [[Element]] = []
    private(set) var count = 0

    init() {}

    init(_ element: Element) { append(element) }

    mutating func append(_ element: Element) {
        if count & Self.pieceMask == 0 {
            pieces.append([element])
        } else {
            pieces[pieces.count - 1].append(element)
        }
        count += 1
    }

    /// Bytes of the pieces.
    var bytes: Int { pieces.reduce(0) { $0 + $1.capacity * MemoryLayout<Element>.stride + 32 } + pieces.capacity * 8 }

    /// How many pieces are not those of `other`: what a change has cost.
    func piecesNotShared(with other: SharedArray) -> Int {
        pieces.indices.count { at in
            guard at < other.pieces.count else { return true }
            return pieces[at].withUnsafeBufferPointer { mine in
                other.pieces[at].withUnsafeBufferPointer { $0.baseAddress != mine.baseAddress }
            }
        }
    }
}

extension SharedArray: Sendable where Element: Sendable {}

extension SharedArray: RandomAccessCollection, MutableCollection {
    var startIndex: Int { 0 }
    var endIndex: Int { count }

    subscript(position: Int) -> Element {
        _read { yield pieces[position >> Self.pieceShift][position & Self.pieceMask] }
        _modify { yield &pieces[position >> Self.pieceShift][position & Self.pieceMask] }
    }
}
