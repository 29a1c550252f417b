public import Hashing

/// The variants of a union: containers by selector, 1 to 127.
public protocol UnionOptions: Sendable {
    static var types: [UInt8: any SSZContainer.Type] { get }
}

/// A value of one of several containers whose Merkle trees agree where they share fields (EIP-8016).
///
/// Encoded as the selector's byte and the value; hashed like the value with the selector mixed in.
public struct CompatibleUnion<Options: UnionOptions>: Sendable {
    public let selector: UInt8
    public let value: any SSZContainer

    /// Fails where `selector` is not that of the value's type.
    public init?(selector: UInt8, value: any SSZContainer) {
        guard let type = Options.types[selector], type == Swift.type(of: value) else { return nil }
        self.selector = selector
        self.value = value
    }
}

extension CompatibleUnion: SSZValue {
    public static func fixedSize(_ shape: Shape, in context: ShapeContext) -> Int? { nil }

    public static func decode(
        _ bytes: RawSpan,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(SSZError) -> CompatibleUnion {
        guard bytes.byteCount > 0 else { throw SSZError(.tooShort(minimum: 1, got: 0)) }
        let selector = bytes.unsafeLoadUnaligned(as: UInt8.self)
        guard let type = Options.types[selector] else { throw SSZError(.selector(got: selector)) }
        let value: any SSZContainer
        do throws(SSZError) {
            value = try type.decode(bytes.extracting(1..<bytes.byteCount), .plain, in: context)
        } catch {
            throw error.within("option \(selector)", at: 1)
        }
        guard let union = CompatibleUnion(selector: selector, value: value) else {
            throw SSZError(.selector(got: selector))
        }
        return union
    }

    public func encode(to out: inout [UInt8], _ shape: Shape, in context: ShapeContext) {
        out.append(selector)
        value.encode(to: &out, .plain, in: context)
    }

    public func hashTreeRoot(_ shape: Shape, in context: ShapeContext) -> Bytes32 {
        Merkle.mixInSelector(value.hashTreeRoot(.plain, in: context), selector)
    }

    public func tree(_ shape: Shape, in context: ShapeContext) -> ValueTree {
        .object([
            .init(name: "selector", value: .number(String(selector))),
            .init(name: "data", value: value.tree(.plain, in: context)),
        ])
    }
}
