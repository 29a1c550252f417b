public import Hashing
public import SSZ

/// Spec: `NewPayloadRequest` (since bellatrix).
public struct NewPayloadRequest: SSZContainer, Hashable {
    public var executionPayload: ExecutionPayload = ExecutionPayload()
    public var versionedHashes: [Bytes32] = []
    public var parentBeaconBlockRoot: Root = Root()
    public var executionRequests: ExecutionRequests = ExecutionRequests()

    public init() {}

    public static let fields: [Field<NewPayloadRequest>] = [
        .init("execution_payload", \.executionPayload),
        .init("versioned_hashes", \.versionedHashes, .list(.preset(\.maxBlobCommitmentsPerBlock)), since: .deneb),
        .init("parent_beacon_block_root", \.parentBeaconBlockRoot, since: .deneb),
        .init("execution_requests", \.executionRequests, since: .electra),
    ]

    public static func progressiveLayout(version: Int) -> ProgressiveLayout? {
        if version >= ForkName.gloas.rawValue { return .init(width: 4) }
        return nil
    }
}
