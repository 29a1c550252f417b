internal import Concurrency

/// Answers from a daemon, over its HTTP port.
public struct RemoteChain: ChainQuery {
    private let client: HTTPClient

    /// - Parameters:
    ///   - url: `http://127.0.0.1:PORT`.
    public init(url: String) throws {
        client = try HTTPClient(url: url)
    }

    public func head() async throws -> HeadAnswer { try await get("/martlet/v1/head") }

    public func tree() async throws -> TreeAnswer { try await get("/martlet/v1/tree") }

    public func blocks(_ name: BlockName) async throws -> [BlockAnswer] {
        let path = "/martlet/v1/block/\(name)"
        let reply = try await client.get(path)
        if reply.status == 404 { return [] }
        return try decode(BlocksAnswer.self, reply, path).blocks
    }

    private func get<Answer: Decodable>(_ path: String) async throws -> Answer {
        try decode(Answer.self, try await client.get(path), path)
    }

    private func decode<Answer: Decodable>(_: Answer.Type, _ reply: HTTPReply, _ path: String) throws -> Answer {
        guard reply.status == 200 else {
            throw HTTPClientError.status(path: path, expected: 200, got: reply.status)
        }
        return try AnswerCoding.decode(Answer.self, reply.body)
    }
}
