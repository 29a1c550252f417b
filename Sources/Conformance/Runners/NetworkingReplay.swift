import ConsensusTypes
import ForkChoice
import GossipValidation
import Hashing
import SSZ
import StateTransition
import YAML

/// A chain as `meta.yaml` describes it, and what has been seen on it.
struct NetworkingReplay {
    let fork: ForkName
    let context: ShapeContext
    let files: CaseFiles
    var chain: NetworkingChain
    var seen = GossipSeen()

    init(_ vector: VectorCase, _ files: CaseFiles, _ meta: YAMLNode) throws {
        self.files = files
        fork = vector.fork
        let context = try files.spec(of: vector).context(vector.fork)
        self.context = context
        let entries = try meta.member("blocks").elements
        let blocks = try entries.map { entry in
            let bytes = try files.ssz(try entry.member("block").string)
            return (bytes: bytes, block: try SignedBeaconBlock.decode(bytes, in: context).message)
        }
        guard let anchor = blocks.first?.block else { throw Mismatch("blocks", expected: "an anchor", got: "none") }
        let state = try BeaconState.decode(try files.ssz("state"), in: context)
        chain = NetworkingChain(replay: try ForkChoiceReplay(vector, files, anchor: anchor, state))
        // Blocks of long ago, so that none of them is timely.
        let last = blocks.map(\.block.slot).max() ?? anchor.slot
        chain.replay.store.onTick(chain.replay.store.timeAtSlotMs(last + 1))
        for (number, entry) in entries.enumerated() {
            let (bytes, block) = blocks[number]
            let root = block.hashTreeRoot(in: context)
            chain.see(block)
            if number > 0 { try importBlock(bytes, entry) }
            if let status = entry["payload_status"] {
                chain.payloadStatuses[root] = try PayloadValidationStatus(status.string)
            }
            if let name = entry["payload"] {
                let envelope = try SignedExecutionPayloadEnvelope.decode(try files.ssz(try name.string), in: context)
                chain.payloads[root] = envelope.message
                try chain.replay.store.onExecutionPayloadEnvelope(root)
            }
        }
        try finalize(meta)
        chain.head = try chain.replay.store.getHead()
        for entry in try meta["seen_partial_data_column_headers"]?.elements ?? [] {
            let header = try PartialDataColumnHeader.decode(
                try files.ssz(try entry.member("header").string),
                in: context
            )
            seen.remember(header, of: try root(try entry.member("block_root")))
        }
    }

    /// Imports a block, unless it is to count as failed or as under way: such blocks need not be invalid themselves.
    private mutating func importBlock(_ bytes: [UInt8], _ entry: YAMLNode) throws {
        if try entry["pending"]?.bool == true || entry["failed"]?.bool == true { return }
        do {
            try chain.replay.onBlock(bytes, .notStated)
        } catch {
            throw Mismatch("import of \(try entry.member("block").string)", expected: "success", got: error)
        }
    }

    private mutating func finalize(_ meta: YAMLNode) throws {
        chain.finalizedCheckpoint = chain.replay.store.finalizedCheckpoint
        guard let node = meta["finalized_checkpoint"] else { return }
        chain.finalizedCheckpoint.epoch = try node.member("epoch").int
        if let name = node["block"] {
            let bytes = try files.ssz(try name.string)
            chain.finalizedCheckpoint.root = try SignedBeaconBlock.decode(bytes, in: context).message.hashTreeRoot(
                in: context
            )
        } else {
            chain.finalizedCheckpoint.root = try root(try node.member("root"))
        }
        // A chain of empty blocks never finalizes: where the case says what is final, its later states say so too.
        let slot = chain.finalizedCheckpoint.epoch * chain.replay.spec.preset.slotsPerEpoch
        for (root, state) in chain.replay.states where fork >= .gloas && state.slot > slot {
            chain.replay.states[root]?.finalizedCheckpoint = chain.finalizedCheckpoint
        }
    }

    private func root(_ node: YAMLNode) throws -> Root {
        let bytes = try node.hexBytes
        guard let root = Root(bytes) else { throw Mismatch("root", expected: "32 bytes", got: bytes) }
        return root
    }

