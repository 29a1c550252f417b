public import ConsensusTypes
public import Hashing

extension ForkChoiceStore {
    /// Spec: `on_execution_payload_envelope` (gloas), of an envelope that was verified and whose data is available.
    ///
    /// Doing it twice changes nothing but the answer on inclusion lists.
    ///
    /// - Parameters:
    ///   - root: the block whose payload it is.
    ///   - execution: what the engine said of it; one that it refuses is not taken in, and is told of by
    ///     `onPayloadVerdict`.
    ///   - satisfiesInclusionLists: what the execution engine said of the payload and
    ///     `inclusionListTransactions(forPayloadOf:)`; a payload that was not validated yet counts as satisfying.
    public mutating func onExecutionPayloadEnvelope(
        _ root: Root,
        execution: ExecutionStatus = .notValidated,
        satisfiesInclusionLists: Bool = true
    ) throws(ForkChoiceError) {
        guard let position = find(root) else { throw .unknownBlock(root) }
        if execution == .invalidated || isRefused(position) { throw .invalidatedBlock(root) }
        nodes.standings[position].isPayloadVerified = true
        markDirty(position)
        if execution == .valid { markValid(position) }
        if spec.fork(atSlot: nodes[position].slot) >= .heze {
            nodes.standings[position].satisfiesInclusionLists = satisfiesInclusionLists
        }
    }

    /// Spec: `on_payload_attestation_message`, of messages that say the same and whose signatures were verified.
    ///
    /// Spec, for those of a block: `notify_ptc_messages`, after `onBlock`.
    ///
    /// - Parameters:
    ///   - indices: the validators that say so.
    public mutating func onPayloadAttestation(
        _ data: PayloadAttestationData,
        indices: some Sequence<ValidatorIndex>,
        from source: AttestationSource
    ) throws(ForkChoiceError) {
        let members = Set(indices)
        guard try checkPayloadAttestation(data, indices: members, from: source) else { return }
        payloadVotes[data.beaconBlockRoot]?.take(data, from: members)
    }

    /// The checks of `on_payload_attestation_message` that come before the signature's.
    ///
    /// Answers `false` where the message says nothing of the block it names: it is to be dropped without a word.
    public func checkPayloadAttestation(
        _ data: PayloadAttestationData,
        indices: Set<ValidatorIndex>,
        from source: AttestationSource
    ) throws(ForkChoiceError) -> Bool {
        guard let position = find(data.beaconBlockRoot) else { throw .unknownBlock(data.beaconBlockRoot) }
        guard data.slot == nodes[position].slot, let votes = payloadVotes[data.beaconBlockRoot] else { return false }
        if let stranger = indices.subtracting(votes.ptc).min() {
            throw .notInPayloadCommittee(stranger, slot: data.slot)
        }
        if source == .gossip, data.slot != currentSlot {
            throw .payloadAttestationSlot(expected: currentSlot, got: data.slot)
        }
        return true
    }

    /// What each seat of the committee said of a payload's timeliness; `nil` for a block that is not known, or whose
    /// slot is so long over that it matters to nothing.
    ///
    /// Spec: `payload_timeliness_vote`.
    public func payloadTimelinessVote(_ root: Root) -> [Bool?]? { payloadVotes[root]?.timeliness }

    /// What each seat of the committee said of a payload's data; `nil` as for its timeliness.
    ///
    /// Spec: `payload_data_availability_vote`.
    public func payloadDataAvailabilityVote(_ root: Root) -> [Bool?]? { payloadVotes[root]?.availability }

    /// Spec: `is_payload_verified`.
    public func isPayloadVerified(_ root: Root) -> Bool {
        find(root).map { nodes.standings[$0].isPayloadVerified } ?? false
    }

    /// Spec: `payload_timeliness`.
    public func payloadTimeliness(_ root: Root, timely: Bool) -> Bool {
        guard isPayloadVerified(root), let votes = payloadVotes[root] else { return !timely }
        return PayloadVotes.isMajority(votes.timeliness, for: timely)
    }

    /// Spec: `payload_data_availability`.
    public func payloadDataAvailability(_ root: Root, available: Bool) -> Bool {
        guard isPayloadVerified(root), let votes = payloadVotes[root] else { return !available }
        return PayloadVotes.isMajority(votes.availability, for: available)
    }

    /// Spec: `get_parent_payload_status`; `full` for a parent before gloas.
    func parentStatus(_ parent: Int, parentBlockHash: Hash32) -> PayloadStatus {
        let node = nodes[parent]
        return !node.hasSeparatePayload || node.executionBlockHash == parentBlockHash ? .full : .empty
    }

    /// Spec: `get_parent_payload_status`, of a block in the tree.
    public func getParentPayloadStatus(_ root: Root) -> PayloadStatus? {
        find(root).map { nodes[$0].parentStatus }
    }

    /// Spec: `should_extend_payload`, of a block of the previous slot.
    public func shouldExtendPayload(_ root: Root) -> Bool { find(root).map(shouldExtendPayload) ?? false }

    func shouldExtendPayload(_ position: Int) -> Bool {
        let node = nodes[position]
        let standing = nodes.standings[position]
        guard standing.isPayloadVerified, standing.satisfiesInclusionLists else { return false }
        if payloadTimeliness(node.root, timely: true), payloadDataAvailability(node.root, available: true) {
            return true
        }
        guard let boosted = find(proposerBoostRoot), nodes[boosted].parent == position else { return true }
        return nodes[boosted].parentStatus == .full
    }

    /// Spec: `should_build_on_full`: whether the block proposed at `slot` builds on the payload of the head.
    public func shouldBuildOnFull(_ head: ForkChoiceHead, slot: Slot) -> Bool {
        guard head.node.hasSeparatePayload, head.slot &+ 1 == slot else { return head.payloadStatus == .full }
        if head.payloadStatus == .empty { return false }
        return !payloadTimeliness(head.root, timely: false) && !payloadDataAvailability(head.root, available: false)
    }
}
