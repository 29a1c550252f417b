public import ConsensusTypes
internal import Hashing
public import SSZ

/// Where light client data stands in the trees of states and block bodies, up to fulu.
enum LightClientIndex {
    static let finalizedRoot: UInt64 = 105
    static let currentSyncCommittee: UInt64 = 54
    static let nextSyncCommittee: UInt64 = 55
    static let executionPayload: UInt64 = 25
    static let finalizedRootElectra: UInt64 = 169
    static let currentSyncCommitteeElectra: UInt64 = 86
    static let nextSyncCommitteeElectra: UInt64 = 87

    static func node(_ number: UInt64) -> GeneralizedIndex { GeneralizedIndex(rawValue: number) ?? .root }
}

extension ChainSpec {
    /// Spec: `finalized_root_gindex_at_slot`.
    public func finalizedRootGindexAtSlot(_ slot: Slot) -> GeneralizedIndex {
        let isElectra = epoch(at: slot) >= config.electraForkEpoch
        return LightClientIndex.node(isElectra ? LightClientIndex.finalizedRootElectra : LightClientIndex.finalizedRoot)
    }

    /// Spec: `current_sync_committee_gindex_at_slot`.
    public func currentSyncCommitteeGindexAtSlot(_ slot: Slot) -> GeneralizedIndex {
        let isElectra = epoch(at: slot) >= config.electraForkEpoch
        return LightClientIndex.node(
            isElectra ? LightClientIndex.currentSyncCommitteeElectra : LightClientIndex.currentSyncCommittee
        )
    }

    /// Spec: `next_sync_committee_gindex_at_slot`.
    public func nextSyncCommitteeGindexAtSlot(_ slot: Slot) -> GeneralizedIndex {
        let isElectra = epoch(at: slot) >= config.electraForkEpoch
        return LightClientIndex.node(
            isElectra ? LightClientIndex.nextSyncCommitteeElectra : LightClientIndex.nextSyncCommittee
        )
    }
}

/// Spec: `normalize_merkle_branch`; zero nodes in front, until it is as long as the index is deep.
func normalizeMerkleBranch(_ branch: [Bytes32], _ index: UInt64) -> [Bytes32] {
    let missing = LightClientIndex.node(index).depth - branch.count
    return missing > 0 ? [Bytes32](repeating: .zero, count: missing) + branch : branch
}
