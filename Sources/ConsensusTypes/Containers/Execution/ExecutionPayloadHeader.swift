public import Hashing
public import SSZ

/// Spec: `ExecutionPayloadHeader` (since bellatrix).
public struct ExecutionPayloadHeader: SSZContainer, Hashable {
    public var parentHash: Hash32 = Hash32()
    public var feeRecipient: ExecutionAddress = ExecutionAddress()
    public var stateRoot: Bytes32 = Bytes32()
    public var receiptsRoot: Bytes32 = Bytes32()
    public var logsBloom: [UInt8] = []
    public var prevRandao: Bytes32 = Bytes32()
    public var blockNumber: UInt64 = 0
    public var gasLimit: UInt64 = 0
    public var gasUsed: UInt64 = 0
    public var timestamp: UInt64 = 0
    public var extraData: [UInt8] = []
    public var baseFeePerGas: UInt256 = UInt256()
    public var blockHash: Hash32 = Hash32()
    public var transactionsRoot: Root = Root()
    public var withdrawalsRoot: Root = Root()
    public var blobGasUsed: UInt64 = 0
    public var excessBlobGas: UInt64 = 0

    public init() {}

    public static let fields: [Field<ExecutionPayloadHeader>] = [
        .init("parent_hash", \.parentHash),
        .init("fee_recipient", \.feeRecipient),
        .init("state_root", \.stateRoot),
        .init("receipts_root", \.receiptsRoot),
        .init("logs_bloom", \.logsBloom, .vector(.preset(\.bytesPerLogsBloom))),
        .init("prev_randao", \.prevRandao),
        .init("block_number", \.blockNumber),
        .init("gas_limit", \.gasLimit),
        .init("gas_used", \.gasUsed),
        .init("timestamp", \.timestamp),
        .init("extra_data", \.extraData, .list(.preset(\.maxExtraDataBytes))),
        .init("base_fee_per_gas", \.baseFeePerGas),
        .init("block_hash", \.blockHash),
        .init("transactions_root", \.transactionsRoot),
        .init("withdrawals_root", \.withdrawalsRoot, since: .capella),
        .init("blob_gas_used", \.blobGasUsed, since: .deneb),
        .init("excess_blob_gas", \.excessBlobGas, since: .deneb),
    ]
}
