public import Hashing
internal import SSZ

/// What makes one state of another, field by field; much smaller than a state where the two are some epochs apart.
///
/// How a field is written follows from its declaration in `BeaconState.fields`: lists of numbers by deltas, lists of
/// records by index and changed parts, everything else whole where it changed. The two may be of different forks.
/// `docs/storage-format.md` describes the bytes.
public struct StateDiff: Hashable, Sendable {
    /// DO NOT CHANGE what a format means: it is embedded in stored differences.
    public static let format: UInt8 = 1
    private static let headSize = 67

    /// The root of the state it is applied to.
    public let baseRoot: Root
    /// The root of the state it gives.
    public let stateRoot: Root
    public let baseFork: ForkName
    public let fork: ForkName
    /// Head and fields.
    public let bytes: [UInt8]

    /// - Parameters:
    ///   - baseRoot: the root of `base`, which the caller knows.
    ///   - stateRoot: the root of `state`.
    public init(
        from base: BeaconState,
        root baseRoot: Root,
        to state: BeaconState,
        root stateRoot: Root,
        spec: ChainSpec
    ) {
        self.baseRoot = baseRoot
        self.stateRoot = stateRoot
        baseFork = base.forkName
        fork = state.forkName
        var writer = DiffWriter()
        writer.bytes.append(Self.format)
        writer.bytes.append(UInt8(truncatingIfNeeded: base.forkName.rawValue))
        writer.bytes.append(UInt8(truncatingIfNeeded: state.forkName.rawValue))
        writer.bytes.append(contentsOf: baseRoot.bytes)
        writer.bytes.append(contentsOf: stateRoot.bytes)
        state.writeDifference(
            from: base,
            version: base.forkName.rawValue,
            to: &writer,
            in: spec.context(state.forkName)
        )
        bytes = writer.bytes
    }

    /// Reads the head; the fields are looked at when the difference is applied.
    public init(bytes: [UInt8]) throws(StateDiffError) {
        guard bytes.count >= Self.headSize, let base = Root(bytes[3..<35]), let state = Root(bytes[35..<67]) else {
            throw .tooShort(minimum: Self.headSize, got: bytes.count)
        }
        guard bytes[0] == Self.format else { throw .format(expected: Self.format, got: bytes[0]) }
        guard let baseFork = ForkName(rawValue: Int(bytes[1])) else { throw .fork(got: bytes[1]) }
        guard let fork = ForkName(rawValue: Int(bytes[2])) else { throw .fork(got: bytes[2]) }
        self.baseFork = baseFork
        self.fork = fork
        baseRoot = base
        stateRoot = state
        self.bytes = bytes
    }

    /// The state that the difference was made for.
    ///
    /// Its root is computed and compared: damaged bytes give an error, never another state. The roots that `base` and
    /// the result share are those that `base` keeps, so a base whose root is known costs least.
    ///
    /// - Parameters:
    ///   - root: the root of `base`, which the caller knows.
    public func applied(to base: BeaconState, root: Root, spec: ChainSpec) throws(StateDiffError) -> BeaconState {
        guard root == baseRoot, base.forkName == baseFork else { throw .base(expected: baseRoot, got: root) }
        let context = spec.context(fork)
        var reader = DiffReader(bytes, from: Self.headSize)
        let state: BeaconState
        do throws(DiffError) {
            state = try BeaconState.readDifference(
                on: base,
                version: baseFork.rawValue,
                from: &reader,
                in: context
            )
        } catch {
            throw .malformed(error)
        }
        let got = state.hashTreeRoot(in: context)
        guard got == stateRoot else { throw .stateRoot(expected: stateRoot, got: got) }
        return state
    }
}
