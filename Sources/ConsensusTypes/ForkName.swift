/// The forks, in the order in which they follow each other.
///
/// The raw value is the `version` of a `ShapeContext`.
public enum ForkName: Int, CaseIterable, Comparable, Hashable, Sendable {
    case phase0, altair, bellatrix, capella, deneb, electra, fulu, gloas, heze

    @inlinable
    public static func < (a: ForkName, b: ForkName) -> Bool { a.rawValue < b.rawValue }

    /// The name in folders and reports.
    public var name: String { String(describing: self) }

    public init?(name: String) {
        guard let fork = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = fork
    }

    /// The fork before this one.
    public var previous: ForkName? { ForkName(rawValue: rawValue - 1) }
}
