internal import Concurrency
public import ConsensusTypes
public import ForkChoice
public import StateTransition

/// An execution engine that says more than yes or no.
///
/// It is asked on a transition's thread, which waits for the answer. What it throws says nothing about the payload: the
/// block is given up without a verdict, to be tried again.
public protocol PayloadJudge: ExecutionEngine {
    /// Spec: `engine_newPayload`.
    func judge(_ request: NewPayloadRequest) throws -> PayloadVerdict
}

extension PayloadJudge {
    public func verifyAndNotifyNewPayload(_ request: NewPayloadRequest) -> Bool {
        guard let verdict = try? judge(request) else { return false }
        return verdict.status != .invalidated
    }
}

/// Remembers what the engine said of the one payload of a transition.
final class AskedEngine: ExecutionEngine {
    private let engine: any ExecutionEngine
    private let answer = Guarded<Result<PayloadVerdict, any Error>?>(nil)

    init(_ engine: any ExecutionEngine) { self.engine = engine }

    func verifyAndNotifyNewPayload(_ request: NewPayloadRequest) -> Bool {
        // One that only says yes may not have judged anything: `OptimisticEngine` has not.
        guard let judge = engine as? any PayloadJudge else { return engine.verifyAndNotifyNewPayload(request) }
        let said = Result { try judge.judge(request) }
        answer.withLock { $0 = said }
        return (try? said.get()).map { $0.status != .invalidated } ?? false
    }

    /// What the block's payload is known to be, once its transition has succeeded.
    var status: ExecutionStatus { answer.withLock { try? $0?.get().status } ?? .notValidated }

    /// What the failure of a transition comes to, if the payload is why it failed.
    func error(for failure: TransitionError) -> BlockError {
        guard failure.kind == .payload else { return .transition(failure) }
        switch answer.withLock({ $0 }) {
        case .failure(let error): return .engine("\(error)")
        case .success(.invalid(let latestValidHash)): return .payload(failure, latestValidHash: latestValidHash)
        case .success, nil: return .transition(failure)
        }
    }
}
