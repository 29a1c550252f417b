public import Hashing
public import SSZ

/// Spec: `ExecutionPayload` (since bellatrix).
public struct ExecutionPayload: SSZContainer, Hashable {
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
    public var transactions: [[UInt8]] = []
    public var withdrawals: [Withdrawal] = []
    public var blobGasUsed: UInt64 = 0
    public var excessBlobGas: UInt64 = 0
    public var blockAccessList: [UInt8] = []
    public var slotNumber: UInt64 = 0

    public init() {}

    public static let fields: [Field<ExecutionPayload>] = [
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
        .init(
            "transactions",
            \.transactions,
            .list(.preset(\.maxTransactionsPerPayload), of: .list(.preset(\.maxBytesPerTransaction))).from(
                .gloas,
                .progressive(of: .progressive())
            )
        ),
        .init(
            "withdrawals",
            \.withdrawals,
            .list(.preset(\.maxWithdrawalsPerPayload)).from(.gloas, .progressive()),
            since: .capella
        ),
        .init("blob_gas_used", \.blobGasUsed, since: .deneb),
        .init("excess_blob_gas", \.excessBlobGas, since: .deneb),
        .init("block_access_list", \.blockAccessList, .progressive(), since: .gloas),
        .init("slot_number", \.slotNumber, since: .gloas),
    ]

    public static func progressiveLayout(version: Int) -> ProgressiveLayout? {
        if version >= ForkName.gloas.rawValue { return .init(width: 19) }
        return nil
    }
}
