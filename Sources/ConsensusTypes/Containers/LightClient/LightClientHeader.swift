public import Hashing
public import SSZ

/// Spec: `LightClientHeader` (since altair).
public struct LightClientHeader: SSZContainer, Hashable {
    public var beacon: BeaconBlockHeader = BeaconBlockHeader()
    public var execution: ExecutionPayloadHeader = ExecutionPayloadHeader()
    public var executionBlockHash: Hash32 = Hash32()
    public var executionBranch: [Bytes32] = []

    public init() {}

    public static let fields: [Field<LightClientHeader>] = [
        .init("beacon", \.beacon),
        .init("execution", \.execution, since: .capella, until: .gloas),
        .init("execution_block_hash", \.executionBlockHash, since: .gloas),
        .init("execution_branch", \.executionBranch, .vector(4).from(.gloas, .vector(11)), since: .capella),
    ]
}