    /// Judges one message and holds the verdict, and the rule behind it, against what is expected.
    mutating func judge(_ message: YAMLNode) throws {
        let judge = GossipJudge(
            spec: chain.replay.spec,
            fork: fork,
            caches: chain.replay.caches,
            chain: chain,
            timeMs: try message["current_time_ms"]?.int ?? 0
        )
        let name = try message.member("message").string
        let verdict = try validate(name, message, judge)
        let expected = try message.member("expected").string
        let (outcome, rule) =
            switch verdict {
            case .accept: ("valid", GossipRule?.none)
            case .ignore(let rule): ("ignore", rule)
            case .reject(let rule): ("reject", rule)
            }
        let reason = try message["reason"]?.string
        try expectEqual(
            "verdict",
            expected: "\(expected) \(reason.map(Self.ruleName) ?? "")",
            got: "\(outcome) \(reason == nil ? "" : rule?.rawValue ?? "")"
        )
    }

    /// A reason's words in camel case.
    private static func ruleName(_ reason: String) -> String {
        let words = reason.lowercased().filter { $0 != "'" && $0 != "," }.split { " _-".contains($0) }
        return words.dropFirst().reduce(String(words.first ?? "")) { name, word in
            name + word.prefix(1).uppercased() + word.dropFirst()
        }
    }
}

extension PayloadValidationStatus {
    fileprivate init(_ name: String) throws(Mismatch) {
        switch name {
        case "VALID": self = .valid
        case "INVALIDATED": self = .invalidated
        case "NOT_VALIDATED": self = .notValidated
        default: throw Mismatch("payload_status", expected: "a known one", got: name)
        }
    }
}

/// The chain as gossip rules see it: what fork choice has, and the blocks that were seen and not imported.
struct NetworkingChain: GossipChain {
    var replay: ForkChoiceReplay
    var finalizedCheckpoint = Checkpoint()
    var head: ForkChoiceHead?
    var payloadStatuses: [Root: PayloadValidationStatus] = [:]
    var payloads: [Root: ExecutionPayloadEnvelope] = [:]
    private var blocks: [Root: BeaconBlock] = [:]
    private var inclusionLists: [InclusionList] = []

    init(replay: ForkChoiceReplay) { self.replay = replay }

    mutating func see(_ block: BeaconBlock) { blocks[block.hashTreeRoot(in: replay.context)] = block }

    var headRoot: Root { head?.root ?? Root() }
    var genesisTimeMs: UInt64 { replay.store.genesisTimeMs }
    var justifiedCheckpoint: Checkpoint { replay.store.justifiedCheckpoint }

    func block(_ root: Root) -> SeenBlock? {
        blocks[root].map { SeenBlock($0, fork: replay.fork) }
    }

    func state(after root: Root) -> BeaconState? { replay.states[root] }

    func ancestor(of root: Root, at slot: Slot) -> Root? {
        var root = root
        while let block = blocks[root], block.slot > slot { root = block.parentRoot }
        return blocks[root] == nil ? nil : root
    }

    func payloadStatus(of root: Root) -> PayloadValidationStatus { payloadStatuses[root] ?? .notValidated }

    func isPayloadVerified(_ root: Root) -> Bool { payloads[root] != nil }

    func payload(of root: Root) -> ExecutionPayloadEnvelope? { payloads[root] }

    func shouldBuildOnFull(at slot: Slot) -> Bool {
        head.map { replay.store.shouldBuildOnFull($0, slot: slot) } ?? false
    }

    func hasChild(of root: Root, after slot: Slot) -> Bool {
        blocks.values.contains { $0.parentRoot == root && $0.slot > slot }
    }

    mutating func include(_ list: InclusionList) { inclusionLists.append(list) }

    func timelyIncluders(at slot: Slot, dependentRoot: Root) -> Set<ValidatorIndex> {
        Set(inclusionLists.filter { $0.slot == slot && $0.dependentRoot == dependentRoot }.map(\.validatorIndex))
    }
}
