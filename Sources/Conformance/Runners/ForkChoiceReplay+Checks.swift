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
                if let status = value["payload_status"] { try expectStatus("head.payload_status", status, head) }
                for key in try value.entries.map(\.key) where !["root", "slot", "payload_status"].contains(key) {
                    throw Mismatch("head", expected: "a known key", got: key)
                }
            case "head_payload_status": try expectStatus(name, value, try store.getHead())
            case "payload_timeliness_vote": try expectVotes(name, value, store.payloadTimelinessVote)
            case "payload_data_availability_vote": try expectVotes(name, value, store.payloadDataAvailabilityVote)
            case "viable_for_head_roots_and_weights": try expectViable(name, value)
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
    func committees(of node: ForkChoiceHead) throws -> [ValidatorIndex] {
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

    private func expectStatus(_ name: String, _ expected: YAMLNode, _ head: ForkChoiceHead) throws {
        try expectEqual(name, expected: try expected.int, got: UInt64(head.payloadStatus.rawValue))
    }

    private func expectVotes(_ name: String, _ expected: YAMLNode, _ votes: (Root) -> [Bool?]?) throws {
        let bytes = try expected.member("block_root").hexBytes
        guard let root = Root(bytes), let got = votes(root) else {
            throw Mismatch("\(name).block_root", expected: "a known block", got: bytes)
        }
        let wanted: [Bool?] = try expected.member("votes").elements.map { $0.isNull ? nil : try $0.bool }
        try expectEqual(name, expected: wanted, got: got)
    }

    /// The leaves of the filtered tree, in any order.
    private mutating func expectViable(_ name: String, _ expected: YAMLNode) throws {
        let got = try store.viableForHead().map { leaf in
            // Before gloas a node is its block, and has no status.
            let status = fork >= .gloas ? " \(leaf.node.payloadStatus.rawValue)" : ""
            return "\(leaf.node.root)\(status): \(leaf.weight)"
        }
        let wanted = try expected.elements.map { leaf in
            let bytes = try leaf.member("root").hexBytes
            guard let root = Root(bytes) else { throw Mismatch("\(name).root", expected: "32 bytes", got: bytes) }
            let status = try leaf["payload_status"].map { " \(try $0.int)" } ?? ""
            return "\(root)\(status): \(try leaf.member("weight").int)"
        }
        try expectEqual(name, expected: wanted.sorted(), got: got.sorted())
    }
}
