internal import Hashing
public import SSZ

extension Validator {
    /// The length of every validator's encoding: known to the compiler, for a stored constant would be asked for each time.
    static var encodedLength: Int {
        MemoryLayout<BLSPubkey>.size + MemoryLayout<Bytes32>.size + MemoryLayout<Bool>.size
            + 5 * MemoryLayout<UInt64>.size
    }

    /// Reads the fields one after the other: a registry has a million, and the walk over key paths costs ten times more.
    ///
    /// What is not a validator goes to the walk, which says why.
    public static func decode(
        _ bytes: RawSpan,
        _ shape: Shape,
        in context: ShapeContext
    ) throws(SSZError) -> Validator {
        var validator = Validator()
        let isRead =
            bytes.byteCount == encodedLength
            && bytes.withUnsafeBytes { bytes in bytes.baseAddress.map { validator.read($0) } ?? false }
        return isRead ? validator : try decodeFields(bytes, in: context)
    }

    /// In the order of `fields`, each as long as its type: a test holds the two together.
    ///
    /// False where the byte of a Boolean is neither 0 nor 1; there are as many bytes as a validator takes.
    private mutating func read(_ bytes: UnsafeRawPointer) -> Bool {
        var rest = bytes
        func next<Value: BitwiseCopyable>(_ type: Value.Type = Value.self) -> Value {
            defer { rest += MemoryLayout<Value>.size }
            return rest.loadUnaligned(as: Value.self)
        }
        pubkey = next()
        withdrawalCredentials = next()
        effectiveBalance = Gwei(littleEndian: next())
        let flag = next(UInt8.self)
        slashed = flag == 1
        activationEligibilityEpoch = Epoch(littleEndian: next())
        activationEpoch = Epoch(littleEndian: next())
        exitEpoch = Epoch(littleEndian: next())
        withdrawableEpoch = Epoch(littleEndian: next())
        return flag <= 1
    }
}
