import Hashing
import TestSupport
import Testing

@Suite struct SHA256Tests {
    /// FIPS 180-4 examples and the long message of the NIST example set.
    @Test func knownDigests() {
        let cases: [(String, String)] = [
            ("", "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "0x248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
                "0xcf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "0xcdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ]
        for (message, digest) in cases {
            let bytes = Array(message.utf8)
            #expect(SHA256.hash(bytes).description == digest)
            #expect(bytes.withUnsafeBytes { SHA256.hashPortably($0) }.description == digest)
        }
    }

    @Test func everyLengthAgreesWithPlainCode() {
        var random = SplitMix64(seed: 7)
        let bytes = (0..<264).map { _ in UInt8.random(in: 0...255, using: &random) }
        var digests: Set<Bytes32> = []
        for length in 0...256 {
            for start in [0, 1, 7] {
                let message = Array(bytes[start..<start + length])
                let fast = SHA256.hash(message)
                #expect(fast == message.withUnsafeBytes { SHA256.hashPortably($0) }, "length \(length)")
                #expect(fast == SHA256.hash(message.span.bytes), "length \(length)")
                digests.insert(fast)
            }
        }
        #expect(digests.count == 257 * 3 - 2, "only the empty message repeats")
    }

    @Test func anEmptyBufferWithoutAnAddress() {
        let digest = SHA256.hash(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(digest.short == "e3b0c442")
    }
}
