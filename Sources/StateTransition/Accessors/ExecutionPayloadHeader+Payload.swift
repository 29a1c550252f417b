public import ConsensusTypes
internal import Hashing
public import SSZ

extension ExecutionPayloadHeader {
    /// The payload with roots in place of its lists.
    ///
    /// - Parameters:
    ///   - context: the shapes of `fork`, whose payload this is.
    public init(_ payload: ExecutionPayload, _ fork: ForkName, in context: ShapeContext) {
        self.init()
        parentHash = payload.parentHash
        feeRecipient = payload.feeRecipient
        stateRoot = payload.stateRoot
        receiptsRoot = payload.receiptsRoot
        logsBloom = payload.logsBloom
        prevRandao = payload.prevRandao
        blockNumber = payload.blockNumber
        gasLimit = payload.gasLimit
        gasUsed = payload.gasUsed
        timestamp = payload.timestamp
        extraData = payload.extraData
        baseFeePerGas = payload.baseFeePerGas
        blockHash = payload.blockHash
        let names = context.plan(for: ExecutionPayload.self).fieldNames
        for (name, root) in zip(names, payload.fieldRoots(in: context)) {
            if name == "transactions" { transactionsRoot = root }
            if name == "withdrawals" { withdrawalsRoot = root }
        }
        if fork >= .deneb {
            blobGasUsed = payload.blobGasUsed
            excessBlobGas = payload.excessBlobGas
        }
    }
}
