import BeaconAPI

/// One JSON object on one line, keys in snake case and sorted.
func jsonText(_ value: some Encodable) throws -> String {
    String(decoding: try AnswerCoding.encode(value), as: UTF8.self)
}
