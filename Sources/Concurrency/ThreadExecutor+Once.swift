extension ThreadExecutor {
    /// Runs what blocks on threads that are made for it and end with it.
    ///
    /// The body is a call of an `async` function: only that is sure to begin on one of them.
    ///
    /// - Throws: what the body throws, or that no thread is to be had.
    public static func once<R: Sendable>(
        _ name: String,
        width: Int = 1,
        _ body: @Sendable () async throws -> R
    ) async throws -> R {
        let executor = try ThreadExecutor(name: name, width: width)
        do {
            let result = try await withTaskExecutorPreference(executor, operation: body)
            await executor.shutdown()
            return result
        } catch {
            await executor.shutdown()
            throw error
        }
    }
}
