internal import ConsensusTypes

/// Which path leads to which answer.
public struct Routes: Sendable {
    private let chain: any ServedChain
    private let version: String

    public init(_ chain: any ServedChain, version: String) {
        self.chain = chain
        self.version = version
    }

    /// Answers a request; never throws: what goes wrong is an answer, too.
    public func respond(_ request: HTTPRequest) async -> HTTPResponse {
        do {
            return try await answer(request.path.split(separator: "/").map(String.init))
        } catch let error as BlockNameError {
            return .error(400, "\(error)")
        } catch {
            return .error(500, "\(error)")
        }
    }

    private static let index = """
        /martlet/v1/head              where the chain stands
        /martlet/v1/tree              the fork tree
        /martlet/v1/block/NAME        the life of a block: slot, root, beginning of a root, head, justified, finalized
        /eth/v1/node/health           200 ready, 206 syncing
        /eth/v1/node/syncing
        /eth/v1/node/version
        /eth/v1/debug/fork_choice
        /metrics                      Prometheus

        """

    private func answer(_ path: [String]) async throws -> HTTPResponse {
        switch path {
        case []: return .text(Self.index)
        case ["martlet", "v1", "head"]: return try json(await chain.head())
        case ["martlet", "v1", "tree"]: return try json(listed: await chain.listedTree())
        case ["eth", "v1", "node", "health"]:
            return HTTPResponse(status: chain.health().isSyncing ? 206 : 200, contentType: "text/plain", body: [])
        case ["eth", "v1", "node", "syncing"]: return try json(Wrapped(data: Syncing(chain.health())))
        case ["eth", "v1", "node", "version"]: return try json(Wrapped(data: ["version": "martlet/\(version)"]))
        case ["eth", "v1", "debug", "fork_choice"]: return try json(listed: chain.forkChoice())
        case ["metrics"]:
            return HTTPResponse(
                contentType: "text/plain; version=0.0.4; charset=utf-8",
                body: Array(PrometheusText.render(chain.metrics()).utf8)
            )
        default:
            guard path.count == 4, path.starts(with: ["martlet", "v1", "block"]) else {
                return .error(404, "no such path: /\(path.joined(separator: "/").prefix(200))")
            }
            let name = try BlockName(path[3])
            let blocks = try await chain.blocks(name)
            guard !blocks.isEmpty else { return .error(404, "no block \(name) is known") }
            return try json(BlocksAnswer(blocks: blocks))
        }
    }

    private func json(_ value: some Encodable) throws -> HTTPResponse {
        HTTPResponse(contentType: "application/json", body: try AnswerCoding.encode(value))
    }

    private func json(listed answer: ListedAnswer<some Encodable & Sendable, some Encodable & Sendable>) throws
        -> HTTPResponse
    {
        let pieces = try JSONPieces(answer)
        return HTTPResponse(
            contentType: "application/json",
            body: pieces.head,
            pieces: HTTPPieces { try pieces.piece($0) }
        )
    }

    private struct Wrapped<Value: Encodable>: Encodable {
        let data: Value
    }

    private struct Syncing: Encodable {
        let headSlot: String
        let syncDistance: String
        let isSyncing: Bool
        let isOptimistic: Bool
        let elOffline: Bool

        init(_ health: ChainHealth) {
            headSlot = "\(health.headSlot)"
            syncDistance = "\(health.distance)"
            isSyncing = health.isSyncing
            isOptimistic = health.isOptimistic
            // No execution engine is asked.
            elOffline = true
        }
    }
}
