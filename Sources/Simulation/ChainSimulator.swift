internal import BLS
public import ConsensusTypes
public import Hashing
internal import SSZ
public import StateTransition

/// Makes chains that look like mainnet's: the anchor once, then block after block on as many branches as wanted.
///
/// Every signature is true and every state root that of our own transition, which ran with signatures believed: only
/// a replay that verifies them shows that both are right. The same parameters give the same bytes.
public struct ChainSimulator: Sendable {
    public let parameters: SimulationParameters
    public let spec: ChainSpec
    public let caches: TransitionCaches
    /// The state that all branches begin with; its block is known by its header only.
    public let anchor: BeaconState
    let keys: KeyProgression
    let deposits: SimulatedDeposits

    /// A million validators take some seconds.
    public init(_ parameters: SimulationParameters) throws(SimulationError) {
        try parameters.check()
        self.parameters = parameters
        spec = ChainSpec(preset: parameters.preset, config: .simulated(parameters))
        caches = TransitionCaches()
        keys = KeyProgression(seed: parameters.seed)
        deposits = SimulatedDeposits(parameters, keys: keys, spec: spec) { AnchorMaker.credentials($0) }
        let publicKeys = keys.publicKeys(parameters.validators)
        let maker = AnchorMaker(parameters: parameters, spec: spec, deposits: deposits)
        do throws(TransitionError) {
            anchor = try maker.state(publicKeys, caches: caches)
        } catch {
            throw .transition(error)
        }
        caches.pubkeys.cover(anchor.validators)
        Self.keep(publicKeys, in: caches.pubkeys)
    }

    /// Points made by additions need no square roots.
    private static func keep(_ publicKeys: [PublicKey], in cache: PubkeyCache) {
        let step = 4_096
        for start in stride(from: 0, to: publicKeys.count, by: step) {
            var bytes: [UInt8] = []
            for key in publicKeys[start..<min(start + step, publicKeys.count)] {
                key.uncompressedBytes.withUnsafeBytes { bytes.append(contentsOf: $0) }
            }
            cache.restore(bytes, from: start)
        }
    }

    /// Where a branch begins.
    public func tip(branch: UInt64 = 0) -> SimulatedTip {
        SimulatedTip(
            transition: Transition(state: anchor, spec: spec, caches: caches, signatures: .trust),
            branch: branch,
            lastBlock: anchor.slot
        )
    }

    /// Makes the next block of a branch.
    public func advance(_ tip: inout SimulatedTip) throws(SimulationError) -> SignedBeaconBlock {
        do throws(TransitionError) {
            return try BlockMaker(simulator: self, tip: tip).make(&tip)
        } catch {
            throw .transition(error)
        }
    }
}

/// The end of a branch.
public struct SimulatedTip: Sendable {
    var transition: Transition
    let branch: UInt64
    /// The slot of the last block.
    var lastBlock: Slot
    /// Blocks made so far.
    public internal(set) var blocks = 0
    /// The root of the last block; `nil` at the anchor.
    public internal(set) var root: Root?
    /// The root of the state after the last block; `nil` at the anchor.
    public internal(set) var stateRoot: Root?

    /// The state after the last block.
    public var state: BeaconState { transition.state }
}
