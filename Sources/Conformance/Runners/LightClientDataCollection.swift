import ConsensusTypes
import Hashing
import LightClient
import SSZ
import StateTransition
import YAML

extension VectorRunner {
    /// `data_collection`: blocks come in, heads change, and with them what a full node has to offer.
    static func lightClientDataCollection(_ vector: VectorCase, _ files: CaseFiles) throws -> Verdict {
        let steps = try files.yaml("steps").elements
        var collection = try LightClientCollection(vector, files)
        for (i, step) in steps.enumerated() {
            do {
                if let block = step["new_block"] {
                    try collection.takeBlock(block)
                } else if let head = step["new_head"] {
                    try collection.takeHead(head)
                } else {
                    throw Mismatch("step", expected: "a known kind", got: try step.entries.map(\.key))
                }
            } catch let mismatch as Mismatch {
                throw Mismatch("step \(i): \(mismatch.what)", expected: mismatch.expected, got: mismatch.got)
            }
        }
        return .passed
    }
}

/// Blocks with their states, and the light client data made from them.
private struct LightClientCollection {
    struct Entry {
        let root: Root
        let block: BeaconBlock
        let state: BeaconState
        /// What the block's sync aggregate vouches for; `nil` where nobody signed.
        let update: LightClientUpdate?
    }

    let files: CaseFiles
    let spec: ChainSpec
    let formats: LightClientFormats
    let caches = TransitionCaches()
    let policy: SignaturePolicy
    let genesis: Root
    var entries: [Root: Entry] = [:]
    var bootstraps: [Root: LightClientBootstrap] = [:]
    /// The latest checkpoint that any head has finalized, and the slot of its block.
    var finalized = Checkpoint()
    var finalizedSlot: Slot = 0

    init(_ vector: VectorCase, _ files: CaseFiles) throws {
        self.files = files
        spec = try files.spec(of: vector)
        policy = try files.blsSetting().blockPolicy
        let context = spec.context(vector.fork)
        let state = try BeaconState.decode(try files.ssz("initial_state"), in: context)
        formats = LightClientFormats(spec, genesisValidatorsRoot: state.genesisValidatorsRoot)
        // The genesis block has an empty body, whose vectors have their length all the same.
        var block = BeaconBlock()
        block.stateRoot = state.hashTreeRoot(in: context)
        block.body.syncAggregate.syncCommitteeBits = Bitvector(count: Int(clamping: spec.preset.syncCommitteeSize))
        block.body.executionPayload.logsBloom = [UInt8](
            repeating: 0,
            count: Int(clamping: spec.preset.bytesPerLogsBloom)
        )
        // From gloas on it bids for the payload that the state begins with.
        block.body.signedExecutionPayloadBid.message = state.latestExecutionPayloadBid
        genesis = block.hashTreeRoot(in: context)
        entries[genesis] = Entry(root: genesis, block: block, state: state, update: nil)
    }

    mutating func takeBlock(_ node: YAMLNode) throws {
        let digest = try node.member("fork_digest")
        let context = spec.context(try formats.fork(digest))
        let bytes = try files.ssz(try node.member("data").string)
        let block = try SignedBeaconBlock.decode(bytes, in: context).message
        try formats.expectDigest(digest, at: block.slot)
        guard let parent = entries[block.parentRoot] else {
            throw Mismatch("parent", expected: "a known block", got: block.parentRoot)
        }
        var transition = Transition(state: parent.state, spec: spec, caches: caches, signatures: policy)
        try transition.takeBlock(bytes, in: context)
        var update: LightClientUpdate?
        if block.body.syncAggregate.syncCommitteeBits.oneCount > 0 {
            let checkpoint = parent.state.finalizedCheckpoint
            update = try spec.createLightClientUpdate(
                state: transition.state,
                block: block,
                attestedState: parent.state,
                attestedBlock: parent.block,
                finalizedBlock: entries[checkpoint.root == Root() ? genesis : checkpoint.root]?.block
            )
        }
        let root = block.hashTreeRoot(in: context)
        entries[root] = Entry(root: root, block: block, state: transition.state, update: update)
    }

    mutating func takeHead(_ node: YAMLNode) throws {
        guard let root = Root(try node.member("head_block_root").hexBytes), let head = entries[root] else {
            throw Mismatch("head", expected: "a known block", got: try node.member("head_block_root").string)
        }
        let chain = ancestors(of: root)
        let latest = latestUpdate(of: chain)
        let checkpoint = head.state.finalizedCheckpoint
        if let block = entries[checkpoint.root]?.block, block.slot > finalizedSlot {
            finalized = checkpoint
            finalizedSlot = block.slot
        }
        let checks = try node.member("checks")
        for entry in try checks.entries {
            let (name, value) = (entry.key, entry.value)
            switch name {
            case "latest_finalized_checkpoint":
                try expectEqual("\(name).epoch", expected: try value.member("epoch").int, got: finalized.epoch)
                try expectEqual("\(name).root", expected: try value.member("root").hexBytes, got: finalized.root.bytes)
            case "bootstraps": try checkBootstraps(try value.elements)
            case "best_updates": try checkBestUpdates(try value.elements, chain, head: head.block.slot)
            case "latest_finality_update", "latest_optimistic_update": break
            default: throw Mismatch("check", expected: "a known one", got: name)
            }
        }
        let slot = latest?.attestedHeader.beacon.slot
        try expect("latest_finality_update", checks["latest_finality_update"], latest?.finalityUpdate, slot)
        try expect("latest_optimistic_update", checks["latest_optimistic_update"], latest?.optimisticUpdate, slot)
    }

