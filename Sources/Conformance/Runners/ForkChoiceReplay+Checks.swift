import ConsensusTypes
import DataAvailability
import ForkChoice
import Hashing
import KZG
import SSZ
import StateTransition
import YAML

extension ForkChoiceReplay {
    mutating func check(_ checks: YAMLNode) throws {
        for entry in try checks.entries {
            let (name, value) = (entry.key, entry.value)
            switch name {
            case "time": try expectEqual(name, expected: try value.int, got: store.timeMs / 1000)
            case "genesis_time": try expectEqual(name, expected: try value.int, got: store.genesisTimeMs / 1000)
            case "head":
                let head = try store.getHead()
                try expectEqual("head.root", expected: try value.member("root").hexBytes, got: head.root.bytes)
                try expectEqual("head.slot", expected: try value.member("slot").int, got: head.slot)
            case "justified_checkpoint": try expectCheckpoint(name, value, store.justifiedCheckpoint)
            case "finalized_checkpoint": try expectCheckpoint(name, value, store.finalizedCheckpoint)
            case "proposer_boost_root":
                try expectEqual(name, expected: try value.hexBytes, got: store.proposerBoostRoot.bytes)
            case "get_proposer_head":
                let head = try store.getHead()
                let proposed = try store.getProposerHead(
                    slot: store.currentSlot,
                    headCommittees: try committees(of: head)
                )
                try expectEqual(name, expected: try value.hexBytes, got: proposed.root.bytes)
            default: throw Mismatch("check", expected: "a known one", got: name)
            }
        }
    }

    /// The members of all committees of a block's slot.
    func committees(of node: ForkChoiceNode) throws -> [ValidatorIndex] {
        guard let state = states[node.root] else { throw ForkChoiceError.missingNode(node.root) }
        var transition = transition(state)
        var members: [ValidatorIndex] = []
        for index in 0..<(try transition.getCommitteeCountPerSlot(transition.computeEpochAtSlot(node.slot))) {
            members += try transition.getBeaconCommittee(node.slot, index)
        }
        return members
    }

    func expectCheckpoint(_ name: String, _ expected: YAMLNode, _ got: Checkpoint) throws {
        try expectEqual("\(name).epoch", expected: try expected.member("epoch").int, got: got.epoch)
        try expectEqual("\(name).root", expected: try expected.member("root").hexBytes, got: got.root.bytes)
    }
}
