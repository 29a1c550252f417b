public import Hashing
public import SSZ

/// Spec: `Deposit` (since phase0).
public struct Deposit: SSZContainer, Hashable {
    public var proof: [Bytes32] = []
    public var data: DepositData = DepositData()

    public init() {}

    public init(proof: [Bytes32], data: DepositData) {
        self.proof = proof
        self.data = data
    }

    public static let fields: [Field<Deposit>] = [
        .init("proof", \.proof, .vector(33)),
        .init("data", \.data),
    ]
}
