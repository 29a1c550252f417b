import ConsensusTypes
import SSZ

/// A state that is not the expected one: the first fields that differ, with both values.
struct StateMismatch: Error, Equatable, CustomStringConvertible {
    /// Places that are told; the others are counted.
    static let limit = 8

    let what: String
    let differences: [Mismatch]
    let count: Int

    init(_ what: String, _ differences: Differences) {
        self.what = what
        count = differences.count
        self.differences = differences.places.map { place in
            let (expected, got) = place.texts()
            return Mismatch("\(what).\(place.path)", expected: expected, got: got)
        }
    }

    var description: String {
        if count == 1, let only = differences.first { return only.description }
        let more = count > differences.count ? ", the first \(differences.count)" : ""
        return (["\(what): \(count) places differ\(more):"] + differences.map(\.description)).joined(separator: "\n")
    }
}

/// Throws a ``StateMismatch`` that names the first fields in which two states differ.
func expectEqualStates(
    _ what: String,
    expected: [UInt8],
    got: BeaconState,
    in context: ShapeContext
) throws {
    guard got.encoded(in: context) != expected else { return }
    let wanted = try BeaconState.decode(expected, in: context)
    guard let differences = wanted.differences(from: got, limit: StateMismatch.limit, in: context),
        !differences.isEmpty
    else { throw Mismatch(what, expected: "the same encoding", got: "another of the same fields") }
    throw StateMismatch(what, differences)
}
