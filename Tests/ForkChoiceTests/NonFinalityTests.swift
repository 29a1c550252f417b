import ConsensusTypes
import Foundation
import Hashing
import TestSupport
import Testing

@testable import ForkChoice

/// A split network that justified once and never again: many branches, votes on all of them, some that cannot win.
///
/// With `MARTLET_FULL=1` a hundred thousand slots, else three thousand. Answers are held against `PlainHead`.
@Suite struct NonFinalityTests {
    private static let isFull = ProcessInfo.processInfo.environment["MARTLET_FULL"] == "1"
    private static let slots: UInt64 = isFull ? 100_000 : 3_000
    private static let validators = 512
    private static let justifiedEpoch: Epoch = 2

    /// Store and model side by side.
    private struct Split {
        var store: ForkChoiceStore
        var model: PlainHead
        var random = SplitMix64(seed: 4)
        /// Positions of the last blocks of the branches.
        var tips: [Int] = [0]
        /// Where validators stand: each belongs to a branch.
        var sides: [Int]
        /// Of so many votes one changes sides; 0 for none.
        var turncoats: UInt64 = 16

        init() throws {
            let gwei = (0..<UInt64(validators)).map { 32_000_000_000 + ($0 % 7) * 1_000_000_000 }
            let weights = balances(gwei)
            store = ForkChoiceStore(anchor: .anchor, genesisTime: 0, balances: weights, spec: .minimal)
            store.supply(weights, for: Checkpoint(epoch: justifiedEpoch, root: root(1)))
            model = PlainHead(
                blocks: [.init(root: root(1), parent: -1, slot: 0, justified: 0, unrealized: 0)],
                votes: Array(repeating: nil, count: validators),
                balances: gwei,
                justified: justifiedEpoch
            )
            sides = Array(repeating: 0, count: validators)
        }

        mutating func add(on parent: Int, slot: Slot) throws -> Int {
            let number = UInt64(model.blocks.count + 1)
            // Roots in no order, so that ties are broken by more than age.
            let fresh = root(number &* 0x9e37_79b9_7f4a_7c15)
            // A branch that saw no justification stays as blind as its parents, some open their eyes an epoch later.
            let above = model.blocks[parent]
            let isBlind = above.unrealized == 0 && slot > 24 ? random.next() % 64 > 0 : slot <= 16
            let unrealized = isBlind ? 0 : justifiedEpoch
            let justified = above.slot / 8 < slot / 8 ? above.unrealized : above.justified
            func checkpoint(_ epoch: Epoch) -> Checkpoint { Checkpoint(epoch: epoch, root: root(1)) }
            var block = ForkChoiceBlock.made(
                fresh,
                on: above.root,
                slot: slot,
                payload: fresh,
                justified: checkpoint(justified),
                finalized: checkpoint(0)
            )
            block.unrealizedJustified = checkpoint(unrealized)
            let hadBoost = store.proposerBoostRoot != Root()
            try store.onBlock(block, execution: .valid)
            model.blocks.append(
                .init(root: fresh, parent: parent, slot: slot, justified: justified, unrealized: unrealized)
            )
            let position = model.blocks.count - 1
            if !hadBoost, store.proposerBoostRoot == fresh { model.boosted = position }
            return position
        }

        mutating func slot(_ slot: Slot) throws {
            let isLate = random.next() % 4 == 0
            store.onTick(store.timeAtSlotMs(slot) + (isLate ? 5_000 : 0))
            model.currentSlot = slot
            model.boosted = nil
            // Mostly one block, on a branch by chance; sometimes a branch more, from anywhere near or far.
            for _ in 0..<(random.next() % 8 == 0 ? 2 : 1) {
                let side = Int.random(in: 0..<tips.count, using: &random)
                if tips.count < 24, random.next() % 40 == 0 {
                    let depth = random.next() % 10 == 0 ? model.blocks.count : min(model.blocks.count, 40)
                    let from = model.blocks.count - 1 - Int.random(in: 0..<depth, using: &random)
                    guard model.blocks[from].slot < slot else { continue }
                    tips.append(try add(on: from, slot: slot))
                } else if model.blocks[tips[side]].slot < slot {
                    tips[side] = try add(on: tips[side], slot: slot)
                }
            }
            if tips.count > 16, random.next() % 60 == 0 {
                let gone = Int.random(in: 0..<tips.count, using: &random)
                tips.remove(at: gone)
                for i in sides.indices { sides[i] = sides[i] == gone ? 0 : min(sides[i], tips.count - 1) }
            }
            try attest(slot)
        }

