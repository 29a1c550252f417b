public import ConsensusTypes
internal import Hashing
internal import SSZ
public import StateTransition

/// Stage 3: a block whose proposer's signature was verified, where the proposer is known.
///
/// Checked before the block may wait for anything: a forged copy never takes a place in a queue. That the proposer is
/// the right one for the slot only the transition can tell.
public struct SignedOffBlock: Sendable {
    public let decoded: DecodedBlock
    /// Whether the signature was verified here; not when the proposer is newer than the registry asked, or by policy.
    public let isVerified: Bool

    /// - Parameters:
    ///   - registry: any recent state of the chain: keys never change their index.
    public init(
        _ decoded: DecodedBlock,
        registry: BeaconState,
        spec: ChainSpec,
        caches: TransitionCaches,
        policy: SignaturePolicy
    ) throws(BlockError) {
        self.decoded = decoded
        let proposer = decoded.block.proposerIndex
        guard policy != .trust, proposer < UInt64(registry.validators.count) else {
            isVerified = false
            return
        }
        let version = spec.forkVersion(decoded.fork)
        let domain = spec.computeDomain(
            .beaconProposer,
            forkVersion: version,
            genesisValidatorsRoot: registry.genesisValidatorsRoot
        )
        let claim = SignatureClaim(
            function: "verify_block_signature",
            kind: .proposerSignature,
            pubkeys: [registry.validators[Int(proposer)].pubkey],
            message: computeSigningRoot(decoded.root, domain),
            signature: decoded.signed.signature
        )
        do throws(TransitionError) {
            try claim.verify(caches: caches)
        } catch {
            throw .proposerSignature(proposer: proposer, got: decoded.signed.signature)
        }
        isVerified = true
    }

    /// A block that was verified before it was stored.
    init(trusted decoded: DecodedBlock) {
        self.decoded = decoded
        isVerified = true
    }
}
