public import ConsensusTypes
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
        try stateTransition(signedBlock, roots: nil, stateRoot: stateRoot)
    }

    /// The same, for whoever has the roots of this block already.
    public mutating func stateTransition(
        _ signedBlock: SignedBeaconBlock,
        roots: BlockRoots?,
        stateRoot: StateRootPolicy = .verify
    ) throws(TransitionError) {
        let block = signedBlock.message
        try processSlots(block.slot)
        // Only now the state's fork is the block's.
        let roots = roots ?? BlockRoots(block, in: context)
        try verifyBlockSignature(signedBlock, roots: roots)
        try processBlock(block, roots: roots)
        guard stateRoot == .verify else { return }
        let root = self.stateRoot()
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
        try verifyBlockSignature(signedBlock, roots: BlockRoots(signedBlock.message, in: context))
    }

    /// The same, for whoever has the roots of this block already.
    public mutating func verifyBlockSignature(
        _ signedBlock: SignedBeaconBlock,
        roots: BlockRoots
    ) throws(TransitionError) {
        let function = "verify_block_signature"
        let proposer = try validator(signedBlock.message.proposerIndex, function)
        try claim(
            function,
            kind: .proposerSignature,
            by: [proposer.pubkey],
            StateTransition.computeSigningRoot(roots.block, getDomain(.beaconProposer)),
            signedBlock.signature
        )
    }
}
