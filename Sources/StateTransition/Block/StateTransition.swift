public import ConsensusTypes
internal import Hashing
internal import SSZ

/// Whether the root that a block promises for its post-state is checked.
public enum StateRootPolicy: Hashable, Sendable {
    case verify
    /// Believes it: for blocks whose transition was run before, and for making blocks.
    case trust
}

extension Transition {
    /// Spec: `state_transition`.
    ///
    /// With signatures collected, the block is valid only once the claims of `signatures` are verified too.
    public mutating func stateTransition(
        _ signedBlock: SignedBeaconBlock,
        stateRoot: StateRootPolicy = .verify
    ) throws(TransitionError) {
        let block = signedBlock.message
        try processSlots(block.slot)
        // The body is most of a block: hashed once for the signature and for the header.
        let bodyRoot = block.body.hashTreeRoot(in: context)
        try verifyBlockSignature(signedBlock, bodyRoot: bodyRoot)
        try processBlock(block, bodyRoot: bodyRoot)
        guard stateRoot == .verify else { return }
        let root = state.hashTreeRoot(in: context)
        guard root == block.stateRoot else {
            throw TransitionError(
                "state_transition",
                "state_root",
                expected: "\(root)",
                got: "\(block.stateRoot)",
                kind: .stateRoot
            )
        }
    }

    /// Spec: `verify_block_signature`, by the ledger's policy.
    public mutating func verifyBlockSignature(_ signedBlock: SignedBeaconBlock) throws(TransitionError) {
        try verifyBlockSignature(signedBlock, bodyRoot: signedBlock.message.body.hashTreeRoot(in: context))
    }

    private mutating func verifyBlockSignature(
        _ signedBlock: SignedBeaconBlock,
        bodyRoot: Root
    ) throws(TransitionError) {
        let function = "verify_block_signature"
        let block = signedBlock.message
        let proposer = try validator(block.proposerIndex, function)
        // A header's root is its block's.
        let header = BeaconBlockHeader(
            slot: block.slot,
            proposerIndex: block.proposerIndex,
            parentRoot: block.parentRoot,
            stateRoot: block.stateRoot,
            bodyRoot: bodyRoot
        )
        try claim(
            function,
            kind: .proposerSignature,
            by: [proposer.pubkey],
            computeSigningRoot(header, getDomain(.beaconProposer)),
            signedBlock.signature
        )
    }
}
