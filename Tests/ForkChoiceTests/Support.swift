import ConsensusTypes
import ForkChoice
import Hashing
import SSZ

/// A root that shows its number.
func root(_ number: UInt64) -> Root {
    let bytes =
        [UInt8](repeating: 0, count: 24) + (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    return Root(bytes) ?? Root()
}

/// Balances of active validators.
func balances(_ effective: [Gwei], spec: ChainSpec = .minimal) -> ActiveBalances {
    var state = BeaconState()
    for balance in effective {
        var validator = Validator()
        validator.effectiveBalance = balance
        validator.activationEpoch = 0
        validator.exitEpoch = .max
        state.validators.append(validator)
    }
    return ActiveBalances(state, spec: spec)
}

extension ForkChoiceBlock {
    /// Block 1 at slot 0, justified and finalized by itself.
    static var anchor: ForkChoiceBlock {
        let own = Checkpoint(epoch: 0, root: ForkChoiceTests.root(1))
        return .made(
            ForkChoiceTests.root(1),
            on: ForkChoiceTests.root(0),
            slot: 0,
            payload: ForkChoiceTests.root(1),
            justified: own,
            finalized: own
        )
    }

    /// A block with everything that does not matter here made up.
    static func made(
        _ root: Root,
        on parent: Root,
        slot: Slot,
        payload: Hash32,
        justified: Checkpoint,
        finalized: Checkpoint
    ) -> ForkChoiceBlock {
        ForkChoiceBlock(
            root: root,
            parentRoot: parent,
            slot: slot,
            proposerIndex: 0,
            stateRoot: Root(),
            executionBlockHash: payload,
            justified: justified,
            finalized: finalized,
            unrealizedJustified: justified,
            unrealizedFinalized: finalized
        )
    }
}
