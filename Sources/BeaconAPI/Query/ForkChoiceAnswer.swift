public import BlockPipeline
internal import ConsensusTypes
internal import ForkChoice
internal import Hashing

/// Fork choice as `/eth/v1/debug/fork_choice` shows it: numbers are decimal text.
public struct ForkChoiceAnswer: Codable, Hashable, Sendable {
    public struct Point: Codable, Hashable, Sendable {
        public var epoch: String
        public var root: String

        public init(epoch: String, root: String) {
            self.epoch = epoch
            self.root = root
        }
    }

    public struct Node: Codable, Hashable, Sendable {
        public var slot: String
        public var blockRoot: String
        public var parentRoot: String
        public var justifiedEpoch: String
        public var finalizedEpoch: String
        public var weight: String
        /// `optimistic` where no execution engine has judged the payload.
        public var validity: String
        public var executionBlockHash: String
        public var extraData: [String: String]
    }

    public var justifiedCheckpoint: Point
    public var finalizedCheckpoint: Point
    public var forkChoiceNodes: [Node]
    public var extraData: [String: String]

    public init(
        justifiedCheckpoint: Point,
        finalizedCheckpoint: Point,
        forkChoiceNodes: [Node],
        extraData: [String: String]
    ) {
        self.justifiedCheckpoint = justifiedCheckpoint
        self.finalizedCheckpoint = finalizedCheckpoint
        self.forkChoiceNodes = forkChoiceNodes
        self.extraData = extraData
    }

    /// The answer of a snapshot.
    public static func listed(_ snapshot: ForkChoiceSnapshot) -> ListedAnswer<ForkChoiceAnswer, Node> {
        let frame = ForkChoiceAnswer(
            justifiedCheckpoint: Point(snapshot.justified),
            finalizedCheckpoint: Point(snapshot.finalized),
            forkChoiceNodes: [],
            extraData: [
                "head_root": "\(snapshot.head.root)",
                "proposer_boost_root": "\(snapshot.proposerBoostRoot)",
                "unrealized_justified_epoch": "\(snapshot.unrealizedJustified.epoch)",
            ]
        )
        let nodes = snapshot.nodes
        return ListedAnswer(frame, \.forkChoiceNodes, key: "fork_choice_nodes", count: nodes.count) { range in
            nodes[range].map { Node($0) }
        }
    }
}

extension ForkChoiceAnswer.Point {
    init(_ checkpoint: Checkpoint) { self.init(epoch: "\(checkpoint.epoch)", root: "\(checkpoint.root)") }
}

extension ForkChoiceAnswer.Node {
    init(_ node: ForkChoiceNode) {
        let block = node.block
        self.init(
            slot: "\(block.slot)",
            blockRoot: "\(block.root)",
            parentRoot: "\(block.parentRoot)",
            justifiedEpoch: "\(block.justified.epoch)",
            finalizedEpoch: "\(block.finalized.epoch)",
            weight: "\(node.weight)",
            validity: Self.validity(of: node.execution),
            executionBlockHash: "\(block.executionBlockHash)",
            extraData: [
                "state_root": "\(block.stateRoot)",
                "unrealized_justified_epoch": "\(block.unrealizedJustified.epoch)",
                "unrealized_finalized_epoch": "\(block.unrealizedFinalized.epoch)",
            ]
        )
    }

    private static func validity(of status: ExecutionStatus) -> String {
        switch status {
        case .valid: "valid"
        case .notValidated: "optimistic"
        case .invalidated: "invalid"
        }
    }
}
