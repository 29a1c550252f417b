public import ConsensusTypes
internal import Hashing
internal import SSZ
public import StateTransition

/// Judges gossip messages by the rules of the p2p specifications, before anything is done with them.
///
/// Made for one message, or for as many as see the same chain at the same time. Each topic is a method in a file of its
/// own; what the node has seen of a topic goes in and out as a `GossipSeen`, which only an accepted message changes.
public struct GossipJudge {
    public let spec: ChainSpec
    /// The fork that the message's topic belongs to.
    public let fork: ForkName
    public let caches: TransitionCaches
    public let chain: any GossipChain
    /// When the message came, in milliseconds since 1970.
    public let timeMs: UInt64

    public init(
        spec: ChainSpec,
        fork: ForkName,
        caches: TransitionCaches,
        chain: any GossipChain,
        timeMs: UInt64
    ) {
        self.spec = spec
        self.fork = fork
        self.caches = caches
        self.chain = chain
        self.timeMs = timeMs
    }

    var preset: Preset { spec.preset }
    var config: Config { spec.config }
    /// The shapes of the message.
    var context: ShapeContext { spec.context(fork) }

    /// What comes of the rules of a topic that the forks `since` to `through` have.
    func judge(
        since: ForkName = .phase0,
        through: ForkName = .heze,
        _ rules: () throws(GossipRefusal) -> Void
    ) -> GossipVerdict {
        guard since <= fork, fork <= through else { return .ignore(.forkHasNoSuchTopic) }
        do throws(GossipRefusal) {
            try rules()
            return .accept
        } catch {
            switch error {
            case .ignore(let rule): return .ignore(rule)
            case .reject(let rule): return .reject(rule)
            }
        }
    }

    /// The state after the head, as it is.
    func head() throws(GossipRefusal) -> Transition {
        guard let state = chain.state(after: chain.headRoot) else { throw .ignore(.headStateIsNotAvailable) }
        return transition(state)
    }

    func transition(_ state: BeaconState) -> Transition {
        Transition(state: state, spec: spec, caches: caches, signatures: .verifyEach)
    }

    /// The state after the block `root`, carried to `slot`, in all that an epoch decides.
    ///
    /// Within an epoch only roots change from slot to slot, which no gossip rule asks for.
    func advance(_ state: BeaconState, after root: Root, to slot: Slot) throws(TransitionError) -> Transition {
        var advanced = transition(state)
        if epoch(of: slot) == advanced.currentEpoch {
            advanced.state.slot = max(slot, state.slot)
        } else if slot > state.slot {
            if let known = chain.state(after: root, at: slot) { return transition(known) }
            try advanced.processSlots(slot)
        }
        return advanced
    }

    /// A validator of `state`; rejected under `rule` where there is none of that index.
    func validator(
        _ index: ValidatorIndex,
        of state: BeaconState,
        orReject rule: GossipRule
    ) throws(GossipRefusal) -> Validator {
        try require(index < UInt64(state.validators.count), orReject: rule)
        return state.validators[Int(index)]
    }

    // MARK: Signatures

    /// The domain of `epoch`, also where `state` does not know that epoch's fork yet.
    ///
    /// Spec: `get_domain`.
    func domain(_ type: DomainType, _ epoch: Epoch, _ head: Transition) -> Domain {
        let scheduled = spec.fork(atEpoch: epoch)
        guard scheduled > head.fork else { return head.getDomain(type, epoch: epoch) }
        return spec.computeDomain(
            type,
            forkVersion: spec.forkVersion(scheduled),
            genesisValidatorsRoot: head.state.genesisValidatorsRoot
        )
    }

    /// Whether `signature` over the object of `objectRoot` is that of all of `pubkeys` together.
    func isSigned(
        _ objectRoot: Root,
        by pubkeys: [BLSPubkey],
        _ domain: Domain,
        _ signature: BLSSignature
    ) -> Bool {
        let claim = SignatureClaim(
            function: "gossip",
            pubkeys: pubkeys,
            message: computeSigningRoot(objectRoot, domain),
            signature: signature
        )
        return (try? claim.verify(caches: caches)) != nil
    }

    /// The same for one validator of the registry, whose key is kept decompressed.
    func isSigned(
        _ object: some SSZValue,
        by signer: Validator,
        of registry: BeaconState,
        _ domain: Domain,
        _ signature: BLSSignature
    ) -> Bool {
        caches.pubkeys.cover(registry.validators)
        return isSigned(object.hashTreeRoot(in: context), by: [signer.pubkey], domain, signature)
    }
}
