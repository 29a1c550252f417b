import ConsensusTypes
import Foundation
import Hashing
import TestSupport
import Testing

@testable import ForkChoice

/// Many branches, long ones, and voters who change sides: against a tree that is counted anew with every question.
///
/// With `MARTLET_FULL=1` ten times as many runs.
@Suite struct BranchVotesTests {
    private static let isFull = ProcessInfo.processInfo.environment["MARTLET_FULL"] == "1"
    private static let validators = 48

    /// Store and model side by side.
    struct Split {
        var store: ForkChoiceStore
        var model: PlainTree
        var random: SplitMix64
        let branches: Int
        let gloasEpoch: Epoch
        let spec: ChainSpec
        /// Roots of the last blocks of the branches.
        var tips: [Root]
        /// The hash of a block's payload and of the one it builds on.
        var hashes: [Root: (own: Hash32, parent: Hash32)] = [:]
        var lastRoot: UInt64 = 0
        var weights: [Checkpoint: [Gwei]]
        var seen = Seen()

        struct Seen {
            var heads: Set<Root> = []
            var empty = 0
            var full = 0
            var refused = 0
            var pruned = 0
            var equivocations = 0
            var justifications = 0
        }

        init(seed: UInt64, branches: Int, gloasEpoch: Epoch) {
            random = SplitMix64(seed: seed)
            self.branches = branches
            self.gloasEpoch = gloasEpoch
            var config = Config.minimal
            for fork in [
                \Config.altairForkEpoch, \.bellatrixForkEpoch, \.capellaForkEpoch, \.denebForkEpoch,
                \.electraForkEpoch, \.fuluForkEpoch,
            ] { config[keyPath: fork] = 0 }
            config.gloasForkEpoch = gloasEpoch
            spec = ChainSpec(preset: .minimal, config: config)
            let own = Checkpoint(epoch: 0, root: root(1))
            let gwei = Self.randomBalances(&random)
            weights = [own: gwei]
            store = ForkChoiceStore(
                anchor: .anchor,
                genesisTime: 0,
                balances: balances(gwei),
                committees: Self.committees(spec),
                spec: spec
            )
            let isGloas = gloasEpoch == 0
            model = PlainTree(
                blocks: [
                    .init(
                        root: root(1),
                        parent: -1,
                        slot: 0,
                        isOnPayload: true,
                        isGloas: isGloas,
                        hasPayload: !isGloas,
                        justified: 0,
                        unrealized: 0
                    )
                ],
                votes: Array(repeating: nil, count: validators),
                balances: gwei
            )
            hashes[root(1)] = (root(1), Hash32())
            tips = [root(1)]
        }

        private static func randomBalances(_ random: inout SplitMix64) -> [Gwei] {
            (0..<validators).map { _ in UInt64.random(in: 1...3, using: &random) * 16_000_000_000 }
        }

        private static func committees(_ spec: ChainSpec) -> BlockCommittees {
            BlockCommittees(ptc: Array(repeating: 0, count: Int(spec.preset.ptcSize)), slot: [])
        }

        private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

        private func position(_ root: Root) -> Int? { model.blocks.firstIndex { $0.root == root } }

        // MARK: Events

        mutating func step() throws {
            if chance(60) {
                model.currentSlot += 1
                // Late in the slot, so that nobody is boosted.
                store.onTick(store.timeAtSlotMs(model.currentSlot) + 5_000)
                believe()
            }
            if chance(80) { try addBlock() }
            if gloasEpoch < 1_000, chance(60) { try addPayload() }
            for _ in 0..<Int.random(in: 0...4, using: &random) { try attest() }
            if chance(1) { try equivocate() }
            if chance(5) { try refuse() }
        }

        /// When justification is realized is not what is tested: the model believes the store.
        private mutating func believe() {
            if model.justified != store.justifiedCheckpoint.epoch { seen.justifications += 1 }
            model.justified = store.justifiedCheckpoint.epoch
            model.balances = weights[store.justifiedCheckpoint] ?? []
            let finalized = store.finalizedCheckpoint.root
            model.finalizedSlot = store.finalizedCheckpoint.epoch * 8
            if finalized != model.blocks[0].root {
                let before = Set(model.blocks.map(\.root))
                model.prune(finalized)
                let dropped = before.subtracting(model.blocks.map(\.root))
                if Set(store.prune()) != dropped { Issue.record("other blocks were pruned") }
                seen.pruned += dropped.count
                tips.removeAll { dropped.contains($0) }
                if tips.isEmpty { tips = [finalized] }
            }
            model.base = position(store.justifiedCheckpoint.root) ?? 0
        }

