internal import Concurrency
internal import ConsensusTypes
internal import StateTransition

/// Verifies single signatures of callers that come at the same time together.
///
/// A caller who finds a place free takes all who wait behind it along, up to `batch`, and works for them; whoever waits
/// then is the next to work. So one alone is served at once, and a hundred cost a quarter each. Bounded by its callers:
/// each has one claim here. A caller that is cancelled still waits for the batch under way: that is milliseconds.
final class SignatureChecks: Sendable {
    /// Claims verified together.
    private static let batch = 64
    /// From here on the bad ones of a batch are looked for one by one.
    private static let few = 4

    private enum Answer {
        case verdict(Bool)
        /// The caller's turn to work.
        case turn
    }

    private struct Waiting {
        let claim: SignatureClaim
        let caller: CheckedContinuation<Answer, Never>
    }

    private struct State {
        var waiting: [Waiting] = []
        var working = 0
    }

    private let caches: TransitionCaches
    private let width: Int
    private let state = Guarded(State())

    /// - Parameters:
    ///   - width: callers that work at once.
    init(caches: TransitionCaches, width: Int) {
        self.caches = caches
        self.width = max(1, width)
    }

    /// Callers that wait, for tests.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Whether the signature is valid; fills a core of the caller's executor where it is its turn.
    func holds(_ claim: SignatureClaim) async -> Bool {
        let answer = await withCheckedContinuation { (caller: CheckedContinuation<Answer, Never>) in
            let isTurn = state.withLock { state in
                if state.working < width {
                    state.working += 1
                    return true
                }
                state.waiting.append(Waiting(claim: claim, caller: caller))
                return false
            }
            if isTurn { caller.resume(returning: .turn) }
        }
        if case .verdict(let isValid) = answer { return isValid }
        let others = state.withLock { state in
            let taken = Array(state.waiting.prefix(Self.batch - 1))
            state.waiting.removeFirst(taken.count)
            return taken
        }
        let verdicts = judge(([claim] + others.map(\.claim))[...])
        for (other, isValid) in zip(others, verdicts.dropFirst()) { other.caller.resume(returning: .verdict(isValid)) }
        let next = state.withLock { state -> Waiting? in
            if state.waiting.isEmpty {
                state.working -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.caller.resume(returning: .turn)
        return verdicts[0]
    }

    /// Which of the claims hold: all at once, and in halves where not all do.
    private func judge(_ claims: ArraySlice<SignatureClaim>) -> [Bool] {
        if claims.count <= 1 { return claims.map { (try? $0.verify(caches: caches)) != nil } }
        var randomness = SystemRandomness()
        let doAll: Void? = try? SignatureClaim.verifyTogether(Array(claims), caches: caches, randomness: &randomness)
        if doAll != nil { return claims.map { _ in true } }
        if claims.count <= Self.few { return claims.map { (try? $0.verify(caches: caches)) != nil } }
        return judge(claims.prefix(claims.count / 2)) + judge(claims.dropFirst(claims.count / 2))
    }
}
