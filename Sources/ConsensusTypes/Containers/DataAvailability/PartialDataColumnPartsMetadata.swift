public import SSZ

/// Spec: `PartialDataColumnPartsMetadata` (since fulu).
public struct PartialDataColumnPartsMetadata: SSZContainer, Hashable {
    public var available: Bitlist = Bitlist()
    public var requests: Bitlist = Bitlist()

    public init() {}

    public init(available: Bitlist, requests: Bitlist) {
        self.available = available
        self.requests = requests
    }

    public static let fields: [Field<PartialDataColumnPartsMetadata>] = [
        .init("available", \.available, .list(.preset(\.maxBlobCommitmentsPerBlock)).from(.gloas, .progressive())),
        .init("requests", \.requests, .list(.preset(\.maxBlobCommitmentsPerBlock)).from(.gloas, .progressive())),
    ]
}
