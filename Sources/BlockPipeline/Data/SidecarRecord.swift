public import ChainStore
internal import ConsensusTypes
internal import DataAvailability
internal import Hashing

/// What the store keeps of a block's sidecars: that they were proven, for a node that is stopped between them and what
/// they belong to.
///
/// A record of the store under a name that says its place; there are as many places as the ledger remembers blocks.
struct SidecarRecord: Sendable {
    /// DO NOT CHANGE what a format means: it is embedded in stored records.
    private static let format: UInt8 = 1

    /// How many blocks became known before; the place follows from it.
    let number: UInt64
    let root: Root
    var evidence: DataEvidence

    init(number: UInt64, root: Root, evidence: DataEvidence) {
        self.number = number
        self.root = root
        self.evidence = evidence
    }

    /// Format, number (8 bytes, most significant first), root, evidence.
    var bytes: [UInt8] {
        [Self.format] + withUnsafeBytes(of: number.bigEndian, Array.init) + root.bytes + evidence.bytes
    }

    /// `nil` for other bytes: what they tell has to be proven again.
    init?(bytes: [UInt8]) {
        guard bytes.count >= 41, bytes[0] == Self.format, let root = Root(bytes[9..<41]),
            let evidence = DataEvidence(bytes: bytes[41...])
        else { return nil }
        number = bytes[1..<9].reduce(0) { $0 << 8 | UInt64($1) }
        // A number that none could follow.
        guard number < .max >> 1 else { return nil }
        self.root = root
        self.evidence = evidence
    }

    static func name(ofPlace place: Int) -> String { "sidecars-\(place)" }

    /// What is to stand in the place where this record was: never less than is known there of the same block, nor of an
    /// older block.
    func replacing(_ old: [UInt8]?) -> [UInt8] {
        guard let old, let known = SidecarRecord(bytes: old) else { return bytes }
        guard known.root == root else { return known.number > number ? old : bytes }
        var both = self
        both.evidence.merge(known.evidence)
        return both.bytes
    }
}

extension SidecarLedger {
    /// Takes in what earlier runs have proven; before the chain is opened, which carries stored blocks in again.
    public func restore(from store: ChainStore) async throws {
        var records: [SidecarRecord] = []
        for place in 0..<places {
            guard let bytes = try await store.named(SidecarRecord.name(ofPlace: place)) else { continue }
            if let record = SidecarRecord(bytes: bytes) { records.append(record) }
        }
        restore(records)
    }

    /// Writes down what is proven of a block.
    func keep(_ root: Root, in store: ChainStore, durability: Durability) async throws {
        guard let record = record(of: root) else { return }
        let name = SidecarRecord.name(ofPlace: Int(record.number % UInt64(places)))
        try await store.updateNamed(name, durability: durability) { record.replacing($0) }
    }
}
