public import Hashing
public import SSZ

/// Spec: `ExecutionPayloadBid` (since gloas).
public struct ExecutionPayloadBid: SSZContainer, Hashable {
    public var parentBlockHash: Hash32 = Hash32()
    public var parentBlockRoot: Root = Root()
    public var blockHash: Hash32 = Hash32()
    public var prevRandao: Bytes32 = Bytes32()
    public var feeRecipient: ExecutionAddress = ExecutionAddress()
    public var gasLimit: UInt64 = 0
    public var builderIndex: BuilderIndex = 0
    public var slot: Slot = 0
    public var value: Gwei = 0
    public var executionPayment: Gwei = 0
    public var blobKzgCommitments: [KZGCommitment] = []
    public var executionRequestsRoot: Root = Root()
    public var inclusionListBits: Bitvector = Bitvector()

    public init() {}

    public static let fields: [Field<ExecutionPayloadBid>] = [
        .init("parent_block_hash", \.parentBlockHash),
        .init("parent_block_root", \.parentBlockRoot),
        .init("block_hash", \.blockHash),
        .init("prev_randao", \.prevRandao),
        .init("fee_recipient", \.feeRecipient),
        .init("gas_limit", \.gasLimit),
        .init("builder_index", \.builderIndex),
        .init("slot", \.slot),
        .init("value", \.value),
        .init("execution_payment", \.executionPayment),
        .init("blob_kzg_commitments", \.blobKzgCommitments, .progressive()),
        .init("execution_requests_root", \.executionRequestsRoot),
        .init("inclusion_list_bits", \.inclusionListBits, .vector(.preset(\.inclusionListCommitteeSize)), since: .heze),
    ]

    public static func progressiveLayout(version: Int) -> ProgressiveLayout? {
        if version >= ForkName.heze.rawValue { return .init(width: 13) }
        if version >= ForkName.gloas.rawValue { return .init(width: 12) }
        return nil
    }
}
