import Hashing
import TestSupport
import Testing

@testable import ForkTree

@Suite struct LifecycleRecordTests {
    private static let reasons: [InvalidReason] = [
        .ancestor(root(5)), .proposerSignature, .conflictsWithFinality, .malformed, .stateRootMismatch,
        .invalidTransition, .slotNotAfterParent, .forkChoice, .executionPayload, .dataUnavailable,
    ]

    private static var states: [Lifecycle] {
        let plain: [Lifecycle] = [.new, .pending, .child, .blockChild, .stateChild, .included, .expired, .duplicate]
        let invalid = reasons.flatMap { reason in Stage.allCases.map { Lifecycle.invalid(reason, at: $0) } }
        return plain + invalid + EvictionCause.allCases.map { .evicted($0) }
    }

    private func sample(_ state: Lifecycle, _ random: inout SplitMix64) -> LifecycleRecord {
        var durations: [Stage: UInt64] = [:]
        for stage in Stage.allCases where Bool.random(using: &random) { durations[stage] = random.next() }
        return LifecycleRecord(
            root: root(1),
            slot: random.next(),
            parent: root(2),
            proposer: Bool.random(using: &random) ? random.next() : nil,
            state: state,
            reasonText: ["", "state root differs: erwartet ä, got ✗"].randomElement(using: &random) ?? "",
            durations: durations,
            waitedFor: Bool.random(using: &random) ? root(2) : nil,
            waitDuration: random.next(),
            receivedAt: random.next(),
            origin: BlockOrigin.allCases.randomElement(using: &random) ?? .unknown,
            data: Bool.random(using: &random) ? DataResult.allCases.randomElement(using: &random) : nil
        )
    }

    @Test func everyStateRoundTrips() throws {
        var random = SplitMix64(seed: 3)
        for state in Self.states {
            for _ in 0..<8 {
                let record = sample(state, &random)
                if try LifecycleRecord(decoding: record.encoded()) != record { Issue.record("\(record)") }
            }
        }
    }

    /// The stored form is a promise to databases already written.
    @Test func bytesAreFixed() {
        var record = LifecycleRecord(
            root: root(1),
            slot: 0x0102,
            parent: root(2),
            proposer: 7,
            state: .invalid(.ancestor(root(9)), at: .awaitParent),
            reasonText: "no",
            durations: [.signatures: 3, .decode: 0x0100],
            waitedFor: root(2),
            waitDuration: 5,
            receivedAt: 6,
            origin: .gossip
        )
        let expected = [
            "010306010401", Hex.encode(root(1).bytes), "0201000000000000", Hex.encode(root(2).bytes),
            "0600000000000000", "0500000000000000", "0700000000000000", Hex.encode(root(2).bytes),
            Hex.encode(root(9).bytes), "02", "020001000000000000", "100300000000000000", "0200", "6e6f",
        ]
        #expect(Hex.encode(record.encoded()) == expected.joined())
        record.data = .assumed
        var second = expected
        second[0].replaceSubrange(second[0].startIndex..<second[0].index(second[0].startIndex, offsetBy: 2), with: "02")
        second[5] += "02"
        #expect(Hex.encode(record.encoded()) == second.joined())
    }

    @Test func storedNumbersNeverChange() {
        #expect(Stage.allCases.map(\.rawValue) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16])
        #expect(DataResult.allCases.map(\.rawValue) == [1, 2, 3])
        #expect(BlockOrigin.allCases.map(\.rawValue) == Array(0...9))
        #expect(EvictionCause.allCases.map(\.rawValue) == [1, 2, 3, 4])
        #expect(Self.reasons.map(\.code) == Array(1...10))
        #expect(Set(Self.states.map(\.code)) == Set(0...9))
    }

    @Test func damagedBytesNeverTrapAndNeverPassUnnoticed() throws {
        var random = SplitMix64(seed: 8)
        for state in Self.states {
            let bytes = sample(state, &random).encoded()
            for length in 0..<bytes.count {
                #expect(throws: LifecycleRecordError.self) {
                    try LifecycleRecord(decoding: Array(bytes.prefix(length)))
                }
            }
            #expect(throws: LifecycleRecordError.trailingBytes(1)) { try LifecycleRecord(decoding: bytes + [0]) }
            for _ in 0..<200 {
                var damaged = bytes
                damaged[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                // Whatever still decodes must encode to the same bytes: no two forms of one record.
                if let record = try? LifecycleRecord(decoding: damaged), record.encoded() != damaged {
                    Issue.record("\(Hex.encode(damaged)) decodes but encodes otherwise")
                }
            }
        }
    }

    @Test func longTextsAreCutBetweenCharacters() throws {
        var random = SplitMix64(seed: 1)
        var record = sample(.included, &random)
        record.reasonText = String(repeating: "✗", count: 1_000)
        let stored = try LifecycleRecord(decoding: record.encoded())
        #expect(stored.reasonText == String(repeating: "✗", count: 341))
    }
}
