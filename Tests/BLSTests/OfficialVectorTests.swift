import Foundation
import Hashing
import Testing

@testable import BLS

private let root = URL(
    fileURLWithPath: ProcessInfo.processInfo.environment["MARTLET_VECTORS"]
        ?? NSHomeDirectory() + "/.cache/martlet/vectors"
).appendingPathComponent("tests/general")

/// One flat `data.yaml`: the values that follow each key, up to the next key.
private struct VectorCase {
    let name: String
    private var values: [String: [String]] = [:]

    private static let keys: Set = [
        "input", "output", "pubkeys", "pubkey", "messages", "message", "signatures", "signature", "privkey", "msg",
        "x", "y",
    ]

    init(_ url: URL) throws {
        name = url.deletingLastPathComponent().lastPathComponent
        let text = try String(contentsOf: url, encoding: .utf8)
        var key = ""
        let marks = CharacterSet(charactersIn: "{}[]'\"").union(.whitespacesAndNewlines)
        let words = text.replacingOccurrences(of: ",", with: ", ").split(whereSeparator: \.isWhitespace)
        for word in words where word != "-" {
            let bare = word.trimmingCharacters(in: marks)
            if bare.hasSuffix(":"), Self.keys.contains(String(bare.dropLast())) {
                key = String(bare.dropLast())
                values[key] = []
            } else {
                let item = bare.trimmingCharacters(in: CharacterSet(charactersIn: ",").union(marks))
                let isEmptyList = item.isEmpty && (word.contains("[") || word.contains("]"))
                if !isEmptyList, !["{", "}", "},", "}}"].contains(word) { values[key, default: []].append(item) }
            }
        }
    }

    func list(_ key: String) -> [[UInt8]] { (values[key] ?? []).compactMap { Hex.decode($0.dropHexPrefix) } }

