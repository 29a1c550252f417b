public import Hashing
public import SSZ

/// Spec: `SyncCommittee` (since altair).
public struct SyncCommittee: SSZContainer, Equatable {
    public var pubkeys: PersistentList<BLSPubkey> = PersistentList<BLSPubkey>()
    public var aggregatePubkey: BLSPubkey = BLSPubkey()

    public init() {}

    public init(pubkeys: PersistentList<BLSPubkey>, aggregatePubkey: BLSPubkey) {
        self.pubkeys = pubkeys
        self.aggregatePubkey = aggregatePubkey
    }

    public static let fields: [Field<SyncCommittee>] = [
        .init("pubkeys", \.pubkeys, .vector(.preset(\.syncCommitteeSize))),
        .init("aggregate_pubkey", \.aggregatePubkey),
    ]
}
