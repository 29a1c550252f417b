internal import ChainStore
internal import Concurrency
public import ConsensusTypes
public import DataAvailability
internal import ForkChoice
public import Hashing
internal import Snappy

/// A message that carries a sidecar, as it came.
public struct SidecarMessage: Sendable {
    public let bytes: [UInt8]
    public let encoding: BlockMessage.Encoding
    public let kind: Sidecar.Kind

    public init(bytes: [UInt8], encoding: BlockMessage.Encoding = .snappy, kind: Sidecar.Kind) {
        self.bytes = bytes
        self.encoding = encoding
        self.kind = kind
    }

    /// The sidecar in the bytes, unpacked and decoded; whatever is wrong with them is said in words.
    public func decoded(spec: ChainSpec, limit: Int) throws(SidecarError) -> Sidecar {
        let plain: [UInt8]
        do throws(SnappyError) {
            plain = try encoding.unpack(bytes, maximum: limit)
        } catch {
            throw SidecarError("\(error)")
        }
        do throws(DataAvailabilityError) {
            return try Sidecar(ssz: plain, kind: kind, spec: spec)
        } catch {
            throw SidecarError("\(error)")
        }
    }
}

/// Why a message is no sidecar that proves anything.
public struct SidecarError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// How a sidecar ended.
public struct SidecarOutcome: Sendable {
    public enum State: Hashable, Sendable {
        /// Proven; a block that waits for it has been told.
        case accepted
        /// The same part of the same block was proven before.
        case duplicate
        /// Not looked at: too old or too early. Nobody's fault.
        case ignored(String)
        /// The sender's fault.
        case invalid(String)
        /// Our own fault.
        case failed(String)
    }

    public var state: State
    /// Of the block that it belongs to, where it could be decoded.
    public var blockRoot: Root?
    public var slot: Slot = 0
    public var index: UInt64 = 0

    public init(state: State) { self.state = state }
}

/// One sidecar's way: unpack, decode, prove, enter into the ledger, write down that it was proven.
public struct SidecarTask: Sendable {
    let chain: Chain
    let ledger: SidecarLedger

    public init(chain: Chain, ledger: SidecarLedger) {
        self.chain = chain
        self.ledger = ledger
    }

    /// Carries a message through, to whatever end.
    public func run(_ message: SidecarMessage) async -> SidecarOutcome {
        var outcome = SidecarOutcome(state: .accepted)
        do {
            var sidecar = try message.decoded(spec: chain.spec, limit: chain.limits.blockBytes)
            let root = sidecar.blockRoot
            outcome.blockRoot = root
            outcome.slot = sidecar.slot
            outcome.index = sidecar.index
            if let reason = chain.outOfTime(outcome.slot) {
                outcome.state = .ignored(reason)
                return outcome
            }
            if sidecar.isOfGloas {
                guard let block = try await block(root) else {
                    outcome.state = .ignored("beacon_block_root: expected a block that came before, got \(root)")
                    return outcome
                }
                guard block.slot == sidecar.slot else {
                    throw SidecarError("slot: expected \(block.slot) of its block, got \(sidecar.slot)")
                }
                let bid = block.block.body.signedExecutionPayloadBid.message
                sidecar = sidecar.against(bid.blobKzgCommitments)
            }
            if ledger.has(sidecar, of: root) {
                outcome.state = .duplicate
                // The first copy may still be on its way to the store, or may have failed there.
                try await ledger.keep(root, in: chain.store, durability: chain.durability)
            } else {
                let (judge, proven) = (ledger.judge, sidecar)
                try await chain.states.onExecutor { try judge.prove(proven) }
                ledger.add(sidecar, of: root)
                // Before it is acknowledged: whoever sent it will not send it again.
                try await ledger.keep(root, in: chain.store, durability: chain.durability)
            }
        } catch let error as SidecarError {
            outcome.state = .invalid("\(error)")
        } catch let error as DataAvailabilityError {
            outcome.state = .invalid("\(error)")
        } catch {
            outcome.state = .failed("\(error)")
        }
        return outcome
    }

    /// The block that a column names which leaves the commitments to it; signed off, not necessarily valid.
    private func block(_ root: Root) async throws -> DecodedBlock? {
        guard let ssz = try await chain.store.block(root) else { return nil }
        return try DecodedBlock(ssz: ssz, spec: chain.spec)
    }
}

extension BlockMessage.Encoding {
    /// The SSZ in a message, its length checked before anything is reserved.
    func unpack(_ bytes: [UInt8], maximum: Int) throws(SnappyError) -> [UInt8] {
        switch self {
        case .snappy: return try Snappy.uncompress(bytes, maximum: maximum)
        case .snappyFrames: return try SnappyFrames.uncompress(bytes, maximum: maximum)
        case .ssz:
            guard bytes.count <= maximum else { throw .tooLong(maximum: maximum, got: bytes.count) }
            return bytes
        }
    }
}
