internal import CFieldKernels

/// How the arithmetic of many points at once is done; the answers are the same.
///
/// Functions that have lanes take it as their last argument, `best` unless told otherwise. Naming one is for tests and
/// measurements; a kernel that the machine has not falls back to `portable`.
public enum FieldKernels: String, CaseIterable, Sendable {
    /// Plain Swift, one element after the other: the reference.
    case portable
    /// Eight elements in the lanes of AVX-512 IFMA.
    case ifma

    /// The fastest that this machine has.
    public static let best: FieldKernels = FieldKernels.ifma.isAvailable ? .ifma : .portable

    /// Whether this machine can run it.
    public var isAvailable: Bool {
        switch self {
        case .portable: true
        case .ifma: fk_available()
        }
    }

    /// Whether lanes are both wanted and there.
    var hasLanes: Bool { self == .ifma && isAvailable }
}
