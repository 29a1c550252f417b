import ConsensusTypes
import ForkChoice
import Hashing
import SSZ

/// A tree that nothing is pruned from: what a block costs fork choice, and what it leaves.
enum ForkChoiceBenchmarks {
    static let all: [Benchmark] =
        [1, 24].flatMap { branches in [1_000, 10_000, 100_000].map { head($0, branches: branches) } } + [bytes]

    /// A block with its votes, the head after it, and a snapshot of the tree for readers, on top of so many.
    ///
    /// A branch begins every tenth slot; with several, voters change sides and reach back to where the branches part.
    private static func head(_ blocks: UInt64, branches: UInt64) -> Benchmark {
        let name = "fork_choice.\(blocks)" + (branches > 1 ? ".split" : "")
        return Benchmark(name: name, unit: .us) {
            let start = try Growth(branches: branches, blocks: blocks)
            let count = 500
            return Benchmark.Run(operations: count) { watch in
                var growth = start
                // The first changes to each branch copy what the start still holds.
                for _ in 0..<branches { try growth.add() }
                return try watch.time {
                    for _ in 0..<count { try growth.add() }
                    return UInt64(growth.tree.count)
                }
            }
        }
    }

    private static let bytes = Benchmark(name: "fork_choice.bytes_per_block", unit: .bytes) {
        Benchmark.Run(operations: 1) { watch in
            let before = HeapSize.inUse
            let growth = try Growth(branches: 24, blocks: 10_000)
            watch.count((HeapSize.inUse - before) / UInt64(growth.tree.count))
            return UInt64(growth.tree.count)
        }
    }

    /// A chain and its branches without finality, block by block.
    private struct Growth {
        private var store: ForkChoiceStore
        private(set) var tree: ForkChoiceTree
        private var tips: [(root: Root, slot: Slot)]
        private var slot: Slot = 0
        private let own: Checkpoint

        private static let validators: UInt64 = 512

        init(branches: UInt64, blocks: UInt64) throws {
            let root = SHA256.hash([0])
            own = Checkpoint(epoch: 0, root: root)
            var state = BeaconState()
            for _ in 0..<Self.validators {
                var validator = Validator()
                validator.effectiveBalance = 32_000_000_000
                validator.exitEpoch = .max
                state.validators.append(validator)
            }
            store = ForkChoiceStore(
                anchor: Self.block(root, on: Root(), 0, own),
                genesisTime: 0,
                balances: ActiveBalances(state, spec: .minimal),
                spec: .minimal
            )
            _ = try store.getHead()
            tree = store.tree
            tips = Array(repeating: (root, 0), count: Int(branches))
            for _ in 0..<blocks { try add() }
        }

        private static func block(_ root: Root, on parent: Root, _ slot: Slot, _ own: Checkpoint) -> ForkChoiceBlock {
            ForkChoiceBlock(
                root: root,
                parentRoot: parent,
                slot: slot,
                proposerIndex: 0,
                stateRoot: root,
                executionBlockHash: root,
                justified: own,
                finalized: own,
                unrealizedJustified: own,
                unrealizedFinalized: own
            )
        }

        mutating func add() throws {
            slot += 1
            store.onTick(store.timeAtSlotMs(slot))
            let side = Int(slot % UInt64(tips.count))
            let bytes = (0..<8).map { UInt8(truncatingIfNeeded: slot >> ($0 * 8)) }
            let root = SHA256.hash(bytes)
            try store.onBlock(Self.block(root, on: tips[side].root, slot, own))
            if slot % 10 == 0 {
                try store.onBlock(Self.block(SHA256.hash(bytes + [1]), on: tips[side].root, slot, own))
            }
            tips[side] = (root, slot)
            // The committee of the slot: most vote as they did an epoch ago, a few for this block.
            let per = Self.validators / 8
            let first = slot * per % Self.validators
            for (offset, tip) in tips.enumerated() {
                let members = (first..<first + per).filter { index in
                    Int(index % UInt64(tips.count)) == offset || (offset == side && index % 61 == slot % 61)
                }
                guard !members.isEmpty, tip.slot > 0 else { continue }
                let target = store.getCheckpointBlock(tip.root, slot / 8) ?? tip.root
                let data = AttestationData(
                    slot: slot,
                    index: 0,
                    beaconBlockRoot: tip.root,
                    source: own,
                    target: Checkpoint(epoch: slot / 8, root: target)
                )
                store.onTick(store.timeAtSlotMs(slot + 1))
                try store.onAttestation(data, indices: members, from: .block)
            }
            _ = try store.getHead()
            tree = store.tree
        }
    }
}
