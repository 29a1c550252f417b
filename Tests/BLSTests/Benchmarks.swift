import Foundation
import Hashing
import TestSupport
import Testing

@testable import BLS

@inline(never) @_optimize(none)
private func blackHole<T>(_: T) {}

/// Prints the best of many short runs as one JSON line; `unit` operations are one run.
private func bench(_ name: String, unit: Double = 1, _ run: () -> Void) {
    run()
    let clock = ContinuousClock()
    func nanoseconds(_ runs: Int) -> Double {
        let time = clock.measure { for _ in 0..<runs { run() } }.components
        return (Double(time.seconds) * 1e9 + Double(time.attoseconds) / 1e9) / Double(runs)
    }
    let once = nanoseconds(1)
    let runs = max(1, Int(500_000 / once))
    let rounds = once > 20e6 ? 5 : once > 1e6 ? 30 : 100
    let best = (0..<rounds).map { _ in nanoseconds(runs) }.min() ?? once
    print("{\"bench\": \"bls/\(name)\", \"ns\": \((best / unit * 10).rounded() / 10)}")
}

/// Timings, printed and not judged: `MARTLET_BENCH=1 swift test -c release -Xswiftc -enable-testing --filter BLSBench`.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["MARTLET_BENCH"] != nil, "set MARTLET_BENCH=1"))
struct BLSBenchmarks {
    private func message(_ index: Int) throws -> Bytes32 {
        try #require(Bytes32((0..<32).map { UInt8(truncatingIfNeeded: index >> ($0 % 4 * 8)) }))
    }

    private func secret(_ index: Int) throws -> SecretKey {
        let bytes =
            [UInt8](repeating: 0, count: 8) + (0..<24).map { UInt8(truncatingIfNeeded: index &* 31 + $0 * 7 + 1) }
        return try SecretKey(bytes: try #require(Bytes32(bytes)))
    }

    @Test func fields() throws {
        var random = SplitMix64(seed: 1)
        var x = try Fp.random(&random)
        let y = try Fp.random(&random)
        bench("fp-mul", unit: 100) { for _ in 0..<100 { x = x * y } }
        bench("fp-square", unit: 100) { x.square(times: 100) }
        bench("fp-add", unit: 100) { for _ in 0..<100 { x = x + y } }
        bench("fp-inverse") { x = x.inverse() }
        bench("fp-square-root") { x = x.squareRoot() ?? x + y }
        var f = try Fp2.random(&random)
        let g = try Fp2.random(&random)
        bench("fp2-mul", unit: 100) { for _ in 0..<100 { f = f * g } }
        bench("fp2-square", unit: 100) { for _ in 0..<100 { f = f.squared() } }
        blackHole((x, f))
    }

    @Test func operations() throws {
        let key = try secret(1)
        let publicKey = key.publicKey
        let signature = key.sign(try message(1))
        let root = try message(1)
        bench("hash-to-g2") { blackHole(HashToG2.hash(root.bytes)) }
        let pair = (publicKey.point, signature.point)
        let value = Pairing.millerLoop([pair])
        bench("miller-loop") { blackHole(Pairing.millerLoop([pair])) }
        bench("miller-loop-of-129", unit: 129) { blackHole(Pairing.millerLoop(Array(repeating: pair, count: 129))) }
        bench("final-exponentiation") { blackHole(Pairing.finalExponentiation(value)) }
        let keyBytes = publicKey.compressed
        bench("key-decompress-check") { blackHole(try? PublicKey(compressed: keyBytes)) }
        let signatureBytes = signature.compressed
        bench("signature-decompress-check") { blackHole(try? Signature(compressed: signatureBytes)) }
        bench("verify") { blackHole(BLS.verify(publicKey: publicKey, message: root, signature: signature)) }
    }

    @Test func batches() throws {
        let sets = try (0..<128).map { i in
            SignatureSet(
                publicKey: try secret(i).publicKey,
                message: try message(i),
                signature: try secret(i).sign(try message(i))
            )
        }
        #expect(BLS.verifyBatch(sets))
        bench("batch-128-per-set", unit: 128) { blackHole(BLS.verifyBatch(sets)) }
        for count in [128, 512, 2048] {
            var point = G1(.generator)
            let keys = (0..<count).map { i in
                point = point + sets[i % 128].publicKey.point
                return PublicKey(point: point.affine())
            }
            bench("sum-\(count)-per-key", unit: Double(count)) { blackHole(BLS.sum(keys)) }
        }
        let points = sets.map(\.publicKey.point)
        let scalars = (0..<128).map { Fr(UInt64($0) &* 0x9e37_79b9_7f4a_7c15) * Fr(UInt64.max).squared() }
        bench("g1-msm-128-full", unit: 128) { blackHole(G1.multiScalarSum(points, scalars)) }
    }
}
