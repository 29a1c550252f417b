import ConsensusTypes
import SSZ
import StateTransition

extension VectorRunner {
    /// `rewards`: what each rule of the attestation rewards gives and takes.
    static let rewards = VectorRunner("rewards") { vector, files in
        let spec = try files.spec(of: vector)
        let pre = try BeaconState.decode(files.ssz("pre"), in: spec.context(vector.fork))
        var transition = Transition(state: pre, spec: spec)
        for (rule, deltas) in try transition.attestationDeltas() {
            let expected = try DeltasFile.decode(files.ssz("\(rule)_deltas"), in: spec.context(vector.fork))
            for (name, expected, got) in [
                ("rewards", expected.rewards, deltas.rewards), ("penalties", expected.penalties, deltas.penalties),
            ] {
                try expectEqual("\(rule): number of \(name)", expected: expected.count, got: got.count)
                for i in expected.indices {
                    try expectEqual("\(rule): \(name)[\(i)]", expected: expected[i], got: got[i])
                }
            }
        }
        return .passed
    }
}

/// The container that these vectors hold and no specification names.
private struct DeltasFile: SSZContainer {
    var rewards: [UInt64] = []
    var penalties: [UInt64] = []

    static let fields: [Field<DeltasFile>] = [
        .init("rewards", \.rewards, .list(.exactly(1 << 40)), versions: 0..<Int.max),
        .init("penalties", \.penalties, .list(.exactly(1 << 40)), versions: 0..<Int.max),
    ]
}
