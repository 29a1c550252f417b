public import Hashing
public import SSZ

/// Spec: `ExecutionPayloadEnvelope` (since gloas).
public struct ExecutionPayloadEnvelope: SSZContainer, Hashable {
    public var payload: ExecutionPayload = ExecutionPayload()
    public var executionRequests: ExecutionRequests = ExecutionRequests()
    public var builderIndex: BuilderIndex = 0
    public var beaconBlockRoot: Root = Root()
    public var parentBeaconBlockRoot: Root = Root()

    public init() {}

    public init(
        payload: ExecutionPayload,
        executionRequests: ExecutionRequests,
        builderIndex: BuilderIndex,
        beaconBlockRoot: Root,
        parentBeaconBlockRoot: Root
    ) {
        self.payload = payload
        self.executionRequests = executionRequests
        self.builderIndex = builderIndex
        self.beaconBlockRoot = beaconBlockRoot
        self.parentBeaconBlockRoot = parentBeaconBlockRoot
    }

    public static let fields: [Field<ExecutionPayloadEnvelope>] = [
        .init("payload", \.payload),
        .init("execution_requests", \.executionRequests),
        .init("builder_index", \.builderIndex),
        .init("beacon_block_root", \.beaconBlockRoot),
        .init("parent_beacon_block_root", \.parentBeaconBlockRoot),
    ]

    public static func progressiveLayout(version: Int) -> ProgressiveLayout? {
        if version >= ForkName.gloas.rawValue { return .init(width: 5) }
        return nil
    }
}