        /// The committee of the slot before votes, each for its side.
        mutating func attest(_ now: Slot) throws {
            guard now > 0 else { return }
            let slot = now - 1
            var byBlock: [Int: [ValidatorIndex]] = [:]
            for member in stride(from: Int(slot % 8), to: validators, by: 8) {
                if turncoats > 0, random.next() % turncoats == 0 {
                    sides[member] = Int.random(in: 0..<tips.count, using: &random)
                }
                // A few are away for long.
                if member % 61 == 3, slot % 4_000 > 100 { continue }
                let tip = tips[sides[member] % tips.count]
                byBlock[model.ancestor(tip, at: slot), default: []].append(UInt64(member))
            }
            for (block, members) in byBlock.sorted(by: { $0.key < $1.key }) {
                let target = model.blocks[model.ancestor(block, at: slot / 8 * 8)].root
                let data = AttestationData(
                    slot: slot,
                    index: 0,
                    beaconBlockRoot: model.blocks[block].root,
                    source: Checkpoint(),
                    target: Checkpoint(epoch: slot / 8, root: target)
                )
                try store.onAttestation(data, indices: members, from: .block)
                for member in members { model.vote(Int(member), block, epoch: slot / 8) }
            }
        }

        /// What differs from the model, over the whole tree.
        mutating func difference() throws -> String? {
            let head = try store.getHead()
            let (expected, weights) = model.head()
            if head.root != expected { return "head: expected \(expected.short), got \(head.root.short)" }
            let nodes = store.tree.nodes
            if nodes.count != weights.count { return "\(nodes.count) nodes, expected \(weights.count)" }
            for (node, weight) in zip(nodes, weights) where node.weight != weight {
                return "weight of \(node.root.short): expected \(weight), got \(node.weight)"
            }
            for _ in 0..<20 {
                let block = Int.random(in: 0..<nodes.count, using: &random)
                let slot = UInt64.random(in: 0...model.blocks[block].slot, using: &random)
                let through = model.blocks[model.ancestor(block, at: slot)].root
                if store.getAncestor(nodes[block].root, slot) != through { return "ancestor at \(slot)" }
                if store.tree.ancestor(of: nodes[block].root, at: slot) != through { return "tree's at \(slot)" }
                if store.node(nodes[block].root)?.weight != weights[block] { return "weight of a node" }
            }
            return nil
        }
    }

