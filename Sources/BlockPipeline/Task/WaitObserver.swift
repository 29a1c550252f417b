/// Told when a block's task begins and ends to wait for the block's parent.
public protocol WaitObserver: Sendable {
    /// The task is about to wait.
    ///
    /// - Parameters:
    ///   - isOrphan: an ancestor is not here; how long it will take only the network knows, so whoever counts the
    ///     blocks under way may count this one out.
    func willWait(isOrphan: Bool)

    /// The task goes on, whatever came of the wait.
    func didWait()
}

/// Observes nothing.
public struct NoObserver: WaitObserver {
    public init() {}
    public func willWait(isOrphan: Bool) {}
    public func didWait() {}
}
