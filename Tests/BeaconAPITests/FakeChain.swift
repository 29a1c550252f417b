import BeaconAPI

/// A chain that is made up.
struct FakeChain: ServedChain {
    static let root = "0x" + String(repeating: "ab", count: 32)
    static let point = CheckpointAnswer(epoch: 3, root: root)

    struct Broken: Error {}

    var headSlot: UInt64 = 40
    var isBroken = false

    func head() async throws -> HeadAnswer {
        if isBroken { throw Broken() }
        return HeadAnswer(
            root: Self.root,
            slot: headSlot,
            parentRoot: Self.root,
            stateRoot: Self.root,
            currentSlot: 41,
            justified: Self.point,
            finalized: Self.point,
            unrealizedJustified: Self.point,
            executionOptimistic: true,
            network: "made-up",
            counts: ["included": 2, "block_child": 1]
        )
    }

    func tree() async throws -> TreeAnswer {
        TreeAnswer(
            head: Self.root,
            justified: Self.point,
            finalized: Self.point,
            blocks: [
                TreeAnswer.Block(
                    root: Self.root,
                    slot: 40,
                    parentRoot: Self.root,
                    state: "invalid",
                    cause: "ancestor",
                    stage: "await_parent"
                )
            ],
            missing: [Self.root]
        )
    }

    func blocks(_ name: BlockName) async throws -> [BlockAnswer] {
        guard name == .slot(40) || name == .root([0xab, 0xab, 0xab, 0xab]) else { return [] }
        var block = BlockAnswer(
            root: Self.root,
            slot: 40,
            parentRoot: Self.root,
            state: "included",
            receivedAt: 5,
            origin: "socket"
        )
        block.stages = [.init(stage: "decode", nanoseconds: 12)]
        block.isCanonical = true
        return [block]
    }

    func health() -> ChainHealth { ChainHealth(headSlot: headSlot, currentSlot: 41, tolerance: 8, isOptimistic: true) }

    func listedTree() async throws -> ListedAnswer<TreeAnswer, TreeAnswer.Block> {
        let whole = try await tree()
        var frame = whole
        frame.blocks = []
        return ListedAnswer(frame, \.blocks, key: "blocks", count: whole.blocks.count) { Array(whole.blocks[$0]) }
    }

    func forkChoice() -> ListedAnswer<ForkChoiceAnswer, ForkChoiceAnswer.Node> {
        let point = ForkChoiceAnswer.Point(epoch: "3", root: Self.root)
        let frame = ForkChoiceAnswer(
            justifiedCheckpoint: point,
            finalizedCheckpoint: point,
            forkChoiceNodes: [],
            extraData: ["head_root": Self.root]
        )
        return ListedAnswer(frame, \.forkChoiceNodes, key: "fork_choice_nodes", count: 0) { _ in [] }
    }

    func metrics() -> [MetricFamily] { [MetricFamily("beacon_head_slot", .gauge, "Slot of the head.", headSlot)] }
}
