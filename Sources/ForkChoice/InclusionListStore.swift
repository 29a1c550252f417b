public import ConsensusTypes
public import Hashing

/// Inclusion lists of the last slots, and who published two that differ.
///
/// Spec: `InclusionListStore` (heze). Bounded by its caller: only members of a slot's committee get in, and `prune`
/// drops what is old.
public struct InclusionListStore: Sendable {
    private struct Key: Hashable {
        let slot: Slot
        let dependentRoot: Root
    }

    private struct Entry {
        let signed: SignedInclusionList
        let isTimely: Bool
    }

    private struct Lists {
        var byValidator: [ValidatorIndex: Entry] = [:]
        var equivocators: Set<ValidatorIndex> = []
    }

    private var lists: [Key: Lists] = [:]

    public init() {}

    /// Spec: `process_inclusion_list`; the first list of a validator stays, a second that differs marks its publisher.
    public mutating func process(_ signed: SignedInclusionList, isTimely: Bool) {
        let message = signed.message
        let key = Key(slot: message.slot, dependentRoot: message.dependentRoot)
        guard let known = lists[key]?.byValidator[message.validatorIndex] else {
            lists[key, default: Lists()].byValidator[message.validatorIndex] = Entry(signed: signed, isTimely: isTimely)
            return
        }
        if known.signed.message != message { lists[key]?.equivocators.insert(message.validatorIndex) }
    }

    /// The entries that count, in the order of their validators.
    private func counted(_ slot: Slot, _ dependentRoot: Root, onlyTimely: Bool) -> [(ValidatorIndex, Entry)] {
        guard let lists = lists[Key(slot: slot, dependentRoot: dependentRoot)] else { return [] }
        return lists.byValidator
            .filter { !lists.equivocators.contains($0.key) && ($0.value.isTimely || !onlyTimely) }
            .sorted { $0.key < $1.key }
            .map { ($0.key, $0.value) }
    }

    /// Spec: `get_inclusion_list_transactions`; each once.
    public func transactions(slot: Slot, dependentRoot: Root, onlyTimely: Bool = true) -> [[UInt8]] {
        var seen: Set<[UInt8]> = []
        var transactions: [[UInt8]] = []
        for (_, entry) in counted(slot, dependentRoot, onlyTimely: onlyTimely) {
            for transaction in entry.signed.message.transactions where seen.insert(transaction).inserted {
                transactions.append(transaction)
            }
        }
        return transactions
    }

    /// Spec: `get_inclusion_list_bits`, by seat of the committee.
    public func bits(
        committee: [ValidatorIndex],
        slot: Slot,
        dependentRoot: Root,
        onlyTimely: Bool = true
    ) -> [Bool] {
        let publishers = Set(counted(slot, dependentRoot, onlyTimely: onlyTimely).map(\.0))
        return committee.map(publishers.contains)
    }

    /// Spec: `is_inclusion_list_bits_inclusive`: whether `bits` has all that is known here.
    public func isInclusive(
        _ bits: [Bool],
        committee: [ValidatorIndex],
        slot: Slot,
        dependentRoot: Root,
        onlyTimely: Bool = true
    ) -> Bool {
        let known = self.bits(committee: committee, slot: slot, dependentRoot: dependentRoot, onlyTimely: onlyTimely)
        return known.indices.allSatisfy { !known[$0] || $0 < bits.count && bits[$0] }
    }

    /// Whether a list of that validator is known.
    public func contains(_ message: InclusionList) -> Bool {
        let key = Key(slot: message.slot, dependentRoot: message.dependentRoot)
        return lists[key]?.byValidator[message.validatorIndex]?.signed.message == message
    }

    /// Drops the lists of slots before `slot`.
    public mutating func prune(before slot: Slot) {
        if lists.contains(where: { $0.key.slot < slot }) { lists = lists.filter { $0.key.slot >= slot } }
    }
}
