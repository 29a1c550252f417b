/// The rest of a body, in pieces that are made when they are sent; equal only to itself.
///
/// Pieces are asked for on the server's one thread, one after the other, so each must be made in milliseconds and wait
/// for nobody. A piece that throws breaks the connection off: the status is long sent.
public final class HTTPPieces: Hashable, Sendable {
    private let make: @Sendable (_ number: Int) throws -> [UInt8]?

    /// - Parameters:
    ///   - make: the piece of a number, counted from 0; `nil` behind the last.
    public init(_ make: @escaping @Sendable (_ number: Int) throws -> [UInt8]?) { self.make = make }

    public func piece(_ number: Int) throws -> [UInt8]? { try make(number) }

    public static func == (a: HTTPPieces, b: HTTPPieces) -> Bool { a === b }

    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
