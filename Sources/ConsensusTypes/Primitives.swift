public import Hashing

// The spec's custom types. Those that are integers stay integers: arithmetic on them is the spec's own.

public typealias Slot = UInt64
public typealias Epoch = UInt64
public typealias CommitteeIndex = UInt64
public typealias ValidatorIndex = UInt64
public typealias BuilderIndex = UInt64
public typealias WithdrawalIndex = UInt64
public typealias Gwei = UInt64
public typealias ParticipationFlags = UInt8

public typealias Root = Bytes32
public typealias Hash32 = Bytes32
public typealias Domain = Bytes32
public typealias Version = Bytes4
public typealias DomainType = Bytes4
public typealias ForkDigest = Bytes4
public typealias ExecutionAddress = Bytes20
public typealias BLSPubkey = Bytes48
public typealias KZGCommitment = Bytes48
public typealias KZGProof = Bytes48
public typealias BLSSignature = Bytes96

/// The epoch of what has not been scheduled.
public let farFutureEpoch = Epoch.max

extension Bytes4 {
    /// The four bytes of `value`, highest first: `Bytes4(0x0100_0000)` is the byte 1 and three zeroes.
    public init(_ value: UInt32) {
        self.init()
        withUnsafeMutableBytes { $0.storeBytes(of: value.bigEndian, as: UInt32.self) }
    }
}

extension FixedBytes {
    /// The bytes of hexadecimal text in this source code; text that is none gives zeroes, which a test would show.
    init(literal text: String) {
        self = Self(Hex.decode(text) ?? []) ?? Self()
    }
}
