internal import CFieldKernels

/// How the arithmetic is done; the answers are the same.
///
/// Functions that check signatures or work on many points take it as their last argument, `best` unless told otherwise.
/// Naming one is for tests and measurements; a kernel that the machine has not falls back to the one before it.
public enum FieldKernels: String, CaseIterable, Sendable {
    /// Plain Swift, one element after the other: the reference.
    case portable
    /// One element after the other, products with MULX and two carry chains (BMI2 and ADX).
    case adx
    /// Eight elements in the lanes of AVX-512 IFMA where there are many, `adx` where there are few.
    case ifma

    /// The fastest that this machine has.
    public static let best: FieldKernels = [.ifma, .adx].first(where: \.isAvailable) ?? .portable

    /// Whether this machine can run it.
    public var isAvailable: Bool {
        switch self {
        case .portable: true
        case .adx: fk_adx_available()
        case .ifma: fk_available()
        }
    }

    /// Whether lanes are both wanted and there.
    var hasLanes: Bool { self == .ifma && isAvailable }
}
