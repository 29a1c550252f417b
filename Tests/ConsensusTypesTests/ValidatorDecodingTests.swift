import Hashing
import SSZ
import Testing

@testable import ConsensusTypes

@Suite struct ValidatorDecodingTests {
    /// Bytes that tell every place from every other.
    private let bytes: [UInt8] = (0..<121).map { $0 == 88 ? 1 : UInt8($0) }
    private let context = ChainSpec.mainnet.context(.deneb)

    @Test func theShortWayReadsWhatTheFieldsDeclare() throws {
        let short = try Validator.decode(bytes, in: context)
        #expect(short == (try Validator.decodeFields(bytes.span.bytes, in: context)))
        #expect(short.encoded(in: context) == bytes)
        #expect(Validator.fixedSize(.plain, in: context) == Validator.encodedLength)
    }

    @Test func whatIsNoValidatorIsRefusedAsBefore() {
        var flagged = bytes
        flagged[88] = 2
        for wrong in [flagged, bytes + [0], Array(bytes.dropLast()), []] {
            let short = Result { () throws(SSZError) in try Validator.decode(wrong, in: context) }
            let long = Result { () throws(SSZError) in try Validator.decodeFields(wrong.span.bytes, in: context) }
            #expect(short == long)
            #expect((try? short.get()) == nil)
        }
    }
}
