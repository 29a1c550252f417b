public import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

extension GossipJudge {
    /// Spec: `validate_inclusion_list_gossip` (heze).
    public func validateInclusionList(_ signed: SignedInclusionList, seen: inout GossipSeen) -> GossipVerdict {
        let list = signed.message
        let part = GossipSeen.Part(root: list.dependentRoot, index: list.validatorIndex, slot: list.slot)
        return judge(since: .heze) { () throws(GossipRefusal) in
            // A second one proves an equivocation, and must get around.
            let known = seen.inclusionLists[part] ?? 0
            try require(known < 2, orIgnore: .alreadySeenTwoValidInclusionListsFromThisValidator)
            try require(isCurrentSlot(list.slot), orIgnore: .inclusionListIsNotForTheCurrentSlot)
            let size = UInt64(list.transactions.reduce(0) { $0 + $1.count })
            try require(size > 0, orIgnore: .inclusionListContainsNoTransactions)
            try require(
                size <= config.maxTransactionsBytesPerInclusionList,
                orReject: .inclusionListTransactionsExceedTheMaximumSize
            )
            try require(
                !list.transactions.contains(where: \.isEmpty),
                orReject: .inclusionListContainsAnEmptyTransaction
            )
            let epoch = epoch(of: list.slot)
            var state = try requireDependentState(list.dependentRoot, epoch)
            let committee = try inclusionListCommittee(list.slot, &state)
            try require(committee.contains(list.validatorIndex), orReject: .includerIsNotAMemberOfTheCommittee)
            let includer = try validator(
                list.validatorIndex,
                of: state.state,
                orReject: .includerIsNotAMemberOfTheCommittee
            )
            let domain = scheduledDomain(.inclusionListCommittee, epoch, state.state)
            try require(
                isSigned(list, by: includer, of: state.state, domain, signed.signature),
                orReject: .invalidInclusionListSignature
            )
            seen.inclusionLists[part] = known + 1
        }
    }

    /// Spec: `get_inclusion_list_committee`.
    func inclusionListCommittee(
        _ slot: Slot,
        _ transition: inout Transition
    ) throws(GossipRefusal) -> [ValidatorIndex] {
        do throws(TransitionError) {
            return try transition.getInclusionListCommittee(slot)
        } catch {
            throw .ignore(.shufflingIsNotAvailable)
        }
    }
}
