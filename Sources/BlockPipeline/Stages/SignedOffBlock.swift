internal import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

/// Stage 3: a block whose proposer's signature was verified, where the proposer is known.
///
/// Checked before the block may wait for anything: a forged copy never takes a place in a queue. That the proposer is
/// the right one for the slot only the transition can tell.
public struct SignedOffBlock: Sendable {
    public let decoded: DecodedBlock
    /// Whether the signature counts as good; not when the proposer is newer than the registry asked.
    public let isVerified: Bool

    /// Verifies the proposer's signature, together with those of other blocks that come at the same time.
    ///
    /// - Parameters:
    ///   - registry: any recent state of the chain: keys never change their index.
    init(
        _ decoded: DecodedBlock,
        registry: BeaconState,
        spec: ChainSpec,
        checks: SignatureChecks
    ) async throws(BlockError) {
        let claim = SignedOffBlock.claim(decoded, registry, spec)
        if let claim, await !checks.holds(claim) { throw decoded.badSignature }
        self.decoded = decoded
        isVerified = claim != nil
    }

    /// Verifies the proposer's signature alone.
    init(
        _ decoded: DecodedBlock,
        registry: BeaconState,
        spec: ChainSpec,
        caches: TransitionCaches
    ) throws(BlockError) {
        let claim = SignedOffBlock.claim(decoded, registry, spec)
        do throws(TransitionError) {
            try claim?.verify(caches: caches)
        } catch {
            throw decoded.badSignature
        }
        self.decoded = decoded
        isVerified = claim != nil
    }

    /// `nil` where the proposer is not in the registry.
    private static func claim(_ decoded: DecodedBlock, _ registry: BeaconState, _ spec: ChainSpec) -> SignatureClaim? {
        let proposer = decoded.block.proposerIndex
        guard proposer < UInt64(registry.validators.count) else { return nil }
        let domain = spec.computeDomain(
            .beaconProposer,
            forkVersion: spec.forkVersion(decoded.fork),
            genesisValidatorsRoot: registry.genesisValidatorsRoot
        )
        return SignatureClaim(
            function: "verify_block_signature",
            kind: .proposerSignature,
            pubkeys: [registry.validators[Int(proposer)].pubkey],
            message: computeSigningRoot(decoded.root, domain),
            signature: decoded.signed.signature
        )
    }

    /// A block that was verified before it was stored, or whose signature is assumed to be good.
    init(trusted decoded: DecodedBlock) {
        self.decoded = decoded
        isVerified = true
    }
}

extension DecodedBlock {
    fileprivate var badSignature: BlockError {
        .proposerSignature(proposer: block.proposerIndex, got: signed.signature)
    }
}
