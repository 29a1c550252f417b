public import BeaconAPI
internal import BlockPipeline
internal import ChainStore

/// Finds whoever can answer questions about a chain: a daemon, or the data directory itself.
public enum ChainAccess {
    /// Runs `body` with the chain behind `url`, else with that of `directory`.
    ///
    /// Whether a daemon holds the directory only the store's own lock can tell, so the store is tried first; when it
    /// is held, the daemon is asked at the address it has left there.
    public static func query<R: Sendable>(
        url: String?,
        directory: String?,
        _ body: @Sendable (any ChainQuery) async throws -> R
    ) async throws -> R {
        if let url { return try await body(RemoteChain(url: url)) }
        guard let directory else { throw StoredChainError.nowhereToAsk }
        let chain: Chain
        do {
            chain = try await StoredChain.open(directory)
        } catch StoreError.alreadyOpen {
            guard let address = AddressFile(directory: directory).read() else {
                throw StoredChainError.held(directory: directory)
            }
            return try await body(RemoteChain(url: address))
        }
        do {
            let answer = try await body(LocalChain(chain))
            try await chain.close()
            return answer
        } catch {
            try? await chain.close()
            throw error
        }
    }
}