    @Test func answersAreRightAndCostNoMoreAsTheTreeGrows() async {
        if !Heap.isMeasured { print("skipped: heap a block: not told under Thread Sanitizer") }
        // In a process of its own, because the heap is looked at.
        await #expect(processExitsWith: .success) {
            var split = try Split()
            let clock = ContinuousClock()
            var published = split.store.tree
            var (spent, slowest, copied) = (Duration.zero, Duration.zero, 0)
            let (blocks, heap) = (split.model.blocks.count, Heap.inUse)
            var perBlock: [Int] = []
            var reorgs = 0
            var last = Root()
            let marks = Set([Self.slots / 100, Self.slots / 10, Self.slots].map { max($0, 64) })
            for slot in 1...Self.slots {
                try split.slot(slot)
                var head = Root()
                let took = try clock.measure {
                    head = try split.store.getHead().root
                    published = split.store.tree
                }
                if !(split.store.isDescendant(head, of: last)) { reorgs += 1 }
                last = head
                spent += took
                slowest = max(slowest, took)
                copied += split.store.nodes.piecesNotShared(with: published.blocks)
                if slot % (Self.isFull ? 4_999 : 37) == 0 || marks.contains(slot) {
                    if let difference = try split.difference() {
                        Issue.record("slot \(slot): \(difference)")
                        return
                    }
                }
                guard marks.contains(slot) else { continue }
                let new = split.model.blocks.count - blocks
                let model = split.model.blocks.capacity * MemoryLayout<PlainHead.Block>.stride
                perBlock.append((Heap.inUse - heap - model) / max(1, new))
                print(
                    "slot \(slot): \(split.model.blocks.count) blocks, \(split.tips.count) branches, \(reorgs) reorgs; "
                        + "head and snapshot \(spent / max(1, new)) a block, slowest \(slowest); "
                        + "heap \(perBlock.last ?? 0) bytes a block, tree \(published.bytes / published.count)"
                )
                (spent, slowest, copied) = (.zero, .zero, 0)
            }
            #expect(reorgs > 5)
            #expect(split.store.balances.count <= 2)
            #expect(split.store.payloadVotes.isEmpty && split.store.slotCommittees.isEmpty)
            #expect(split.store.branches.dueCount < 64 * 32)
            // Store and model; an array of either may have just doubled.
            let bytes = (Heap.inUse - heap) / (split.model.blocks.count - blocks)
            #expect(bytes < 600, "\(bytes) bytes a block")
            withExtendedLifetime((split, published)) {}
        }
    }

    /// What is published shares all but a few pieces with what was published before, though voters change sides.
    @Test func publishingCopiesTheEndOnly() throws {
        var split = try Split()
        for i in split.sides.indices { split.sides[i] = i % 24 }
        var before = split.store.tree
        var copied = 0
        for slot in 1...UInt64(2_000) {
            try split.slot(slot)
            _ = try split.store.getHead()
            let now = split.store.tree
            if slot > 1_000 { copied += now.blocks.piecesNotShared(with: before.blocks) }
            before = now
        }
        #expect(before.count > 1_900)
        // Each branch has its end in a piece or two, and who changes sides leaves the end of another.
        #expect(copied < 1_000 * 16, "\(copied) pieces in 1,000 slots")
    }

    /// Two dozen branches from the first block on, and a voter or two of each slot who changes sides: ways of hundreds of
    /// blocks to where the branches part, and a head that looks at a few dozen.
    @Test func headsLookAtFewBlocksHoweverLongTheBranches() throws {
        var split = try Split()
        let branches = 8
        split.turncoats = 32
        for i in split.sides.indices { split.sides[i] = i % branches }
        split.tips = []
        split.store.onTick(split.store.timeAtSlotMs(1))
        for _ in 0..<branches { split.tips.append(try split.add(on: 0, slot: 1)) }
        var perHead: [Int] = []
        for slot in 2...UInt64(4_000) {
            split.store.onTick(split.store.timeAtSlotMs(slot))
            split.model.currentSlot = slot
            split.model.boosted = nil
            let side = Int(slot) % branches
            split.tips[side] = try split.add(on: split.tips[side], slot: slot)
            try split.attest(slot)
            let before = split.store.lines.steps
            _ = try split.store.getHead()
            perHead.append(split.store.lines.steps - before)
            if slot % 499 == 0, let difference = try split.difference() {
                Issue.record("slot \(slot): \(difference)")
                return
            }
        }
        func mean(_ steps: ArraySlice<Int>) -> Int { steps.reduce(0, +) / steps.count }
        let (early, late) = (mean(perHead[500..<1_000]), mean(perHead.suffix(500)))
        print("steps a head: \(early) with ways of 100 blocks, \(late) with ways of 500")
        // Block by block a change of sides alone would be a thousand.
        #expect(late < 700 && late < early * 2, "\(early) steps a head grew to \(late)")
    }

    /// What a block takes in the store, with its votes' sums and its place in the index, as the heap tells.
    @Test func blocksTakeTwoHundredAndFiftyBytes() async {
        if !Heap.isMeasured { print("skipped: bytes a block: not told under Thread Sanitizer") }
        await #expect(processExitsWith: .success) {
            let own = Checkpoint(epoch: 0, root: root(1))
            var store = ForkChoiceStore(
                anchor: .anchor,
                genesisTime: 0,
                balances: balances([Gwei](repeating: 32_000_000_000, count: 512)),
                spec: .minimal
            )
            let heap = Heap.inUse
            let blocks: UInt64 = Self.isFull ? 100_000 : 20_000
            var tips = [UInt64](repeating: 1, count: 24)
            for number in 2...(blocks + 1) {
                let slot = number
                store.onTick(store.timeAtSlotMs(slot))
                let side = Int(number % 24)
                // Every tenth block is left alone.
                let block = ForkChoiceBlock.made(
                    root(number),
                    on: root(tips[side]),
                    slot: slot,
                    payload: root(number << 32),
                    justified: own,
                    finalized: own
                )
                try store.onBlock(block, execution: .valid)
                if number % 10 > 0 { tips[side] = number }
                if number % 100 == 0 { _ = try store.getHead() }
            }
            let bytes = (Heap.inUse - heap) / Int(blocks)
            print("\(bytes) bytes a block on the heap, \(store.bytes / store.count) by the store's own count")
            #expect(!Heap.isMeasured || bytes < 250, "\(bytes) bytes a block")
            #expect(store.bytes / store.count < 250)
            withExtendedLifetime(store) {}
        }
    }
}
