public import ConsensusTypes
public import Hashing
public import SSZ

/// The state that a chain begins with.
public struct Anchor: Sendable {
    public let state: BeaconState
    public let stateRoot: Root
    /// The root of the block that made the state.
    public let blockRoot: Root
    /// The header of that block, its state root filled in.
    public let header: BeaconBlockHeader
    let ssz: [UInt8]

    /// Decodes a state whose fork its own fork version tells.
    public init(ssz: [UInt8], spec: ChainSpec) throws(AnchorError) {
        let fork = try Anchor.fork(of: ssz, spec: spec)
        do throws(SSZError) {
            state = try BeaconState.decode(ssz, in: spec.context(fork))
        } catch {
            throw .ssz(error)
        }
        // Epochs beyond this would overflow the arithmetic of slots; no chain is that old.
        guard state.slot < 1 << 48, state.fork.epoch <= state.slot / spec.preset.slotsPerEpoch else {
            throw .slot(fork: state.fork.epoch, got: state.slot)
        }
        guard spec.fork(atSlot: state.slot) == fork else {
            throw .fork(expected: spec.fork(atSlot: state.slot).name, got: fork.name)
        }
        guard state.latestBlockHeader.slot <= state.slot else {
            throw .header(expected: "a slot up to \(state.slot)", got: "\(state.latestBlockHeader.slot)")
        }
        guard state.balances.count == state.validators.count else {
            throw .header(expected: "\(state.validators.count) balances", got: "\(state.balances.count)")
        }
        stateRoot = state.hashTreeRoot(in: spec.context(fork))
        var header = state.latestBlockHeader
        // The header of the block that made the state waits for the next slot to learn the state's root.
        if header.stateRoot == Root() { header.stateRoot = stateRoot }
        self.header = header
        blockRoot = header.hashTreeRoot(in: .invariant)
        self.ssz = ssz
    }

    /// Throws unless `block` is the block that made the state.
    public func check(block: DecodedBlock) throws(AnchorError) {
        guard block.root == blockRoot else { throw .block(expected: blockRoot, got: block.root) }
    }

    /// The fork version stands at a fixed place: behind genesis time, validators root, slot and the version before.
    private static func fork(of ssz: [UInt8], spec: ChainSpec) throws(AnchorError) -> ForkName {
        let at = 8 + 32 + 8 + 4
        guard ssz.count >= at + 4, let version = Version(ssz[at..<at + 4]) else {
            throw .ssz(SSZError(.tooShort(minimum: UInt64(at + 4), got: UInt64(ssz.count))))
        }
        guard let fork = spec.fork(ofVersion: version) else {
            let known = ForkName.allCases.map { "\(spec.forkVersion($0)) (\($0.name))" }.joined(separator: ", ")
            throw .version(expected: known, got: version)
        }
        return fork
    }
}

/// Why a state is no anchor.
public enum AnchorError: Error, Sendable, CustomStringConvertible {
    case ssz(SSZError)
    /// The fork version is none of the network's.
    case version(expected: String, got: Version)
    /// The state's slot does not belong to its fork.
    case fork(expected: String, got: String)
    case slot(fork: Epoch, got: Slot)
    /// The state's parts do not fit together.
    case header(expected: String, got: String)
    /// The anchor block is not the one that made the state.
    case block(expected: Root, got: Root)
    /// The first block does not build on the state.
    case firstBlock(expected: Root, got: Root)

    public var description: String {
        switch self {
        case .ssz(let error): "anchor state: \(error)"
        case .version(let expected, let got): "anchor state: fork version: expected one of \(expected), got \(got)"
        case .fork(let expected, let got): "anchor state: fork at its slot: expected \(expected), got \(got)"
        case .slot(let fork, let got): "anchor state: slot: expected one from epoch \(fork) on, got \(got)"
        case .header(let expected, let got): "anchor state: expected \(expected), got \(got)"
        case .block(let expected, let got): "anchor block: root: expected \(expected), got \(got)"
        case .firstBlock(let expected, let got):
            "anchor state: block root: expected \(expected), which the first block builds on, got \(got)"
        }
    }
}
