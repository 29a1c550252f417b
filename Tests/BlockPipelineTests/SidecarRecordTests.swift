import ConsensusTypes
import DataAvailability
import Hashing
import KZG
import TestSupport
import Testing

@testable import BlockPipeline

/// What is stored of proven sidecars.
@Suite struct SidecarRecordTests {
    private var random = SplitMix64(seed: 11)

    private func ledger(of blocks: Int) throws -> SidecarLedger {
        var limits = DataLimits()
        limits.blocks = blocks
        let spec = ChainSpec(preset: .minimal, config: .mainnet)
        let judge = BlobDataJudge(spec: spec, kzg: try KZGSettings.ethereum())
        return SidecarLedger(judge: judge, policy: .require, limits: limits)
    }

    private mutating func commitment() -> KZGCommitment { KZGCommitment(random.bytes(48)) ?? KZGCommitment() }

    private mutating func blob(_ index: UInt64) -> Sidecar {
        var blob = BlobSidecar()
        (blob.index, blob.kzgCommitment) = (index, commitment())
        return .blob(blob)
    }

    private mutating func evidence() -> (evidence: DataEvidence, sidecars: [Sidecar]) {
        var sidecars: [Sidecar] = []
        for index in 0..<(random.next() % 4) { sidecars.append(blob(index)) }
        let commitments = (0..<(random.next() % 4)).map { _ in commitment() }
        for index in 0..<(random.next() % 128) where random.next() % 3 > 0 {
            var column = DataColumnSidecar()
            (column.index, column.kzgCommitments) = (index, commitments)
            sidecars.append(.column(column))
        }
        return (sidecars.reduce(into: DataEvidence()) { $0.add($1) }, sidecars)
    }

    @Test mutating func evidenceComesBackAsItWas() throws {
        for round in 0..<100 {
            let (evidence, sidecars) = evidence()
            let record = SidecarRecord(number: UInt64(round), root: SHA256.hash([UInt8(round)]), evidence: evidence)
            let read = try #require(SidecarRecord(bytes: record.bytes))
            #expect(read.number == record.number && read.root == record.root && read.evidence == evidence)
            #expect(sidecars.allSatisfy { read.evidence.has($0) })
        }
    }

    /// Other bytes are no record, or one whose bytes they are.
    @Test mutating func damagedRecordsAreForgotten() {
        for _ in 0..<60 {
            let bytes = SidecarRecord(number: 3, root: SHA256.hash([1]), evidence: evidence().evidence).bytes
            for end in bytes.indices { #expect(SidecarRecord(bytes: Array(bytes[..<end])) == nil) }
            #expect(SidecarRecord(bytes: bytes + [0]) == nil)
            for _ in 0..<40 {
                var changed = bytes
                changed[Int.random(in: bytes.indices, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
                if let read = SidecarRecord(bytes: changed) { #expect(read.bytes == changed) }
            }
        }
    }

    @Test mutating func aPlaceNeverKnowsLess() throws {
        let (root, other) = (SHA256.hash([1]), SHA256.hash([2]))
        let (first, second) = (blob(0), blob(1))
        func record(_ number: UInt64, _ root: Root, _ sidecars: [Sidecar]) -> SidecarRecord {
            SidecarRecord(number: number, root: root, evidence: sidecars.reduce(into: DataEvidence()) { $0.add($1) })
        }
        let both = record(1, root, [first, second])
        #expect(record(1, root, [first]).replacing(record(1, root, [second]).bytes) == both.bytes)
        #expect(both.replacing(nil) == both.bytes && both.replacing([9]) == both.bytes)
        // A newer block takes the place, an older one that was slow does not take it back.
        let newer = record(3, other, [first])
        #expect(newer.replacing(both.bytes) == newer.bytes)
        #expect(both.replacing(newer.bytes) == newer.bytes)
    }

    @Test mutating func theNewestAreRestored() throws {
        let first = blob(0)
        let roots = (0..<5).map { SHA256.hash([UInt8($0)]) }
        let before = try ledger(of: 4)
        for root in roots { before.add(first, of: root) }
        let records = roots.compactMap { before.record(of: $0) }
        #expect(records.map(\.number) == [1, 2, 3, 4])
        let after = try ledger(of: 2)
        after.restore(records.reversed())
        #expect(roots.map { after.has(first, of: $0) } == [false, false, false, true, true])
        after.add(first, of: roots[0])
        #expect(after.record(of: roots[0])?.number == 5)
    }
}
