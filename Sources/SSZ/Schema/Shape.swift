/// A number that a preset names, as an index into a context's sizes.
public struct SizeName: Hashable, Sendable {
    public let index: Int

    public init(index: Int) { self.index = index }
}

/// A length or limit: a number, or the name of one.
public indirect enum Size: Hashable, Sendable, ExpressibleByIntegerLiteral {
    case exactly(UInt64)
    case named(SizeName)
    case product(Size, Size)

    public init(integerLiteral value: UInt64) { self = .exactly(value) }
}

/// What the Swift type of a field leaves open: lengths, limits, and whether a list is progressive.
///
/// `[UInt64]` may be a vector, a list or a progressive list; the field that holds it says which.
public indirect enum Shape: Hashable, Sendable {
    /// The Swift type says it all: integers, byte vectors, containers.
    case plain
    /// A fixed number of elements, bytes or bits.
    case vector(Size, of: Shape = .plain)
    /// At most a number of elements, bytes or bits.
    case list(Size, of: Shape = .plain)
    /// Any number of elements, bytes or bits, merkleized progressively (EIP-7916).
    case progressive(of: Shape = .plain)
    /// One shape before a version, another from it on.
    case changing(at: Int, before: Shape, after: Shape)

    /// The same shape with every size a number and every change decided.
    func resolved(in context: ShapeContext) -> Shape {
        switch self {
        case .plain: .plain
        case .vector(let size, let element):
            .vector(.exactly(context.value(of: size)), of: element.resolved(in: context))
        case .list(let size, let element):
            .list(.exactly(context.value(of: size)), of: element.resolved(in: context))
        case .progressive(let element): .progressive(of: element.resolved(in: context))
        case .changing(let version, let before, let after):
            (context.version < version ? before : after).resolved(in: context)
        }
    }

    /// The shape of the elements.
    public var element: Shape {
        switch self {
        case .plain, .changing: .plain
        case .vector(_, let element), .list(_, let element), .progressive(let element): element
        }
    }
}

/// A shape taken apart at the point of use.
enum Extent {
    case vector(UInt64)
    case list(UInt64)
    case progressive

    init(_ shape: Shape, in context: ShapeContext) {
        switch shape {
        case .vector(let size, _): self = .vector(context.value(of: size))
        case .list(let size, _): self = .list(context.value(of: size))
        case .progressive: self = .progressive
        case .changing: self.init(shape.resolved(in: context), in: context)
        // A collection without a length admits nothing: the field forgot its shape, and the first test says so.
        case .plain: self = .vector(0)
        }
    }

    /// The most elements, bytes or bits that there may be.
    var maximum: UInt64 {
        switch self {
        case .vector(let count): count
        case .list(let limit): limit
        case .progressive: .max
        }
    }

    /// Throws unless `count` elements fit.
    func check(_ count: UInt64) throws(SSZError) {
        switch self {
        case .vector(let expected):
            // A vector of nothing is no type.
            if count != expected || expected == 0 { throw SSZError(.count(expected: expected, got: count)) }
        case .list(let limit):
            if count > limit { throw SSZError(.overLimit(limit: limit, got: count)) }
        case .progressive: break
        }
    }
}
