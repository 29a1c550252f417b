import ConsensusTypes
import ForkChoice
import ForkTree
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

@testable import BeaconAPI

extension HTTPResponse {
    /// The body with all its pieces.
    func wholeBody() throws -> [UInt8] {
        var bytes = body
        var number = 0
        while let piece = try pieces?.piece(number) {
            bytes += piece
            number += 1
        }
        return bytes
    }
}

extension TreeAnswer {
    /// A made-up tree.
    static func made(_ count: Int) -> TreeAnswer {
        TreeAnswer(
            // Text that looks like the list.
            head: "\"blocks\":[]",
            justified: FakeChain.point,
            finalized: FakeChain.point,
            blocks: (0..<count).map { i in
                TreeAnswer.Block(
                    root: "root \(i)",
                    slot: UInt64(i),
                    parentRoot: "],[",
                    state: "included",
                    weight: i % 3 == 0 ? nil : UInt64(i) << 32
                )
            },
            missing: ["a", "b"]
        )
    }

    var listed: ListedAnswer<TreeAnswer, TreeAnswer.Block> {
        var frame = self
        frame.blocks = []
        return ListedAnswer(frame, \.blocks, key: "blocks", count: blocks.count) { Array(self.blocks[$0]) }
    }
}

/// Answers that are made piece by piece.
@Suite struct ListedAnswerTests {
    @Test(arguments: [0, 1, 255, 256, 257, 512, 1_000])
    func thePiecesAreTheWhole(count: Int) throws {
        let answer = TreeAnswer.made(count)
        #expect(answer.listed.whole == answer)
        let pieces = try JSONPieces(answer.listed)
        let response = HTTPResponse(contentType: "", body: pieces.head, pieces: HTTPPieces { try pieces.piece($0) })
        let whole = try AnswerCoding.encode(answer)
        #expect(try response.wholeBody() == whole)
        // Through buffers of any size.
        for size in [1, 7, 4_096, 1 << 20] {
            let reader = HTTPBodyReader(response)
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: size)
            while case .bytes(let read) = buffer.withUnsafeMutableBytes({ reader.read(into: $0) }) {
                bytes += buffer[..<read]
            }
            #expect(bytes == whole)
            #expect(buffer.withUnsafeMutableBytes { reader.read(into: $0) } == .end)
        }
        #expect(try pieces.piece(-1) == nil)
        #expect(try pieces.piece(.max) == nil)
    }

    @Test func aListThatIsNotThereIsAnError() {
        let listed = TreeAnswer.made(3).listed
        let astray = ListedAnswer(listed.frame, \.blocks, key: "leaves", count: 3, elements: listed.elements)
        #expect(throws: ListedAnswerError(key: "leaves", got: 0)) { try JSONPieces(astray) }
    }

    @Test func piecesAreEqualToThemselvesOnly() {
        let pieces = HTTPPieces { _ in nil }
        let response = HTTPResponse(contentType: "", body: [], pieces: pieces)
        #expect(response == HTTPResponse(contentType: "", body: [], pieces: pieces))
        #expect(response != HTTPResponse(contentType: "", body: [], pieces: HTTPPieces { _ in nil }))
        #expect(response != HTTPResponse(contentType: "", body: []))
    }
}

