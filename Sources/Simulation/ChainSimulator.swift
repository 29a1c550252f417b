internal import BLS
public import ConsensusTypes
internal import Hashing
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
    public private(set) var anchor: BeaconState
    let keys: KeyProgression
    let deposits: SimulatedDeposits
    let roles: Roles
    let blobs: SimulatedBlobs

    /// A million validators take some seconds.
    public init(_ parameters: SimulationParameters) throws(SimulationError) {
        try parameters.check()
        self.parameters = parameters
        spec = ChainSpec(preset: parameters.preset, config: .simulated(parameters))
        caches = TransitionCaches()
        keys = KeyProgression(seed: parameters.seed)
        roles = Roles(parameters)
        blobs = try SimulatedBlobs(parameters)
        deposits = SimulatedDeposits(parameters, keys: keys, spec: spec)
        let publicKeys = keys.publicKeys(parameters.validators)
        let maker = AnchorMaker(parameters: parameters, spec: spec, deposits: deposits, roles: roles, keys: keys)
        do throws(TransitionError) {
            anchor = try maker.state(publicKeys, pubkeys: caches.pubkeys)
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

    /// Moves genesis so that the first slot behind the anchor begins at this time, or up to a second later.
    ///
    /// Before the first block is made: payloads name the time of their slot.
    ///
    /// - Parameter milliseconds: since 1970.
    public mutating func startFirstSlot(at milliseconds: UInt64) {
        let age = (anchor.slot + 1) * spec.config.slotDurationMs
        anchor.genesisTime = milliseconds < age ? 0 : (milliseconds - age).roundedUpToThousands
    }

    /// When a slot begins, in milliseconds since 1970.
    public func start(of slot: Slot) -> UInt64 { anchor.genesisTime * 1_000 + slot * spec.config.slotDurationMs }

    /// Where a branch begins.
    public func tip(branch: UInt64 = 0) -> SimulatedTip {
        var tip = SimulatedTip(
            transition: Transition(state: anchor, spec: spec, caches: caches, signatures: .trust),
            branch: branch,
            lastBlock: anchor.slot
        )
        if anchor.forkName >= .gloas { tip.payload = .withheld }
        return tip
    }

    /// Makes the next block of a branch.
    public func advance(_ tip: inout SimulatedTip) throws(SimulationError) -> SignedBeaconBlock {
        do throws(TransitionError) {
            return try BlockMaker(simulator: self, tip: tip).make(&tip)
        } catch {
            throw .transition(error)
        }
    }

    /// The state of a branch at a slot that no block of it lies beyond.
    public func state(of tip: SimulatedTip, at slot: Slot) throws(SimulationError) -> BeaconState {
        var transition = tip.transition
        guard transition.state.slot < slot else { return transition.state }
        do throws(TransitionError) {
            try transition.processSlots(slot)
        } catch {
            throw .transition(error)
        }
        return transition.state
    }
}

extension UInt64 {
    fileprivate var roundedUpToThousands: UInt64 { self / 1_000 + (self % 1_000 == 0 ? 0 : 1) }
}
