public import ConsensusTypes
internal import Hashing
public import SSZ

extension ExecutionPayloadHeader {
    /// The payload with roots in place of its lists.
    ///
    /// - Parameters:
    ///   - context: the shapes of `fork`, whose payload this is.
    public init(_ payload: ExecutionPayload, _ fork: ForkName, in context: ShapeContext) {
        self.init(payload, fork, roots: BlockRoots.Payload(payload, in: context))
    }

    /// The same, for whoever has the roots of the lists already.
    init(_ payload: ExecutionPayload, _ fork: ForkName, roots: BlockRoots.Payload) {
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
        transactionsRoot = roots.transactions
        withdrawalsRoot = roots.withdrawals
        if fork >= .deneb {
            blobGasUsed = payload.blobGasUsed
            excessBlobGas = payload.excessBlobGas
        }
    }
}