    func one(_ key: String) throws -> [UInt8] { try #require(list(key).first, "\(name): \(key)") }

    func words(_ key: String) -> [String] { values[key] ?? [] }

    var output: String { get throws { try #require(values["output"]?.first, "\(name): output") } }
}

extension String {
    fileprivate var dropHexPrefix: String { hasPrefix("0x") ? String(dropFirst(2)) : self }
}

private func key(_ bytes: [UInt8]) -> PublicKey? { Bytes48(bytes).flatMap { try? PublicKey(compressed: $0) } }

private func signature(_ bytes: [UInt8]) -> Signature? { Bytes96(bytes).flatMap { try? Signature(compressed: $0) } }

private func keys(_ all: [[UInt8]]) -> [PublicKey]? {
    let decoded = all.compactMap { key($0) }
    return decoded.count == all.count ? decoded : nil
}

/// What this module says to a case, in the words of the case's output.
private func answer(_ handler: String, _ vector: VectorCase, _ kernels: FieldKernels) throws -> String {
    switch handler {
    case "verify":
        guard let key = key(try vector.one("pubkey")), let signature = signature(try vector.one("signature")) else {
            return "false"
        }
        return String(
            BLS.verify(publicKey: key, message: try vector.one("message"), signature: signature, kernels: kernels)
        )
    case "fast_aggregate_verify", "eth_fast_aggregate_verify":
        guard let keys = keys(vector.list("pubkeys")), let signature = signature(try vector.one("signature")) else {
            return "false"
        }
        let message = try #require(Bytes32(try vector.one("message")))
        let verify = handler == "fast_aggregate_verify" ? BLS.fastAggregateVerify : BLS.ethFastAggregateVerify
        return String(verify(keys, message, signature, kernels))
    case "aggregate_verify":
        guard let keys = keys(vector.list("pubkeys")), let signature = signature(try vector.one("signature")) else {
            return "false"
        }
        let messages = vector.list("messages")
        return String(
            BLS.aggregateVerify(publicKeys: keys, messages: messages, signature: signature, kernels: kernels)
        )
    case "batch_verify":
        let signatures = vector.list("signatures").compactMap { signature($0) }
        let messages = vector.list("messages").compactMap { Bytes32($0) }
        guard let keys = keys(vector.list("pubkeys")), signatures.count == keys.count else { return "false" }
        try #require(messages.count == keys.count)
        return String(
            BLS.verifyBatch(
                keys.indices.map {
                    SignatureSet(publicKey: keys[$0], message: messages[$0], signature: signatures[$0])
                },
                kernels: kernels
            )
        )
    case "aggregate":
        let parts = vector.list("input").map { signature($0) }
        guard !parts.contains(nil), let sum = try? BLS.aggregate(parts.compactMap { $0 }) else { return "null" }
        return sum.compressed.description
    case "eth_aggregate_pubkeys":
        let parts = vector.list("input").compactMap { Bytes48($0) }
        return (try? BLS.ethAggregatePubkeys(parts))?.description ?? "null"
    case "sign":
        let bytes = try #require(Bytes32(try vector.one("privkey")))
        return (try? SecretKey(bytes: bytes))?.sign(try vector.one("message")).compressed.description ?? "null"
    case "deserialization_G1":
        return String(Bytes48(try vector.one("pubkey")).flatMap { try? G1Affine(compressed: $0) } != nil)
    case "deserialization_G2":
        return String(Bytes96(try vector.one("signature")).flatMap { try? G2Affine(compressed: $0) } != nil)
    case "hash_to_G2":
        let message = Array((vector.words("msg").first ?? "").utf8)
        let tag = Array("QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_".utf8)
        let point = G2.affine(HashToG2.hash(all: [message, message], tag: tag, kernels: kernels))[1]
        func text(_ value: Fp2) -> String {
            "0x" + Hex.encode(value.c0.model.bytes(48)) + ",0x" + Hex.encode(value.c1.model.bytes(48))
        }
        return text(point.x) + text(point.y)
    default:
        return "no such handler"
    }
}

@Suite(.enabled(if: FileManager.default.fileExists(atPath: root.path), "official vectors are not unpacked"))
struct OfficialVectorTests {
    @Test(arguments: [
        ("phase0", "aggregate", 6), ("phase0", "aggregate_verify", 5), ("phase0", "batch_verify", 4),
        ("phase0", "deserialization_G1", 16), ("phase0", "deserialization_G2", 18),
        ("phase0", "fast_aggregate_verify", 12), ("phase0", "hash_to_G2", 4), ("phase0", "sign", 10),
        ("phase0", "verify", 29), ("altair", "eth_aggregate_pubkeys", 8), ("altair", "eth_fast_aggregate_verify", 12),
    ])
    func handler(fork: String, handler: String, count: Int) throws {
        for kernels in FieldKernels.allCases where kernels.isAvailable {
            // Decompression of what a case names included.
            try kernels.run { try judge(fork: fork, handler: handler, count: count, kernels: kernels) }
        }
    }

    private func judge(fork: String, handler: String, count: Int, kernels: FieldKernels) throws {
        let folder = root.appendingPathComponent("\(fork)/bls/\(handler)/bls")
        let cases = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(cases.count == count)
        for name in cases {
            let vector = try VectorCase(folder.appendingPathComponent("\(name)/data.yaml"))
            let expected: String
            if handler == "hash_to_G2" {
                // "0x…,0x…" twice; a comma inside a value is followed by no blank in the file.
                expected = (vector.words("x") + vector.words("y")).joined(separator: "|")
                let got = try answer(handler, vector, kernels)
                #expect(
                    got.replacingOccurrences(of: ",", with: "") == expected.replacingOccurrences(of: "|", with: ""),
                    "\(kernels) \(name)"
                )
                continue
            }
            expected = try vector.output
            #expect(try answer(handler, vector, kernels) == expected, "\(kernels) \(handler) \(name)")
        }
    }
}
