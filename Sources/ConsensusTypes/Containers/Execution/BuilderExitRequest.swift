public import Hashing
public import SSZ

/// Spec: `BuilderExitRequest` (since gloas).
public struct BuilderExitRequest: SSZContainer, Hashable {
    public var sourceAddress: ExecutionAddress = ExecutionAddress()
    public var pubkey: BLSPubkey = BLSPubkey()

    public init() {}

    public init(sourceAddress: ExecutionAddress, pubkey: BLSPubkey) {
        self.sourceAddress = sourceAddress
        self.pubkey = pubkey
    }

    public static let fields: [Field<BuilderExitRequest>] = [
        .init("source_address", \.sourceAddress),
        .init("pubkey", \.pubkey),
    ]
}
