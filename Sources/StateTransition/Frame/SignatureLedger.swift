public import ConsensusTypes
public import Hashing

/// What a transition does with the signatures it meets.
public enum SignaturePolicy: Hashable, Sendable {
    /// Verifies each one where the spec does.
    case verifyEach
    /// Writes them down; whoever runs the transition verifies them together.
    case collect
    /// Believes them: for blocks that were verified before.
    case trust
}

/// A signature that somebody must verify: by whom, over what.
public struct SignatureClaim: Sendable {
    /// The spec function that met it, as `process_randao`.
    public var function: String
    public var kind: TransitionError.Kind
    /// The signers; more than one sign the same message together.
    public var pubkeys: [BLSPubkey]
    /// Committees whose attesters sign in place of `pubkeys`.
    var committees: AttestingCommittees?
    /// Keys contained in `pubkeys`, an aggregate, whose owners did not sign.
    public var absentPubkeys: [BLSPubkey]
    public var message: Root
    public var signature: BLSSignature
    /// Spec: `eth_fast_aggregate_verify`: no signers and the signature at infinity count as valid.
    public var allowsNobody: Bool

    public init(
        function: String,
        kind: TransitionError.Kind = .signature,
        pubkeys: [BLSPubkey],
        absentPubkeys: [BLSPubkey] = [],
        message: Root,
        signature: BLSSignature,
        allowsNobody: Bool = false
    ) {
        self.function = function
        self.kind = kind
        self.pubkeys = pubkeys
        self.absentPubkeys = absentPubkeys
        self.message = message
        self.signature = signature
        self.allowsNobody = allowsNobody
    }
}

/// The signatures of one transition, treated by its policy.
public struct SignatureLedger: Sendable {
    public let policy: SignaturePolicy
    /// Written down and not yet verified.
    public private(set) var claims: [SignatureClaim] = []
    /// Whether a deposit counts as signed whatever its signature: for made-up chains in which nobody signs.
    public var believesDeposits = false

    public init(policy: SignaturePolicy) { self.policy = policy }

    /// Verifies, writes down or believes `claim`.
    mutating func add(_ claim: SignatureClaim, caches: TransitionCaches) throws(TransitionError) {
        switch policy {
        case .verifyEach: try claim.verify(caches: caches)
        case .collect: claims.append(claim)
        case .trust: break
        }
    }
}