        private mutating func addBlock() throws {
            let isOnTip = chance(85)
            let near = max(0, model.blocks.count - 60)
            let side = Int.random(in: 0..<tips.count, using: &random)
            let parentRoot =
                isOnTip ? tips[side] : model.blocks[Int.random(in: near..<model.blocks.count, using: &random)].root
            guard let parent = position(parentRoot), !model.blocks[parent].isRefused, model.isOnFinalized(parent) else {
                if isOnTip { tips[side] = model.blocks[model.base].root }
                return
            }
            let above = model.blocks[parent]
            guard above.slot < model.currentSlot, let known = hashes[parentRoot] else { return }
            let slot = UInt64.random(
                in: max(above.slot + 1, model.currentSlot.minusClamped(3))...model.currentSlot,
                using: &random
            )
            guard slot > model.finalizedSlot else { return }
            // A block before gloas is always built on.
            let isOnPayload = above.isGloas ? above.hasPayload && chance(70) : true
            let isGloas = slot / 8 >= gloasEpoch
            lastRoot += 1
            let fresh = root(lastRoot &* 0x9e37_79b9_7f4a_7c15)
            let hash = root(lastRoot &* 0xd134_2543_de82_ef95)
            let parentHash = isOnPayload ? known.own : known.parent
            let checkpoints = try checkpoints(on: parent, slot)
            var block = ForkChoiceBlock.made(
                fresh,
                on: parentRoot,
                slot: slot,
                payload: hash,
                justified: checkpoints.justified,
                finalized: checkpoints.finalized
            )
            block.parentExecutionBlockHash = parentHash
            block.unrealizedJustified = checkpoints.unrealized
            try store.onBlock(block, committees: isGloas ? Self.committees(spec) : nil)
            model.blocks.append(
                .init(
                    root: fresh,
                    parent: parent,
                    slot: slot,
                    isOnPayload: isOnPayload,
                    isGloas: isGloas,
                    hasPayload: !isGloas,
                    justified: checkpoints.justified.epoch,
                    unrealized: checkpoints.unrealized.epoch
                )
            )
            hashes[fresh] = (hash, parentHash)
            if isOnTip, tips.count >= branches || chance(70) { tips[side] = fresh } else { tips.append(fresh) }
            if tips.count > branches { tips.remove(at: Int.random(in: 0..<tips.count, using: &random)) }
            if store.node(fresh)?.block != block { Issue.record("\(fresh.short) is not handed out as it was taken in") }
            believe()
        }

        /// Those of the parent, or later ones of the block's own chain.
        private mutating func checkpoints(
            on parent: Int,
            _ slot: Slot
        ) throws -> (justified: Checkpoint, finalized: Checkpoint, unrealized: Checkpoint) {
            let above = try #require(store.node(model.blocks[parent].root)).block
            var (justified, unrealized) = (above.justified, above.unrealizedJustified)
            if slot / 8 > above.slot / 8 { justified = unrealized }
            let epoch = slot / 8
            if epoch > unrealized.epoch + 1, slot > model.blocks[model.base].slot + 8, chance(6) {
                let through = model.ancestor(parent, at: (epoch - 1) * 8)
                if model.isAbove(through, model.base) {
                    unrealized = Checkpoint(epoch: epoch - 1, root: model.blocks[through].root)
                    if weights[unrealized] == nil {
                        let gwei = Self.randomBalances(&random)
                        weights[unrealized] = gwei
                        store.supply(balances(gwei), for: unrealized)
                    }
                }
            }
            var finalized = store.finalizedCheckpoint
            // What is justified now becomes final, on its own branch.
            if store.justifiedCheckpoint.epoch > finalized.epoch, chance(6), model.isAbove(parent, model.base),
                slot > store.justifiedCheckpoint.epoch * 8,
                model.ancestor(parent, at: store.justifiedCheckpoint.epoch * 8) == model.base,
                let observed = position(store.unrealizedJustifiedCheckpoint.root),
                model.isAbove(observed, model.base)
            {
                finalized = store.justifiedCheckpoint
            }
            return (justified, finalized, unrealized)
        }

        private mutating func addPayload() throws {
            let near = max(0, model.blocks.count - 10)
            let at = Int.random(in: near..<model.blocks.count, using: &random)
            let block = model.blocks[at]
            guard block.isGloas, !block.isRefused, !block.isPayloadRefused else { return }
            try store.onExecutionPayloadEnvelope(block.root)
            model.blocks[at].hasPayload = true
        }

        private mutating func attest() throws {
            guard model.currentSlot > 0 else { return }
            // Whoever votes stands on any branch, and on another the next time.
            let tip = tips[Int.random(in: 0..<tips.count, using: &random)]
            guard var at = position(tip) else { return }
            if chance(30) {
                at = model.ancestor(at, at: model.currentSlot.minusClamped(UInt64.random(in: 0...40, using: &random)))
            }
            let block = model.blocks[at]
            guard !block.isRefused, block.slot < model.currentSlot else { return }
            let slot = UInt64.random(in: block.slot...model.currentSlot - 1, using: &random)
            let isGloas = slot / 8 >= gloasEpoch
            let isPresent = isGloas && block.slot < slot && block.hasPayload && chance(60)
            let payloadOfOld = isGloas && !block.isGloas && block.slot < slot && chance(50)
            let data = AttestationData(
                slot: slot,
                index: isPresent || payloadOfOld ? 1 : 0,
                beaconBlockRoot: block.root,
                source: Checkpoint(),
                target: Checkpoint(epoch: slot / 8, root: model.blocks[model.ancestor(at, at: slot / 8 * 8)].root)
            )
            let voters = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                Int.random(in: 0..<validators, using: &random)
            }
            try store.onAttestation(data, indices: voters.map { UInt64($0) }, from: .block)
            for voter in voters {
                model.vote(voter, .init(block: at, slot: slot, isPresent: data.index == 1), isGloas: isGloas)
            }
        }

