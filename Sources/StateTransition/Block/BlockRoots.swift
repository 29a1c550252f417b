public import ConsensusTypes
public import Hashing
public import SSZ

/// The roots of one block that its way through a node asks for, from one pass over its bytes.
///
/// Make it where the block is decoded, and hand it on: `verifyBlockSignature`, `processBlock` and `stateTransition` take
/// it and then hash nothing of the body again. They believe it: it must have been made from the same block.
public struct BlockRoots: Hashable, Sendable {
    /// The block's own root, which is its header's too.
    public let block: Root
    public let body: Root
    /// Roots of the payload's lists, as its header has them; `nil` where the body has no payload.
    public let payload: Payload?

    /// Roots that stand in a payload's header in place of lists.
    public struct Payload: Hashable, Sendable {
        public let transactions: Root
        /// Zero before capella.
        public let withdrawals: Root

        /// Takes them from the roots of a payload's fields.
        init(fieldRoots: [Root], in context: ShapeContext) {
            func root(_ name: String) -> Root {
                ExecutionPayload.position(ofField: name, in: context).map { fieldRoots[$0] } ?? Root()
            }
            transactions = root("transactions")
            withdrawals = root("withdrawals")
        }

        /// Hashes the lists of `payload`.
        init(_ payload: ExecutionPayload, in context: ShapeContext) {
            self.init(fieldRoots: payload.fieldRoots(in: context), in: context)
        }
    }

    /// - Parameter context: the shapes of the fork that the block's slot belongs to.
    public init(_ block: BeaconBlock, in context: ShapeContext) {
        // The payload's fields are hashed on the way to the body's root, so that its header need not hash them again.
        if BeaconBlockBody.position(ofField: "execution_payload", in: context) != nil {
            let fieldRoots = block.body.executionPayload.fieldRoots(in: context)
            payload = Payload(fieldRoots: fieldRoots, in: context)
            body = BeaconBlockBody.root(
                ofFields: block.body.fieldRoots(
                    in: context,
                    known: ["execution_payload": ExecutionPayload.root(ofFields: fieldRoots, in: context)]
                ),
                in: context
            )
        } else {
            payload = nil
            body = block.body.hashTreeRoot(in: context)
        }
        self.block = BeaconBlockHeader(block, bodyRoot: body).hashTreeRoot(in: context)
    }
}

extension BeaconBlockHeader {
    /// The header of a block, whose root is the block's.
    public init(_ block: BeaconBlock, bodyRoot: Root) {
        self.init(
            slot: block.slot,
            proposerIndex: block.proposerIndex,
            parentRoot: block.parentRoot,
            stateRoot: block.stateRoot,
            bodyRoot: bodyRoot
        )
    }
}
