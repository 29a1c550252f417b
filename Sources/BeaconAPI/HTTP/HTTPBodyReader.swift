/// Goes through a response's body once, buffer by buffer; never holds more than one piece.
final class HTTPBodyReader {
    enum Outcome: Hashable {
        case bytes(Int)
        case end
        case failed
    }

    private var current: ArraySlice<UInt8>
    private let pieces: HTTPPieces?
    /// The number of the next piece; `nil` behind the last.
    private var next: Int? = 0

    init(_ response: HTTPResponse) {
        current = response.body[...]
        pieces = response.pieces
    }

    /// Fills the beginning of a buffer that is not empty.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        while current.isEmpty {
            guard let pieces, let number = next else { return .end }
            do {
                let piece = try pieces.piece(number)
                next = piece == nil ? nil : number + 1
                current = piece?[...] ?? []
            } catch {
                next = nil
                return .failed
            }
        }
        let part = current.prefix(buffer.count)
        buffer.copyBytes(from: part)
        current = part.count == current.count ? [] : current.dropFirst(part.count)
        return .bytes(part.count)
    }
}
