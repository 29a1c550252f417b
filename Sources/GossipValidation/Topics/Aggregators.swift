internal import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

/// What topics share whose messages come from validators that were drawn to aggregate.
extension GossipJudge {
    /// What an aggregator has signed.
    typealias Signed<Object> = (object: Object, domain: DomainType, signature: BLSSignature)

    /// The aggregator signed both the draw and the proof that carries the aggregate.
    func requireSignatures(
        of aggregator: Validator,
        draw: Signed<some SSZValue>,
        proof: Signed<some SSZValue>,
        _ epoch: Epoch,
        _ head: Transition
    ) throws(GossipRefusal) {
        try require(
            isSigned(draw.object, by: aggregator, of: head.state, domain(draw.domain, epoch, head), draw.signature),
            orReject: .invalidSelectionProofSignature
        )
        try require(
            isSigned(proof.object, by: aggregator, of: head.state, domain(proof.domain, epoch, head), proof.signature),
            orReject: .invalidAggregatorSignature
        )
    }

    /// Whether a selection proof draws its signer, with a chance of one in `chances`.
    func isDrawn(by proof: BLSSignature, oneIn chances: UInt64) -> Bool {
        let digest = proof.withUnsafeBytes { SHA256.hash($0) }
        let number = digest.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        return number % max(1, chances) == 0
    }
}
