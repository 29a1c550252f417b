internal import Hashing
public import SSZ

extension Validator {
    /// The length of every validator's encoding.
    private static let encodedLength = 121

    /// Reads the fields where they stand: a registry has a million, and the walk over key paths costs ten times more.
    ///
    /// Says again what `fields` declares; what is not a validator goes to the walk, which says why.
    public static func decode(
        _ bytes: RawSpan,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(SSZError) -> Validator {
        var validator = Validator()
        let isRead = bytes.byteCount == encodedLength && bytes.withUnsafeBytes { validator.read($0) }
        return isRead ? validator : try decodeFields(bytes, in: context)
    }

    /// False where the byte of a Boolean is neither 0 nor 1; there are as many bytes as a validator takes.
    private mutating func read(_ bytes: UnsafeRawBufferPointer) -> Bool {
        func word(_ offset: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        let flag = bytes[88]
        guard flag <= 1 else { return false }
        pubkey = bytes.loadUnaligned(fromByteOffset: 0, as: BLSPubkey.self)
        withdrawalCredentials = bytes.loadUnaligned(fromByteOffset: 48, as: Bytes32.self)
        effectiveBalance = word(80)
        slashed = flag == 1
        activationEligibilityEpoch = word(89)
        activationEpoch = word(97)
        exitEpoch = word(105)
        withdrawableEpoch = word(113)
        return true
    }
}
