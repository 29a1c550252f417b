import BlockPipeline
import ConsensusTypes
import Hashing

/// The options about signatures that a replay and a node share.
enum SignatureOptions {
    /// The short words for the two ends.
    enum Verification: String, CaseIterable, Sendable { case all, none }

    private static let verify = Option<Verification>.choice(
        "--verify",
        "signatures; none is --assume-valid-signatures all; default: all"
    )
    private static let assume = Option<AssumedSignatures>.assumed(
        "--assume-valid-signatures",
        "believe the signatures of all blocks, of those up to a slot, or up to block ROOT of that slot, which later "
            + "blocks must descend from; all else is checked"
    )

    static let declarations = [verify.declaration, assume.declaration]

    static func assumed(_ arguments: Arguments, command: String) throws -> AssumedSignatures {
        switch (arguments[verify], arguments[assume]) {
        case (nil, nil), (Verification.all?, nil): return .none
        case (Verification.none?, nil), (Verification.none?, .all?): return .all
        case (nil, let assumed?): return assumed
        case (_?, _?):
            throw UsageError.conflict("--verify and --assume-valid-signatures say different things", command: command)
        }
    }
}

extension Option<AssumedSignatures> {
    /// `all`, a slot, or a root and its slot.
    static func assumed(_ name: String, _ help: String) -> Option {
        Option(name: name, placeholder: "all|SLOT|ROOT:SLOT", help: help) { text throws(BadValue) in
            if text == "all" { return .all }
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            if parts.count == 1, let slot = Slot(text) { return .through(slot, root: nil) }
            if parts.count == 2, let slot = Slot(parts[1]), let bytes = Hex.decode(String(parts[0])),
                let root = Root(bytes)
            {
                return .through(slot, root: root)
            }
            throw BadValue(expected: "all, a slot, or the root of a block and its slot")
        }
    }
}
