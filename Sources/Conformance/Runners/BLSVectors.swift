import BLS
import Hashing
import YAML

extension VectorRunner {
    /// `bls`: signatures, keys and hashing to the curve, each case one call.
    ///
    /// `output` of a case is `null` where the call must be refused, and `false` where it must say no; a key or signature
    /// that cannot be read makes a verification say no.
    static let bls = VectorRunner("bls", needsManifest: false) { vector, files in
        let data = try files.yaml("data")
        let input = try data.member("input")
        let output = try data.member("output")
        switch vector.handler {
        case "sign":
            let message = try input.member("message").hexBytes
            let secret = try? SecretKey(bytes: try root(try input.member("privkey").hexBytes))
            try expect(secret?.sign(message).compressed.bytes, output)
        case "aggregate":
            let signatures = signatures(try input.elements.map { try $0.hexBytes })
            try expect(signatures.flatMap { try? BLS.aggregate($0).compressed.bytes }, output)
        case "eth_aggregate_pubkeys":
            let keys = try input.elements.map { try $0.hexBytes }
            let sum = try? BLS.ethAggregatePubkeys(keys.compactMap { Bytes48($0) })
            try expect(keys.contains { $0.count != Bytes48.count } ? nil : sum?.bytes, output)
        case "verify", "aggregate_verify", "fast_aggregate_verify", "eth_fast_aggregate_verify", "batch_verify":
            try expect(try verify(input, handler: vector.handler), output)
        case "deserialization_G1":
            let bytes = Bytes48(try hex(input, "pubkey"))
            try expect(bytes.map { (try? G1Affine(compressed: $0)) != nil } ?? false, output)
        case "deserialization_G2":
            let bytes = Bytes96(try hex(input, "signature"))
            try expect(bytes.map { (try? G2Affine(compressed: $0)) != nil } ?? false, output)
        case "hash_to_G2":
            // The vectors are those of RFC 9380, appendix J.10.1, with its own tag.
            let tag = Array("QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_".utf8)
            let point = HashToG2.hash(Array(try input.member("msg").string.utf8), tag: tag).affine()
            try expectEqual("x", expected: try output.member("x").string, got: text(point.x))
            try expectEqual("y", expected: try output.member("y").string, got: text(point.y))
        default:
            return .unknownHandler(vector)
        }
        return .passed
    }
}

/// Whether the signatures hold; a key or signature that is no point says no, one that is no text fails the case.
private func verify(_ input: YAMLNode, handler: String) throws -> Bool {
    let keyBytes = try bytes(input, "pubkey", "pubkeys")
    let messages = try bytes(input, "message", "messages")
    let signatureBytes = try bytes(input, "signature", "signatures")
    guard let keys = publicKeys(keyBytes), let signatures = signatures(signatureBytes) else { return false }
    if handler == "batch_verify" {
        try expectEqual("keys", expected: messages.count, got: keys.count)
        try expectEqual("signatures", expected: messages.count, got: signatures.count)
        return BLS.verifyBatch(
            try messages.indices.map {
                SignatureSet(publicKey: keys[$0], message: try root(messages[$0]), signature: signatures[$0])
            }
        )
    }
    let signature = try only("signature", signatures)
    switch handler {
    case "aggregate_verify":
        return BLS.aggregateVerify(publicKeys: keys, messages: messages, signature: signature)
    case "verify":
        let key = try only("pubkey", keys)
        return BLS.verify(publicKey: key, message: try only("message", messages), signature: signature)
    case "fast_aggregate_verify":
        let message = try only("message", messages)
        return BLS.fastAggregateVerify(publicKeys: keys, message: message, signature: signature)
    default:
        let message = try root(try only("message", messages))
        return BLS.ethFastAggregateVerify(publicKeys: keys, message: message, signature: signature)
    }
}

/// The bytes under `key`, with or without `0x`.
private func hex(_ input: YAMLNode, _ key: String) throws -> [UInt8] {
    let text = try input.member(key).string
    guard let bytes = Hex.decode(text) else { throw Mismatch(key, expected: "hexadecimal bytes", got: text) }
    return bytes
}

/// The byte strings under one of two keys: a single one, or a list.
private func bytes(_ input: YAMLNode, _ single: String, _ list: String) throws -> [[UInt8]] {
    guard let node = input[single] else { return try input.member(list).elements.map { try $0.hexBytes } }
    return [try node.hexBytes]
}

private func only<Value>(_ what: String, _ values: [Value]) throws -> Value {
    guard values.count == 1, let value = values.first else {
        throw Mismatch("\(what): how many", expected: 1, got: values.count)
    }
    return value
}

private func root(_ bytes: [UInt8]) throws -> Bytes32 {
    guard let root = Bytes32(bytes) else { throw Mismatch("message length", expected: 32, got: bytes.count) }
    return root
}

/// `nil` where one of them is no key.
private func publicKeys(_ keys: [[UInt8]]) -> [PublicKey]? {
    try? keys.map { bytes in
        guard let compressed = Bytes48(bytes) else { throw Mismatch("length", expected: 48, got: bytes.count) }
        return try PublicKey(compressed: compressed)
    }
}

/// `nil` where one of them is no signature.
private func signatures(_ signatures: [[UInt8]]) -> [Signature]? {
    try? signatures.map { bytes in
        guard let compressed = Bytes96(bytes) else { throw Mismatch("length", expected: 96, got: bytes.count) }
        return try Signature(compressed: compressed)
    }
}

private func expect(_ got: [UInt8]?, _ output: YAMLNode) throws {
    try expectEqual("output", expected: output.isNull ? nil : try output.hexBytes, got: got)
}

private func expect(_ got: Bool, _ output: YAMLNode) throws {
    try expectEqual("output", expected: try output.bool, got: got)
}

/// A coordinate as the vectors write it: real part, comma, imaginary part.
private func text(_ value: Fp2) -> String {
    "\(text(value.c0)),\(text(value.c1))"
}

private func text(_ value: Fp) -> String {
    var bytes = Bytes48()
    bytes.withUnsafeMutableBytes { raw in
        if let base = raw.baseAddress { value.write(to: base) }
    }
    return bytes.description
}
