import BlockPipeline
import ConsensusTypes
import GossipIngest
import Hashing
import Node
import SSZ
import StateTransition

/// States and blocks of a simulated chain, signatures believed.
struct ChainKernels: Sendable {
    private let spec: ChainSpec
    private let fork: ForkName
    private let ssz: [UInt8]
    private let state: BeaconState
    /// Each builds on the one before.
    private let chain: [SignedBeaconBlock]
    private let pubkeys = PubkeyCache()

    init(path: String) throws {
        let directory = try StreamDirectory(path: path)
        spec = try NetworkSettings().spec(fallback: directory.configPath)
        ssz = try directory.state().ssz(maximum: 1 << 30)
        let anchor = try Anchor(ssz: ssz, spec: spec)
        state = anchor.state
        fork = anchor.state.forkName
        var chain: [SignedBeaconBlock] = []
        for number in directory.blockNames.indices {
            let bytes = try directory.block(number).ssz(maximum: 1 << 24)
            chain.append(try DecodedBlock(ssz: bytes, spec: spec).signed)
        }
        self.chain = chain
        pubkeys.cover(state.validators)
    }

    var all: [CountedKernel] { [decode, coldRoot, block, boundary] }

    private func transition(_ state: BeaconState) -> Transition {
        Transition(state: state, spec: spec, caches: TransitionCaches(pubkeys: pubkeys), signatures: .trust)
    }

    private var decode: CountedKernel {
        CountedKernel(name: "state.decode") {
            { UInt64(try BeaconState.decode(ssz, in: spec.context(fork)).validators.count) }
        }
    }

    private var coldRoot: CountedKernel {
        CountedKernel(name: "state.root.cold") {
            let fresh = try BeaconState.decode(ssz, in: spec.context(fork))
            return { UInt64(fresh.hashTreeRoot(in: spec.context(fork)).bytes[0]) }
        }
    }

    /// The second block, with what the first made for the epoch: slots, block and root.
    private var block: CountedKernel {
        CountedKernel(name: "block.no_signatures") {
            var before = transition(state)
            try before.stateTransition(chain[0])
            let start = before
            return {
                var transition = start
                try transition.stateTransition(chain[1])
                return transition.state.slot
            }
        }
    }

    /// Slots, first block of the next epoch and root, after all blocks of an epoch.
    private var boundary: CountedKernel {
        CountedKernel(name: "epoch.boundary") {
            let epochs = chain.map { $0.message.slot / spec.preset.slotsPerEpoch }
            guard let boundary = chain.indices.dropFirst().first(where: { epochs[$0] > epochs[$0 - 1] }) else {
                throw TransitionError("state_transition", "epoch", expected: "blocks of two", got: "one")
            }
            var before = transition(state)
            for block in chain[..<boundary] { try before.stateTransition(block) }
            let start = before
            return {
                var transition = start
                try transition.stateTransition(chain[boundary])
                return transition.state.slot
            }
        }
    }
}
