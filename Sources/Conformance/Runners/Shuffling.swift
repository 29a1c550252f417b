import ConsensusTypes
import Hashing
import StateTransition
import YAML

extension VectorRunner {
    /// `shuffling`: the whole permutation, and each index by itself.
    static let shuffling = VectorRunner("shuffling") { vector, files in
        guard vector.handler == "core" else { return .unknownHandler(vector) }
        let spec = try files.spec(of: vector)
        let file = try files.yaml("mapping")
        guard let seed = Bytes32(try file.member("seed").hexBytes) else { return .failed("the seed has not 32 bytes") }
        let count = try file.member("count").int
        let mapping = try file.member("mapping").elements.map { try $0.int }
        let rounds = spec.preset.shuffleRoundCount
        try expectEqual("count", expected: UInt64(mapping.count), got: count)
        try expectEqual(
            "permutation",
            expected: mapping,
            got: ShuffledIndices.permutation(count: mapping.count, seed: seed, rounds: rounds)
        )
        for (i, expected) in mapping.enumerated() {
            let got = ShuffledIndices.index(UInt64(i), count: count, seed: seed, rounds: rounds)
            try expectEqual("index \(i)", expected: expected, got: got)
        }
        return .passed
    }
}
