public import ConsensusTypes
public import Hashing
internal import SSZ
public import StateTransition

/// Stage 2: a signed block of the fork that its slot belongs to, with its root.
///
/// Shared, never changed: a block's fields fill a kilobyte, which every step of its task would have room for otherwise.
public final class DecodedBlock: Sendable {
    public let signed: SignedBeaconBlock
    /// Its roots: most of a block is its body, hashed once here for all that come after.
    public let roots: BlockRoots
    public let fork: ForkName
    /// Its length encoded, in bytes.
    public let byteCount: Int

    public var root: Root { roots.block }
    public var block: BeaconBlock { signed.message }
    public var slot: Slot { signed.message.slot }
    public var parentRoot: Root { signed.message.parentRoot }

    public convenience init(_ decompressed: DecompressedBlock, spec: ChainSpec) throws(BlockError) {
        try self.init(ssz: decompressed.bytes, spec: spec)
    }

    /// Decodes a block that was stored.
    public init(ssz: [UInt8], spec: ChainSpec) throws(BlockError) {
        let slot = try DecodedBlock.slot(of: ssz)
        fork = spec.fork(atSlot: slot)
        let context = spec.context(fork)
        do throws(SSZError) {
            signed = try SignedBeaconBlock.decode(ssz, in: context)
        } catch {
            throw .ssz(error)
        }
        roots = BlockRoots(signed.message, in: context)
        byteCount = ssz.count
    }

    /// The slot stands at a fixed place in every fork: behind the offset and the signature, first in the message.
    private static func slot(of ssz: [UInt8]) throws(BlockError) -> Slot {
        let at = 4 + BLSSignature.count
        guard ssz.count >= at + 8 else { throw .tooShort(minimum: at + 8, got: ssz.count) }
        var slot: Slot = 0
        for i in (0..<8).reversed() { slot = slot << 8 | Slot(ssz[at + i]) }
        return slot
    }
}
