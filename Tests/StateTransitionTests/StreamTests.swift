import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import Testing

/// Whole chains, with forks and blocks to refuse: the outcome and the refusing spec function must be the specification's.
@Suite struct StreamTests {
    @Test(arguments: ["fulu-linear", "electra-to-fulu", "fulu-forky"], [SignaturePolicy.verifyEach, .collect])
    func verdictsAreTheSpecifications(name: String, policy: SignaturePolicy) throws {
        let stream = try RecordedStream(name)
        let caches = TransitionCaches()
        var header = stream.anchor.latestBlockHeader
        header.stateRoot = stream.anchor.hashTreeRoot(in: stream.spec.context(stream.anchor.forkName))
        var states = [header.hashTreeRoot(in: .invariant): stream.anchor]
        var accepted = 0
        var refused = 0
        // Messages come in disorder: go over those left until nothing more fits.
        var left = stream.messages.filter { $0.root != nil && $0.state != "duplicate" && $0.state != "pending" }
        while true {
            let before = left.count
            var waiting: [RecordedStream.Message] = []
            for message in left {
                let block = try stream.block(message)
                guard let parent = states[block.message.parentRoot] else {
                    waiting.append(message)
                    continue
                }
                var transition = Transition(state: parent, spec: stream.spec, caches: caches, signatures: policy)
                let error = Self.refusal { () throws(TransitionError) in
                    try transition.stateTransition(block)
                    var randomness = SystemRandomNumberGenerator()
                    try SignatureClaim.verifyTogether(
                        transition.signatures.claims,
                        caches: caches,
                        randomness: &randomness
                    )
                }
                if message.state == "invalid" {
                    #expect(error?.function == message.detail, "\(message.file): \(message.note ?? "")")
                    #expect(error.map { Self.reason($0) } == message.reason, "\(message.file)")
                    refused += 1
                } else {
                    #expect(error == nil, "\(message.file)")
                    if error != nil { continue }
                    let root = transition.state.hashTreeRoot(in: transition.context)
                    #expect(message.post_state_root.map { $0 == root.description } ?? true)
                    states[block.message.hashTreeRoot(in: transition.context)] = transition.state
                    accepted += 1
                }
            }
            left = waiting
            if left.count == before { break }
        }
        // What is left descends from a refused block.
        for message in left { #expect(message.reason == "ancestor", "\(message.file)") }
        #expect(accepted == stream.messages.count { $0.state == "included" })
        #expect(refused == (name == "fulu-forky" ? 15 : 0))
    }

    private static func refusal(_ body: () throws(TransitionError) -> Void) -> TransitionError? {
        do throws(TransitionError) { try body() } catch { return error }
        return nil
    }

    /// The fixture's word for a kind of error.
    private static func reason(_ error: TransitionError) -> String {
        switch error.kind {
        case .proposerSignature: "signature"
        case .stateRoot: "state_root"
        case .rule, .signature, .payload: "transition"
        }
    }
}
