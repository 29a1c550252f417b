public import ChainStore
internal import Concurrency
public import ConsensusTypes
internal import ForkChoice
internal import ForkTree
public import Hashing
internal import SSZ
internal import StateTransition

extension Chain {
    /// Which chain a store belongs to.
    public static func identity(_ spec: ChainSpec, genesisValidatorsRoot: Root) -> NetworkIdentity {
        NetworkIdentity(
            configDigest: SHA256.hash(spec.config.digest.bytes + Array(spec.preset.name.utf8)),
            genesisValidatorsRoot: genesisValidatorsRoot,
            name: spec.config.configName
        )
    }

    /// The name of the record that holds the configuration's text.
    public static let configRecord = "config"

    /// Opens the chain that a store holds, or begins one at `anchor` where it holds none.
    ///
    /// A store that has a chain goes on with it, whatever anchor is given: every block included before is carried
    /// through the transition again from the last finalized state, its signatures believed.
    public static func open(
        store: ChainStore,
        spec: ChainSpec,
        anchor: Anchor?,
        options: ChainOptions = ChainOptions()
    ) async throws -> Chain {
        let executor = try ThreadExecutor(name: "transition", width: options.width)
        let intake = try ThreadExecutor(name: "intake", width: options.width)
        // For loops inside one transition: helps where big states and batches leave cores idle.
        let cores = try CoreThreads(name: "cores", width: options.width)
        let rules = TransitionRules(
            spec: spec,
            caches: TransitionCaches(
                pubkeys: PubkeyCache(),
                cores: cores.cores,
                shufflingBytes: options.limits.shufflingBytes
            ),
            engine: options.engine,
            signatures: options.assumed == .all ? .trust : .collect,
            evidence: options.evidence
        )
        let states = StateProvider(
            store: store,
            rules: rules,
            cache: options.cache ?? StateCache(limit: options.limits.stateBytes),
            executor: executor
        )
        let record: AnchorRecord
        if let known = try await store.anchor() {
            record = known
        } else if let anchor {
            record = try await begin(store, anchor, spec: spec, durability: options.durability)
            // Its root was made from these very bytes: there is no need to read them again.
            states.cache.insert(PostState(anchor.state, blockRoot: anchor.blockRoot, stateRoot: anchor.stateRoot))
        } else {
            throw ChainOpenError.nothingStored
        }
        let post = try await states.state(after: record.blockRoot)
        states.cache.pin([record.blockRoot])
        let choice = try await ForkChoice(anchor: post, rules: rules, states: states)
        let tree = ForkTree(
            anchor: record.blockRoot,
            slot: post.state.latestBlockHeader.slot,
            parent: post.state.latestBlockHeader.parentRoot,
            limits: options.tree,
            clock: options.clock
        )
        let recorder = try StateRecorder(
            anchor: post,
            ladder: StateLadder(try await store.storedChain(to: record.blockRoot)),
            store: store,
            states: states,
            spec: spec,
            options: options
        )
        let chain = Chain(
            rules: rules,
            store: store,
            tree: tree,
            choice: choice,
            states: states,
            executor: executor,
            intake: intake,
            cores: cores,
            recorder: recorder,
            anchor: post,
            options: options
        )
        // Stored blocks are of the past: none of them may look early.
        try await chain.tick()
        try await chain.recover(from: record.blockRoot)
        return chain
    }

