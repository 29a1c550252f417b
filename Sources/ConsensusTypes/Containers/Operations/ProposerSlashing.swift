public import SSZ

/// Spec: `ProposerSlashing` (since phase0).
public struct ProposerSlashing: SSZContainer, Hashable {
    public var signedHeader1: SignedBeaconBlockHeader = SignedBeaconBlockHeader()
    public var signedHeader2: SignedBeaconBlockHeader = SignedBeaconBlockHeader()

    public init() {}

    public init(signedHeader1: SignedBeaconBlockHeader, signedHeader2: SignedBeaconBlockHeader) {
        self.signedHeader1 = signedHeader1
        self.signedHeader2 = signedHeader2
    }

    public static let fields: [Field<ProposerSlashing>] = [
        .init("signed_header_1", \.signedHeader1),
        .init("signed_header_2", \.signedHeader2),
    ]
}