/// The tree as it is listed, against one that is put together from dictionaries.
@Suite struct TreeListingTests {
    /// Roots in another order than numbers.
    static func root(_ number: UInt64) -> Root {
        let mixed = number &* 0x9e37_79b9_7f4a_7c15
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: mixed >> ($0 * 8)) }
        return Root(bytes + [UInt8](repeating: 0xcd, count: 24)) ?? Root()
    }

    /// A line of blocks, every seventh beside it, two of three in a slot of their own.
    private static func blocks(_ count: UInt64) -> [(number: UInt64, parent: UInt64, slot: UInt64)] {
        var blocks: [(number: UInt64, parent: UInt64, slot: UInt64)] = []
        var (tip, slot): (UInt64, UInt64) = (0, 0)
        for number in 1...count {
            let isAside = number % 7 == 0
            // A block beside the line shares the next one's slot.
            blocks.append((number, tip, slot + 1))
            if isAside { continue }
            slot += 1
            tip = number
        }
        return blocks
    }

    private static func tree(_ count: UInt64) -> ForkTree {
        let tree = ForkTree(anchor: root(0), slot: 0)
        for block in blocks(count) {
            let outcome = tree.restore(root: root(block.number), slot: block.slot, parent: root(block.parent))
            if outcome != .applied { Issue.record("block \(block.number): \(outcome)") }
        }
        return tree
    }

    private static func nodes(_ count: UInt64) throws -> ForkChoiceNodes {
        let own = Checkpoint(epoch: 0, root: root(0))
        func block(_ number: UInt64, _ parent: UInt64, _ slot: UInt64) -> ForkChoiceBlock {
            ForkChoiceBlock(
                root: root(number),
                parentRoot: root(parent),
                slot: slot,
                proposerIndex: 0,
                stateRoot: root(number),
                executionBlockHash: root(number),
                justified: own,
                finalized: own,
                unrealizedJustified: own,
                unrealizedFinalized: own
            )
        }
        var state = BeaconState()
        var validator = Validator()
        validator.effectiveBalance = 32_000_000_000
        validator.exitEpoch = .max
        state.validators.append(validator)
        var store = ForkChoiceStore(
            anchor: block(0, 1 << 40, 0),
            genesisTime: 0,
            balances: ActiveBalances(state, spec: .minimal),
            spec: .minimal
        )
        let blocks = blocks(count)
        store.onTick(store.timeAtSlotMs(blocks.last?.slot ?? 0))
        for (i, next) in blocks.enumerated() {
            try store.onBlock(
                block(next.number, next.parent, next.slot),
                execution: i % 5 == 0 ? .notValidated : .valid
            )
        }
        _ = try store.getHead()
        return store.tree.nodes
    }

    private static let frame = TreeAnswer(
        head: "head",
        justified: FakeChain.point,
        finalized: FakeChain.point,
        blocks: [],
        missing: []
    )

    @Test func aListingIsThePlainTree() throws {
        let tree = Self.tree(600)
        // Fork choice is one block behind the tree.
        let nodes = try Self.nodes(599)
        for i in nodes.indices { #expect(nodes.node(nodes[i].root) == nodes[i]) }
        #expect(nodes.node(Self.root(600)) == nil)
        // New ones above the tree, and below nothing.
        for (number, parent, slot) in [(700, 600, 900), (701, 700, 901), (702, 9_000, 3)] as [(UInt64, UInt64, UInt64)]
        {
            _ = tree.insert(
                root: Self.root(number),
                slot: slot,
                parent: Self.root(parent),
                signature: .zero,
                bytes: 1
            )
        }
        let invalid = Lifecycle.invalid(.stateRootMismatch, at: .transition)
        let remembered = [
            TreeListing.Remembered(root: Self.root(800), slot: 7, parent: Self.root(1), state: invalid),
            // Known better by the tree, twice there, and one that waits for a block that nobody has.
            TreeListing.Remembered(root: Self.root(5), slot: 7, parent: Self.root(1), state: invalid),
            TreeListing.Remembered(root: Self.root(701), slot: 7, parent: Self.root(1), state: invalid),
            TreeListing.Remembered(root: Self.root(800), slot: 7, parent: Self.root(1), state: invalid),
            TreeListing.Remembered(root: Self.root(801), slot: 950, parent: Self.root(9_001), state: .pending),
            TreeListing.Remembered(root: Self.root(802), slot: 951, parent: Self.root(801), state: .pending),
        ]
        let listing = TreeListing(tree.listing(), nodes: nodes, remembered: remembered)
        let answer = listing.answer(Self.frame).whole

        var plain: [Root: TreeAnswer.Block] = [:]
        let snapshot = tree.snapshot()
        for node in snapshot.nodes {
            plain[node.root] = TreeAnswer.Block(
                root: "\(node.root)",
                slot: node.slot,
                parentRoot: "\(node.parent)",
                state: node.state
            )
        }
        for node in nodes {
            plain[node.root]?.weight = node.weight
            plain[node.root]?.isViable = node.isViable
            plain[node.root]?.executionOptimistic = node.execution == .notValidated
        }
        for block in remembered where plain[block.root] == nil {
            plain[block.root] = TreeAnswer.Block(
                root: "\(block.root)",
                slot: block.slot,
                parentRoot: "\(block.parent)",
                state: block.state
            )
        }
        #expect(answer.blocks.count == 601 + 3 + 3)
        #expect(answer.blocks == plain.values.sorted { ($0.slot, $0.root) < ($1.slot, $1.root) })
        #expect(answer.missing == [Self.root(9_000), Self.root(9_001)].map { "\($0)" }.sorted())
        #expect(answer.head == "head")
        #expect(answer.blocks.contains { $0.cause == "state_root_mismatch" && $0.weight == nil })
        #expect(answer.blocks.contains { $0.executionOptimistic == true })
    }

    /// What is listed stays as it was, whatever the tree does meanwhile.
    @Test func aListingIsOfOneMoment() throws {
        let tree = Self.tree(300)
        let listing = TreeListing(tree.listing(), nodes: try Self.nodes(300), remembered: [])
        let before = listing.answer(Self.frame).whole
        #expect(tree.prune(finalized: Self.root(250)) != nil)
        _ = tree.restore(root: Self.root(301), slot: 5_000, parent: Self.root(300))
        #expect(listing.answer(Self.frame).whole == before)
        let after = TreeListing(tree.listing(), nodes: try Self.nodes(300), remembered: []).answer(Self.frame).whole
        #expect(after.blocks.count < 60)
        #expect(after.blocks.last?.root == "\(Self.root(301))")
    }

    @Test func anAnswerTakesLittleHoweverLargeTheTree() async {
        if !Heap.isMeasured { print("skipped: heap of a tree's answer: not told under Thread Sanitizer") }
        // In a process of its own, because the heap is looked at.
        await #expect(processExitsWith: .success) {
            let count: UInt64 = 20_000
            let tree = Self.tree(count)
            let nodes = try Self.nodes(count)
            let before = Heap.inUse
            var (peak, bytes, number) = (before, 0, 0)
            let listing = TreeListing(tree.listing(), nodes: nodes, remembered: [])
            let pieces = try JSONPieces(listing.answer(Self.frame))
            while let piece = try pieces.piece(number) {
                bytes += piece.count
                number += 1
                peak = max(peak, Heap.inUse)
            }
            print("\(bytes) bytes in \(number) pieces, \((peak - before) >> 10) KiB more on the heap")
            #expect(bytes > 4 << 20)
            #expect(!Heap.isMeasured || peak - before < 1 << 20, "\((peak - before) >> 10) KiB, \(bytes) bytes")
            withExtendedLifetime((tree, listing)) {}
        }
    }
}
