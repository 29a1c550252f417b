/// Why a state transition is not valid: which spec function refused, what it wanted, what it saw.
public struct TransitionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of rule was broken; callers that treat some kinds apart look here, not at the text.
    public enum Kind: Hashable, Sendable {
        /// A rule of the spec does not hold.
        case rule
        /// A signature does not verify.
        case signature
        /// The block's signature by its proposer does not verify: says nothing about the block's content.
        case proposerSignature
        /// The post-state's root is not the one the block promises.
        case stateRoot
        /// The execution engine calls the payload invalid.
        case payload
    }

    public var kind: Kind
    /// The spec's name of the function, as `process_attestation`.
    public var function: String
    /// What was looked at, as `target.epoch`.
    public var subject: String
    public var expected: String
    public var got: String

    public init(
        _ function: String,
        _ subject: String,
        expected: String,
        got: String,
        kind: Kind = .rule
    ) {
        self.kind = kind
        self.function = function
        self.subject = subject
        self.expected = expected
        self.got = got
    }

    public var description: String { "\(function): \(subject): expected \(expected), got \(got)" }
}

/// Throws unless the condition holds; the texts are made only then.
@inline(__always)
func require(
    _ condition: Bool,
    _ function: String,
    _ subject: @autoclosure () -> String,
    expected: @autoclosure () -> String,
    got: @autoclosure () -> String
) throws(TransitionError) {
    guard !condition else { return }
    throw TransitionError(function, subject(), expected: expected(), got: got())
}

/// Throws unless both values are equal.
@inline(__always)
func requireEqual<Value: Equatable>(
    _ got: Value,
    _ expected: Value,
    _ function: String,
    _ subject: @autoclosure () -> String
) throws(TransitionError) {
    guard got != expected else { return }
    throw TransitionError(function, subject(), expected: "\(expected)", got: "\(got)")
}

/// Throws where there are more than `limit` of something.
func requireAtMost(
    _ limit: UInt64,
    _ count: Int,
    _ function: String,
    _ subject: @autoclosure () -> String
) throws(TransitionError) {
    try require(UInt64(count) <= limit, function, subject(), expected: "at most \(limit)", got: "\(count)")
}

/// Throws unless a vector of `count` elements has one at `position`: steps may run on states of any lengths.
func requirePosition(
    _ position: Int,
    in count: Int,
    _ function: String,
    _ vector: @autoclosure () -> String
) throws(TransitionError) {
    try require(
        position >= 0 && position < count,
        function,
        "\(vector()) length",
        expected: "above \(position)",
        got: "\(count)"
    )
}

/// Where the element of `index` stands in a list of `count`; throws where there is none.
@inline(__always)
func position(
    _ index: UInt64,
    in count: Int,
    _ function: String,
    _ subject: @autoclosure () -> String
) throws(TransitionError) -> Int {
    guard index < UInt64(count) else {
        throw TransitionError(function, subject(), expected: "below \(count)", got: "\(index)")
    }
    return Int(index)
}
