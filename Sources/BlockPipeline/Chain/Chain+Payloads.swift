public import ConsensusTypes
public import ForkChoice
internal import ForkTree
public import Hashing

/// What an execution engine says of payloads after their blocks were included.
extension Chain {
    /// Takes in the engine's verdict on an included block: a valid payload vouches for those before it, an invalid one
    /// takes down all that build on it.
    ///
    /// Throws where the engine takes back what it said, and `invalidatedJustified` where no head is left: then blocks
    /// fall all the same, what is published stays as it was, and the chain should be stopped.
    public func judge(_ verdict: PayloadVerdict, of root: Root) async throws {
        let fall = try await choice.judge(verdict, of: root)
        if case .invalid = verdict { payloads.refuse(root, "the execution engine calls it invalid") }
        try condemn(fall)
    }

    /// The same of a block that was not included, because its payload is invalid.
    func judgeInvalid(on parentRoot: Root, latestValidHash: Hash32?) async throws {
        try condemn(try await choice.judgeInvalid(on: parentRoot, latestValidHash: latestValidHash))
    }

    private func condemn(_ fall: ForkChoice.Fall) throws {
        // From gloas on a refused payload leaves its block in the tree, and those that fall need not have one root.
        for root in fall.refused { tree.invalidate(root, .executionPayload, at: .transition) }
        if let lost = fall.lost { throw lost }
    }
}
