/// Why light client data was refused or cannot be made: which spec function said no, what it wanted, what it saw.
public struct LightClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The spec's name of the function, as `validate_light_client_update`.
    public var function: String
    /// What was looked at, as `signature_slot`.
    public var subject: String
    public var expected: String
    public var got: String

    public init(_ function: String, _ subject: String, expected: String, got: String) {
        self.function = function
        self.subject = subject
        self.expected = expected
        self.got = got
    }

    public var description: String { "\(function): \(subject): expected \(expected), got \(got)" }
}

/// Throws unless the condition holds; the texts are made only then.
func require(
    _ condition: Bool,
    _ function: String,
    _ subject: String,
    expected: @autoclosure () -> String,
    got: @autoclosure () -> String
) throws(LightClientError) {
    guard !condition else { return }
    throw LightClientError(function, subject, expected: expected(), got: got())
}

/// Throws unless both values are equal.
func requireEqual<Value: Equatable>(
    _ got: Value,
    _ expected: Value,
    _ function: String,
    _ subject: String
) throws(LightClientError) {
    guard got != expected else { return }
    throw LightClientError(function, subject, expected: "\(expected)", got: "\(got)")
}
