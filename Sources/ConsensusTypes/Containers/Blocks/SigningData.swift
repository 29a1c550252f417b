public import Hashing
public import SSZ

/// Spec: `SigningData` (since phase0).
public struct SigningData: SSZContainer, Hashable {
    public var objectRoot: Root = Root()
    public var domain: Domain = Domain()

    public init() {}

    public init(objectRoot: Root, domain: Domain) {
        self.objectRoot = objectRoot
        self.domain = domain
    }

    public static let fields: [Field<SigningData>] = [
        .init("object_root", \.objectRoot),
        .init("domain", \.domain),
    ]
}
