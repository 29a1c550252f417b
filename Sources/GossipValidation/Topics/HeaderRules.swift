internal import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

/// The rules of a proposer's signed header, which blocks and the sidecars that carry a header share, each under its own
/// names.
struct HeaderRules {
    var fromTheFuture: GossipRule
    var notAfterFinalized: GossipRule
    var parentNotSeen: GossipRule
    var parentFailed: GossipRule
    var badSignature: GossipRule
    var notAfterParent: GossipRule
    var notOfFinalized: GossipRule
    var wrongProposer: GossipRule
}

extension GossipJudge {
    /// Ignores what is of a slot to come, or not later than finality.
    func requireTimely(_ slot: Slot, _ rules: HeaderRules) throws(GossipRefusal) {
        try require(!isFutureSlot(slot), orIgnore: rules.fromTheFuture)
        try require(slot > startSlot(of: chain.finalizedCheckpoint.epoch), orIgnore: rules.notAfterFinalized)
    }

    /// The parent, which must have been seen and imported.
    func requireParent(_ root: Root, _ rules: HeaderRules) throws(GossipRefusal) -> (SeenBlock, BeaconState) {
        guard let parent = chain.block(root) else { throw .ignore(rules.parentNotSeen) }
        guard let state = chain.state(after: root) else { throw .reject(rules.parentFailed) }
        return (parent, state)
    }

    /// Rejects what the validator that it names as proposer did not sign.
    func requireProposerSignature(
        of index: ValidatorIndex,
        at slot: Slot,
        _ signature: BLSSignature,
        _ policy: SignaturePolicy,
        _ rules: HeaderRules,
        root: () -> Root
    ) throws(GossipRefusal) {
        let head = try head()
        let proposer = try validator(index, of: head.state, orReject: .proposerIndexOutOfRange)
        if policy == .trust { return }
        caches.pubkeys.cover(head.state.validators)
        let domain = domain(.beaconProposer, epoch(of: slot), head)
        try require(isSigned(root(), by: [proposer.pubkey], domain, signature), orReject: rules.badSignature)
    }

    /// Rejects what is not later than its parent, or not on the finalized checkpoint's branch.
    func requireDescent(
        _ slot: Slot,
        _ parentRoot: Root,
        _ parent: SeenBlock,
        _ rules: HeaderRules
    ) throws(GossipRefusal) {
        try require(slot > parent.slot, orReject: rules.notAfterParent)
        try require(descendsFromFinalized(parentRoot), orReject: rules.notOfFinalized)
    }

    /// Whether the finalized checkpoint lies on the branch of `root`.
    func descendsFromFinalized(_ root: Root) -> Bool {
        let finalized = chain.finalizedCheckpoint
        return chain.ancestor(of: root, at: startSlot(of: finalized.epoch)) == finalized.root
    }

    /// Rejects what another validator than the slot's proposer signed.
    func requireExpectedProposer(
        _ index: ValidatorIndex,
        at slot: Slot,
        after parentRoot: Root,
        _ parent: BeaconState,
        _ rules: HeaderRules
    ) throws(GossipRefusal) {
        let expected: ValidatorIndex
        do throws(TransitionError) {
            expected = try proposer(at: slot, after: parentRoot, parent)
        } catch {
            throw .ignore(.shufflingIsNotAvailable)
        }
        try require(index == expected, orReject: rules.wrongProposer)
    }

    /// The proposer of a slot later than `parent`'s.
    ///
    /// Since fulu a state says who proposes in its own epoch and the next.
    private func proposer(
        at slot: Slot,
        after parentRoot: Root,
        _ parent: BeaconState
    ) throws(TransitionError) -> ValidatorIndex {
        let (epoch, known) = (self.epoch(of: slot), self.epoch(of: parent.slot))
        if parent.forkName >= .fulu, epoch >= known, epoch - known <= preset.minSeedLookahead {
            let position = slot - startSlot(of: known)
            if position < UInt64(parent.proposerLookahead.count) { return parent.proposerLookahead[Int(position)] }
        }
        var advanced = try advance(parent, after: parentRoot, to: slot)
        return try advanced.getBeaconProposerIndex()
    }
}

extension GossipJudge {
    /// All rules of a signed header that comes with a sidecar; `content` are those of what comes with it, which the
    /// specifications place before the last.
    func requireHeader(
        _ signed: SignedBeaconBlockHeader,
        _ rules: HeaderRules,
        content: () throws(GossipRefusal) -> Void
    ) throws(GossipRefusal) {
        let header = signed.message
        try requireTimely(header.slot, rules)
        let (parent, parentState) = try requireParent(header.parentRoot, rules)
        try requireProposerSignature(
            of: header.proposerIndex,
            at: header.slot,
            signed.signature,
            .verifyEach,
            rules
        ) { header.hashTreeRoot(in: context) }
        try requireDescent(header.slot, header.parentRoot, parent, rules)
        try content()
        try requireExpectedProposer(header.proposerIndex, at: header.slot, after: header.parentRoot, parentState, rules)
    }
}