    /// Writes the anchor down as one batch.
    private static func begin(
        _ store: ChainStore,
        _ anchor: Anchor,
        spec: ChainSpec,
        durability: Durability
    ) async throws -> AnchorRecord {
        let header = anchor.header
        let record = AnchorRecord(slot: anchor.state.slot, blockRoot: anchor.blockRoot, stateRoot: anchor.stateRoot)
        let life = LifecycleRecord(
            root: anchor.blockRoot,
            slot: header.slot,
            parent: header.parentRoot,
            proposer: header.proposerIndex,
            state: .included,
            receivedAt: 0,
            origin: .anchor
        )
        try await store.commitImport(
            Import(
                root: anchor.blockRoot,
                summary: BlockSummary(
                    slot: header.slot,
                    proposerIndex: header.proposerIndex,
                    parentRoot: header.parentRoot,
                    stateRoot: header.stateRoot,
                    bodyRoot: header.bodyRoot
                ),
                state: StateSummary(
                    slot: anchor.state.slot,
                    stateRoot: anchor.stateRoot,
                    baseRoot: anchor.blockRoot
                ),
                snapshot: anchor.ssz,
                lifecycle: life.encoded(),
                records: [.anchor(record), .named(configRecord, Array(spec.config.text.utf8))]
            ),
            durability: durability
        )
        return record
    }

    /// Carries every stored block that descends from `anchor` in again.
    ///
    /// Those that were included are believed, others verified as if they had just come. In the order of their slots,
    /// so that parents come before children.
    private func recover(from anchor: Root) async throws {
        try await restorePayload(of: anchor)
        var open = try await store.children(of: anchor)
        while !open.isEmpty {
            var next: [Root] = []
            for root in open {
                guard let ssz = try await store.block(root) else { continue }
                let wasIncluded = try await store.stateSummary(root) != nil
                let outcome = await BlockTask(chain: self).recover(ssz, wasIncluded: wasIncluded)
                guard outcome.state == .included else { continue }
                // Its children may build on it.
                try await restorePayload(of: root)
                next += try await store.children(of: root)
            }
            open = next
        }
    }
}

extension Chain {
    /// Takes a payload in again that an earlier run has verified: only such are in the store.
    private func restorePayload(of root: Root) async throws {
        guard try await store.envelope(root) != nil else { return }
        _ = try await choice.includePayload(root)
    }
}

/// Why a chain could not be opened.
public enum ChainOpenError: Error, Sendable, CustomStringConvertible {
    /// The store is new and no anchor was given.
    case nothingStored

    public var description: String {
        switch self {
        case .nothingStored: "the data directory holds no chain yet: an anchor state is needed to begin one"
        }
    }
}

extension ForkChoice {
    /// Fork choice that knows the anchor only.
    init(anchor post: PostState, rules: TransitionRules, states: StateProvider) async throws {
        let (block, committees) = try await states.onExecutor {
            var transition = Transition(
                state: post.state,
                spec: rules.spec,
                caches: rules.caches,
                engine: rules.engine,
                signatures: .trust
            )
            // A shuffling computed now is one that the first block finds ready.
            let shuffling = try transition.shuffling(transition.currentEpoch)
            let header = post.state.latestBlockHeader
            let isOfGloas = transition.fork >= .gloas
            let bid = post.state.latestExecutionPayloadBid
            let committees = BlockCommittees(
                ptc: isOfGloas ? try transition.getPtc(post.state.slot) : [],
                slot: shuffling.members(slot: post.state.slot)
            )
            let block = ForkChoiceBlock(
                root: post.blockRoot,
                parentRoot: header.parentRoot,
                slot: post.state.slot,
                proposerIndex: header.proposerIndex,
                stateRoot: post.stateRoot,
                executionBlockHash: isOfGloas ? bid.blockHash : post.state.latestExecutionPayloadHeader.blockHash,
                parentExecutionBlockHash: bid.parentBlockHash,
                justified: post.state.currentJustifiedCheckpoint,
                finalized: post.state.finalizedCheckpoint,
                unrealizedJustified: post.state.currentJustifiedCheckpoint,
                unrealizedFinalized: post.state.finalizedCheckpoint
            )
            return (block, isOfGloas ? committees : nil)
        }
        try self.init(
            ForkChoiceStore(
                anchor: block,
                genesisTime: post.state.genesisTime,
                balances: ActiveBalances(post.state, spec: rules.spec),
                committees: committees,
                spec: rules.spec
            )
        )
    }
}
