import ConsensusTypes
import ForkChoice
import Hashing
import SSZ
import StateTransition
import YAML

extension VectorRunner {
    /// `fast_confirmation`: the steps of `fork_choice`, and the rule run once where the checks name its variables.
    static let fastConfirmation = VectorRunner("fast_confirmation") { vector, files in
        var replay = try FastConfirmationReplay(vector, files)
        return try files.carryOutSteps { step in try replay.carryOut(step) }
    }
}

/// The fork choice of a case, with what its rule remembers.
private struct FastConfirmationReplay {
    private var choice: ForkChoiceReplay
    private var memory: FastConfirmationStore

    init(_ vector: VectorCase, _ files: CaseFiles) throws {
        choice = try ForkChoiceReplay(vector, files)
        memory = try FastConfirmationStore(choice.store)
    }

    mutating func carryOut(_ step: YAMLNode) throws -> Verdict? {
        guard let checks = step["checks"] else { return try choice.carryOut(step) }
        var plain: [YAMLNode.Entry] = []
        var own: [YAMLNode.Entry] = []
        for entry in try checks.entries {
            if FastConfirmationReplay.isOwn(entry.key) { own.append(entry) } else { plain.append(entry) }
        }
        // Written down after the rule has run, and the rule changes nothing of fork choice.
        if !own.isEmpty { try memory.onFastConfirmation(&choice.store, try view()) }
        try choice.check(YAMLNode(line: checks.line, content: .mapping(plain)))
        for entry in own { try check(entry.key, entry.value) }
        return nil
    }

    private static func isOwn(_ name: String) -> Bool {
        switch name {
        case "previous_epoch_observed_justified_checkpoint", "current_epoch_observed_justified_checkpoint",
            "previous_epoch_greatest_unrealized_checkpoint", "previous_slot_head", "current_slot_head",
            "confirmed_root", "safe_execution_block_hash":
            true
        default: false
        }
    }

    private func check(_ name: String, _ value: YAMLNode) throws {
        switch name {
        case "previous_epoch_observed_justified_checkpoint":
            try choice.expectCheckpoint(name, value, memory.previousEpochObservedJustifiedCheckpoint)
        case "current_epoch_observed_justified_checkpoint":
            try choice.expectCheckpoint(name, value, memory.currentEpochObservedJustifiedCheckpoint)
        case "previous_epoch_greatest_unrealized_checkpoint":
            try choice.expectCheckpoint(name, value, memory.previousEpochGreatestUnrealizedCheckpoint)
        case "previous_slot_head":
            try expectEqual(name, expected: try value.hexBytes, got: memory.previousSlotHead.bytes)
        case "current_slot_head":
            try expectEqual(name, expected: try value.hexBytes, got: memory.currentSlotHead.bytes)
        case "confirmed_root":
            try expectEqual(name, expected: try value.hexBytes, got: memory.confirmedRoot.bytes)
        case "safe_execution_block_hash":
            let hash = memory.getSafeExecutionBlockHash(choice.store)
            try expectEqual(name, expected: try value.hexBytes, got: hash.bytes)
        default: throw Mismatch("check", expected: "a known one", got: name)
        }
    }

    /// What the rule needs of the head's state.
    private mutating func view() throws -> FastConfirmationView {
        let needs = try choice.store.fastConfirmationNeeds()
        guard let state = choice.states[needs.head] else { throw ForkChoiceError.missingNode(needs.head) }
        var transition = choice.transition(state)
        var committees: [Slot: [ValidatorIndex]] = [:]
        for slot in needs.slots {
            var members: [ValidatorIndex] = []
            for index in 0..<(try transition.getCommitteeCountPerSlot(transition.computeEpochAtSlot(slot))) {
                members += try transition.getBeaconCommittee(slot, index)
            }
            committees[slot] = members
        }
        let start = transition.computeStartSlotAtEpoch(needs.epoch)
        if state.slot < start { try transition.processSlots(start) }
        return FastConfirmationView(
            head: needs.head,
            epoch: needs.epoch,
            balances: ActiveBalances(transition.state, spec: choice.spec),
            committees: committees
        )
    }
}
