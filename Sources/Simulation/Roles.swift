internal import BLS
internal import ConsensusTypes
internal import Hashing
internal import StateTransition

/// Which validators are set aside for which operation: ranges of numbers from the middle of the registry on.
///
/// So no operation is in another's way, and the chain stays valid whatever is asked for.
struct Roles: Sendable {
    let exits: Range<UInt64>
    let proposerSlashings: Range<UInt64>
    /// Two for each slashing.
    let attesterSlashings: Range<UInt64>
    let credentialChanges: Range<UInt64>
    let withdrawalRequests: Range<UInt64>
    /// Two for each request: the source, then the target.
    let consolidations: Range<UInt64>
    private let leavers: UInt64
    private let leaverStep: UInt64

    init(_ parameters: SimulationParameters) {
        var next = UInt64(parameters.validators / 2)
        func take(_ count: Int) -> Range<UInt64> {
            defer { next += UInt64(count) }
            return next..<next + UInt64(count)
        }
        exits = take(parameters.exits)
        proposerSlashings = take(parameters.proposerSlashings)
        attesterSlashings = take(2 * parameters.attesterSlashings)
        credentialChanges = take(parameters.credentialChanges)
        withdrawalRequests = take(parameters.withdrawalRequests)
        consolidations = take(2 * parameters.consolidations)
        leavers = UInt64(parameters.leavers)
        leaverStep = parameters.preset.maxWithdrawalsPerPayload
    }

    /// Behind the last one set aside.
    var end: UInt64 { consolidations.upperBound }

    /// Spread so that the sweep, which pays everybody a little, meets one in every payload.
    func leaver(_ number: UInt64) -> UInt64 { 3 + leaverStep * number }

    func isLeaver(_ validator: UInt64) -> Bool {
        validator >= 3 && (validator - 3) % leaverStep == 0 && (validator - 3) / leaverStep < leavers
    }

    func mayBeSlashed(_ validator: UInt64) -> Bool {
        proposerSlashings.contains(validator) || attesterSlashings.contains(validator)
    }

    /// Every second of those who withdraw takes a part, and needs compounding credentials and a balance for it.
    func withdrawsPart(_ validator: UInt64) -> Bool {
        withdrawalRequests.contains(validator) && (validator - withdrawalRequests.lowerBound) % 2 == 0
    }

    /// Whether request `number` asks for compounding, not for a merger.
    static func switchesToCompounding(_ number: UInt64) -> Bool { number % 3 == 2 }

    /// The credentials that a validator has at the anchor.
    func credentials(_ validator: UInt64, keys: KeyProgression) -> Bytes32 {
        if credentialChanges.contains(validator) {
            return Self.blsCredentials(keys.publicKey(Self.ownerKey(validator)).compressed)
        }
        let isTarget = consolidations.contains(validator) && (validator - consolidations.lowerBound) % 2 == 1
        return isTarget || withdrawsPart(validator)
            ? Self.address(validator, prefix: Constants.compoundingWithdrawalPrefix) : Self.address(validator)
    }

    /// Credentials that name an address made from a number.
    static func address(_ number: UInt64, prefix: UInt8 = Constants.eth1AddressWithdrawalPrefix) -> Bytes32 {
        var credentials = Bytes32()
        credentials.withUnsafeMutableBytes { bytes in
            bytes[0] = prefix
            bytes.storeBytes(of: (number &* 0x9e37_79b9_7f4a_7c15).bigEndian, toByteOffset: 12, as: UInt64.self)
            bytes.storeBytes(of: number.bigEndian, toByteOffset: 24, as: UInt64.self)
        }
        return credentials
    }

    /// The address in the credentials that a number gets.
    static func executionAddress(_ number: UInt64) -> ExecutionAddress {
        var address = ExecutionAddress()
        address.withUnsafeMutableBytes { target in
            Self.address(number).withUnsafeBytes {
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[12...]))
            }
        }
        return address
    }

    /// The number of the key that owned a validator before it changed its credentials.
    static func ownerKey(_ validator: UInt64) -> UInt64 { 1 << 40 + validator }

    /// The number of a builder's key.
    static func builderKey(_ builder: UInt64) -> UInt64 { 1 << 41 + builder }

    static func blsCredentials(_ key: BLSPubkey) -> Bytes32 {
        var credentials = key.withUnsafeBytes { SHA256.hash($0) }
        credentials.withUnsafeMutableBytes { $0[0] = Constants.blsWithdrawalPrefix }
        return credentials
    }
}