        private mutating func equivocate() throws {
            let validator = Int.random(in: 0..<validators, using: &random)
            var slashing = AttesterSlashing()
            slashing.attestation1.attestingIndices = [UInt64(validator)]
            slashing.attestation2.attestingIndices = [UInt64(validator)]
            slashing.attestation2.data.beaconBlockRoot = root(5)
            try store.onAttesterSlashing(slashing)
            if model.equivocating.insert(validator).inserted { seen.equivocations += 1 }
        }

        /// An engine refuses a payload that nothing justified builds on.
        private mutating func refuse() throws {
            let at = Int.random(in: 0..<model.blocks.count, using: &random)
            let block = model.blocks[at]
            guard at > model.base, !block.isRefused, !block.isPayloadRefused else { return }
            guard !block.isGloas || block.hasPayload || chance(20) else { return }
            let observed = position(store.unrealizedJustifiedCheckpoint.root) ?? 0
            guard !model.isAbove(observed, at) else { return }
            // Seldom one that much stands on.
            guard model.blocks.count - at < 40 || chance(5) else { return }
            let fallen = model.refuse(at)
            let got = try store.onPayloadVerdict(.invalid(latestValidHash: nil), of: block.root)
            if Set(got) != fallen { Issue.record("refused: expected \(fallen.count), got \(got.count)") }
            seen.refused += fallen.count
        }

        // MARK: Comparison

        mutating func difference() throws -> String? {
            let head = try store.getHead()
            let expected = model.head()
            seen.heads.insert(head.root)
            if head.payloadStatus == .empty { seen.empty += 1 } else { seen.full += 1 }
            if store.proposerBoostRoot != Root() { return "somebody is boosted" }
            if head.root != expected.root || head.payloadStatus != expected.status {
                return "head: expected \(expected.root.short) \(expected.status), got "
                    + "\(head.root.short) \(head.payloadStatus)"
            }
            for i in model.blocks.indices {
                let got = store.getWeight(PayloadNode(root: model.blocks[i].root, payloadStatus: .pending))
                if got != expected.weights[i] {
                    return "weight of \(i): expected \(expected.weights[i]), got \(got ?? 0)"
                }
            }
            let published = store.tree
            let at = Int.random(in: model.blocks.indices, using: &random)
            let slot = UInt64.random(in: 0...model.blocks[at].slot, using: &random)
            let through = model.blocks[model.ancestor(at, at: slot)].root
            if published.ancestor(of: model.blocks[at].root, at: slot) != through {
                return "ancestor of \(at) at \(slot)"
            }
            if published.node(model.blocks[at].root)?.weight != expected.weights[at] { return "published weight" }
            if chance(10), published.nodes.map(\.weight) != expected.weights { return "published weights" }
            return nil
        }
    }

    struct Shape: CustomTestStringConvertible, Sendable {
        let branches: Int
        let gloasEpoch: Epoch
        var testDescription: String { "\(branches) branches, gloas \(gloasEpoch)" }
    }

    private static let shapes = [1, 2, 6, 24].flatMap { branches in
        [0, 12, farFutureEpoch].map { Shape(branches: branches, gloasEpoch: $0) }
    }

    @Test(arguments: shapes) func agreesWithAPlainTree(_ shape: Shape) throws {
        var total = Split.Seen()
        for seed in UInt64(1)...(Self.isFull ? 30 : 3) {
            var split = Split(seed: seed, branches: shape.branches, gloasEpoch: shape.gloasEpoch)
            for step in 0..<500 {
                try split.step()
                // Some heads come after one event, some after several.
                guard split.random.next() % 3 == 0 else { continue }
                if let difference = try split.difference() {
                    Issue.record("\(shape.testDescription), seed \(seed), step \(step): \(difference)")
                    return
                }
            }
            total.heads.formUnion(split.seen.heads)
            total.empty += split.seen.empty
            total.full += split.seen.full
            total.refused += split.seen.refused
            total.pruned += split.seen.pruned
            total.equivocations += split.seen.equivocations
            total.justifications += split.seen.justifications
        }
        #expect(total.heads.count > 30)
        #expect(total.refused > 0 && total.pruned > 0 && total.equivocations > 0 && total.justifications > 0)
        if shape.gloasEpoch == 0 { #expect(total.empty > 50) }
        #expect(total.full > 50)
    }
}