    /// The block and those before it, down to genesis.
    private func ancestors(of root: Root) -> [Entry] {
        var chain: [Entry] = []
        var next = entries[root]
        while let entry = next {
            chain.append(entry)
            next = entry.root == genesis ? nil : entries[entry.block.parentRoot]
        }
        return chain
    }

    /// What the last block of the chain that anybody signed vouches for, unless that was final before.
    private func latestUpdate(of chain: [Entry]) -> LightClientUpdate? {
        guard let update = chain.lazy.compactMap(\.update).first, update.signatureSlot > finalizedSlot,
            update.attestedHeader.beacon.slot >= finalizedSlot
        else { return nil }
        return update
    }

    /// One for genesis and each final block that a checkpoint can name: the last one up to an epoch's first slot.
    private mutating func checkBootstraps(_ expected: [YAMLNode]) throws {
        var boundaries: [Root: Entry] = [genesis: try known(genesis)]
        var last: Epoch?
        for entry in ancestors(of: finalized.root) {
            let epoch = (entry.block.slot + spec.preset.slotsPerEpoch - 1) / spec.preset.slotsPerEpoch
            if epoch != last { boundaries[entry.root] = entry }
            last = epoch
        }
        var nameless: Set<Root> = []
        for node in expected {
            guard let root = Root(try node.member("block_root").hexBytes) else {
                throw Mismatch("block_root", expected: "32 bytes", got: try node.member("block_root").string)
            }
            guard let bootstrap = node["bootstrap"] else {
                nameless.insert(root)
                continue
            }
            guard let entry = boundaries.removeValue(forKey: root) else {
                throw Mismatch("bootstrap", expected: root, got: "none")
            }
            if bootstraps[root] == nil {
                bootstraps[root] = try spec.createLightClientBootstrap(state: entry.state, block: entry.block)
            }
            try expect("bootstrap", bootstrap, bootstraps[root], entry.block.slot)
        }
        try expectEqual(
            "roots of no block",
            expected: nameless,
            got: Set(try boundaries.values.map { try rootOfAdvanced($0) })
        )
    }

    /// The root under which the vectors list a boundary whose state they moved to the next period's first slot.
    ///
    /// They do so for the period's committee where that slot is empty; the root is then one of no block, and has no
    /// bootstrap.
    private func rootOfAdvanced(_ entry: Entry) throws -> Root {
        let period = spec.computeSyncCommitteePeriodAtSlot(entry.block.slot) + 1
        var transition = Transition(state: entry.state, spec: spec, caches: caches, signatures: .trust)
        try transition.processSlots(period * spec.preset.epochsPerSyncCommitteePeriod * spec.preset.slotsPerEpoch)
        var header = transition.state.latestBlockHeader
        header.stateRoot = transition.state.hashTreeRoot(in: transition.context)
        return header.hashTreeRoot(in: .invariant)
    }

    private func checkBestUpdates(_ expected: [YAMLNode], _ chain: [Entry], head: Slot) throws {
        var best: [UInt64: LightClientUpdate] = [:]
        for update in chain.reversed().compactMap(\.update) {
            let slot = update.attestedHeader.beacon.slot
            let period = spec.computeSyncCommitteePeriodAtSlot(slot)
            guard period == spec.computeSyncCommitteePeriodAtSlot(update.signatureSlot) else { continue }
            if let old = best[period] {
                let upgraded = spec.upgradeLcUpdate(old, to: spec.lightClientFork(atSlot: slot))
                guard spec.isBetterUpdate(update, than: upgraded) else { continue }
            }
            best[period] = update
        }
        let periods = 0...spec.computeSyncCommitteePeriodAtSlot(head)
        try expectEqual("periods", expected: try expected.map { try $0.member("period").int }, got: Array(periods))
        for (period, node) in zip(periods, expected) {
            let update = best[period]
            try expect("period \(period)", node["update"], update, update?.attestedHeader.beacon.slot)
        }
    }

    /// That both are absent, or both have the same encoding in the format in force at `slot`.
    private func expect(_ what: String, _ node: YAMLNode?, _ got: (some SSZContainer)?, _ slot: Slot?) throws {
        guard let node, let got, let slot else {
            return try expectEqual("\(what) is there", expected: node != nil, got: got != nil)
        }
        let digest = try node.member("fork_digest")
        try formats.expectDigest(digest, at: slot)
        try expectEqualBytes(
            what,
            expected: try files.ssz(try node.member("data").string),
            got: got.encoded(in: spec.context(try formats.fork(digest)))
        )
    }

    private func known(_ root: Root) throws -> Entry {
        guard let entry = entries[root] else { throw Mismatch("block", expected: "a known one", got: root) }
        return entry
    }
}
