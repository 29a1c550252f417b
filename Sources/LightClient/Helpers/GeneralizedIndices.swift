public import ConsensusTypes
internal import Hashing
public import SSZ

/// Where light client data stands in the trees of states and block bodies.
enum LightClientIndex {
    /// Spec: `FINALIZED_ROOT_GINDEX…`, in the states of `fork`.
    static func finalizedRoot(_ fork: ForkName) -> GeneralizedIndex { node(of: fork, 105, electra: 169, gloas: 735) }

    /// Spec: `CURRENT_SYNC_COMMITTEE_GINDEX…`, in the states of `fork`.
    static func currentSyncCommittee(_ fork: ForkName) -> GeneralizedIndex {
        node(of: fork, 54, electra: 86, gloas: 2945)
    }

    /// Spec: `NEXT_SYNC_COMMITTEE_GINDEX…`, in the states of `fork`.
    static func nextSyncCommittee(_ fork: ForkName) -> GeneralizedIndex { node(of: fork, 55, electra: 87, gloas: 2946) }

    /// Spec: `EXECUTION_PAYLOAD_GINDEX`, in block bodies from capella to fulu.
    static let executionPayload = node(25)

    /// Spec: `EXECUTION_BLOCK_HASH_GINDEX…`, in the block bodies of `fork`, from capella on.
    ///
    /// In gloas that of the parent's payload, the last one that the block knows.
    static func executionBlockHash(_ fork: ForkName) -> GeneralizedIndex {
        fork >= .gloas ? node(2856) : fork >= .deneb ? node(812) : node(412)
    }

    private static func node(of fork: ForkName, _ altair: UInt64, electra: UInt64, gloas: UInt64) -> GeneralizedIndex {
        node(fork >= .gloas ? gloas : fork >= .electra ? electra : altair)
    }

    private static func node(_ number: UInt64) -> GeneralizedIndex { GeneralizedIndex(rawValue: number) ?? .root }
}

extension ChainSpec {
    /// Spec: `finalized_root_gindex_at_slot`.
    public func finalizedRootGindexAtSlot(_ slot: Slot) -> GeneralizedIndex {
        LightClientIndex.finalizedRoot(fork(atSlot: slot))
    }

    /// Spec: `current_sync_committee_gindex_at_slot`.
    public func currentSyncCommitteeGindexAtSlot(_ slot: Slot) -> GeneralizedIndex {
        LightClientIndex.currentSyncCommittee(fork(atSlot: slot))
    }

    /// Spec: `next_sync_committee_gindex_at_slot`.
    public func nextSyncCommitteeGindexAtSlot(_ slot: Slot) -> GeneralizedIndex {
        LightClientIndex.nextSyncCommittee(fork(atSlot: slot))
    }
}

/// Spec: `normalize_merkle_branch`; zero nodes in front, until it is as long as the index is deep.
func normalizeMerkleBranch(_ branch: [Bytes32], _ index: GeneralizedIndex) -> [Bytes32] {
    let missing = index.depth - branch.count
    return missing > 0 ? [Bytes32](repeating: .zero, count: missing) + branch : branch
}
