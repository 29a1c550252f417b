import Hashing
import TestSupport
import Testing

@testable import SSZ

@Suite struct JSONTests {
    private let context = Bird.context

    private func read(_ text: String) throws(JSONError) -> Bird {
        try Bird.decode(json: Array(text.utf8), in: context)
    }

    /// The sample with one piece of its text replaced.
    private func problem(_ piece: String, _ other: String) -> String {
        precondition(Bird.sampleText.contains(piece))
        do throws(JSONError) {
            _ = try read(Bird.sampleText.replacing(piece, with: other, maxReplacements: 1))
            return "no error"
        } catch {
            return error.description
        }
    }

    @Test func valuesAreSpelledAsTheBeaconAPIDoes() throws {
        let text = Bird.sample.json(in: context)
        #expect(String(decoding: text, as: UTF8.self) == Bird.sampleText)
        #expect(try read(Bird.sampleText) == Bird.sample)
        let indented = Bird.sample.json(isIndented: true, in: context)
        #expect(String(decoding: indented, as: UTF8.self).hasPrefix("{\n  \"age\": \"3\",\n  \"ring\": \"0x00"))
        #expect(try Bird.decode(json: indented, in: context) == Bird.sample)
        #expect(Bird.sample.tree(in: context).json == Bird.sampleText)
        #expect(String(decoding: Bird().json(isIndented: true, in: context), as: UTF8.self).contains("\"flights\": []"))
    }

    @Test func fieldsMayComeInAnyOrder() throws {
        let text = #"{"mate":"1","#
        let later = ShapeContext(version: 1)
        let json = Array((text + Bird.sampleText.dropFirst()).utf8)
        let bird = try Bird.decode(json: json, in: later)
        #expect(bird.mate == 1)
        #expect(bird.nest == [5, 6])
        #expect(throws: JSONError.self) { try Bird.decode(json: json, in: context) }
    }

    @Test(arguments: [
        ("\"3\"", "3", "json: age at byte 7: expected a decimal number in quotes, got 3,"),
        ("\"3\"", "\"\"", "age at byte 7: expected a decimal number in quotes"),
        ("\"3\"", "\"03\"", "expected a decimal number in quotes, got \"03\""),
        ("\"3\"", "\"-3\"", "expected a decimal number in quotes"),
        ("\"3\"", "\"18446744073709551616\"", "expected a number below 2^64"),
        ("\"3\"", "\"\\u0033\"", "expected text without escapes"),
        ("\"3\"", "null", "expected a decimal number in quotes, got null"),
        ("\"3\"", "[[[[", "expected a decimal number in quotes"),
        ("\"1000000007\"", "\"\(String(repeating: "9", count: 78))\"", "weight at byte"),
        ("\"0x01ab\"", "\"0x010203040506070809\"", "song at byte"),
        ("\"0x01ab\"", "\"0x01a\"", "expected pairs of hexadecimal digits"),
        ("\"0x01ab\"", "\"0x01ag\"", "expected pairs of hexadecimal digits"),
        ("\"0x01ab\"", "\"01ab\"", "expected hexadecimal with 0x"),
        ("\"0x01ab\"", "\"\"", "expected hexadecimal with 0x"),
        ("[\"7\",", "[\"7\",\"7\",\"7\",\"7\",", "flights at byte"),
        ("[\"7\",", "[\"7\"", "flights at byte"), ("[\"7\",", "[,", "flights[0]"),
        ("\"255\"]", "\"256\"]", "moults[1] at byte"),
        ("true", "True", "feathers[0].is_primary at byte"), ("true", "1", "expected true or false, got 1"),
        ("\"length\":\"9\",", "", "feathers[0] at byte"),
        ("\"length\":\"9\",", "\"length\":\"9\",\"length\":\"9\",", "the field length twice"),
        ("\"length\"", "\"lenght\"", "expected one of the fields length, is_primary, got lenght"),
        ("\"0x0002\"", "\"0x0004\"", "toes at byte"), ("\"0x0002\"", "\"0x00\"", "expected 2 bytes, got 1"),
        ("\"0x0002\"", "\"0x000000\"", "expected at most 2 bytes, got 3"),
        ("\"0x0d\"", "\"0x00\"", "expected a delimiter bit"), ("\"0x0d\"", "\"0x\"", "winters at byte"),
        ("\"0x0d\"", "\"0x0080\"", "expected at most 12 elements, got 15"),
        ("[\"5\",\"6\"]", "[\"5\"]", "nest at byte"), ("[\"5\",\"6\"]", "[\"5\",\"6\",\"7\"]", "nest at byte"),
        ("[\"5\",\"6\"]}", "[\"5\",\"6\"]", "expected a comma or the end of the object, got the end of the text"),
        ("[\"5\",\"6\"]}", "[\"5\",\"6\"]} x", "expected the end, got x"),
        ("{\"age\":", "{\"age\"", "expected a colon"),
        ("{\"age\"", "\"age\"", "json: value at byte 0: expected an object"),
        ("{\"age\"", "{age", "expected the name of a field"),
    ])
    func whatIsNotAValueIsNamed(piece: String, other: String, text: String) {
        #expect(problem(piece, other).contains(text), "\(problem(piece, other))")
    }

    @Test func theEmptyTextIsNoValue() {
        for text in ["", " ", "{", "{}", "[", "\"", "\"\\"] {
            #expect(throws: JSONError.self) { try read(text) }
        }
    }

    /// Whatever is done to the text, it is read or refused; what is read comes back the same.
    @Test func damagedTextNeverTraps() throws {
        let seed = Seed.first
        var random = SplitMix64(seed: seed)
        let sample = Array(Bird.sampleText.utf8)
        let pieces = Array("{}[]\",:0x9aeflu\\ \u{1}".utf8)
        var read = 0
        for _ in 0..<20_000 {
            var text = sample
            for _ in 0..<Int.random(in: 1...3, using: &random) where !text.isEmpty {
                let at = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: text[at] = pieces.randomElement(using: &random) ?? 0
                case 1: text.remove(at: at)
                case 2: text.insert(pieces.randomElement(using: &random) ?? 0, at: at)
                default: text.removeSubrange(at..<min(text.count, at + 5))
                }
            }
            _ = JSONEnvelope(text)
            guard let bird = try? Bird.decode(json: text, in: context) else { continue }
            read += 1
            let again = try Bird.decode(json: bird.json(in: context), in: context)
            let ssz = try Bird.decode(bird.encoded(in: context), in: context)
            #expect(again == bird && ssz == bird, "seed \(seed)")
        }
        #expect(read > 0)
    }

    @Test func longTextIsHandedOnInPieces() {
        var pieces: [Int] = []
        var writer = JSONWriter { pieces.append($0.count) }
        let many = PersistentList<UInt64>(repeatElement(12_345_678, count: 100_000))
        many.writeJSON(to: &writer, .list(1_048_576), in: context)
        writer.finish()
        #expect(pieces.count > 3)
        #expect(pieces.allSatisfy { $0 < 1 << 19 })
        #expect(pieces.reduce(0, +) == 100_000 * 11 + 1)
    }

    @Test func envelopesAreOpened() throws {
        let inner = Bird.sampleText
        let text = Array(
            #"{ "version" : "fulu", "finalized":false, "meta":{"data":[1,{"a":"}"}]}, "data": \#(inner)}"#.utf8
        )
        let envelope = try #require(JSONEnvelope(text))
        #expect(envelope.version == "fulu")
        var reader = JSONReader(text, from: envelope.dataOffset)
        #expect(try Bird.readJSON(&reader, .plain, in: context) == Bird.sample)
        #expect(JSONEnvelope(Array(#"{"data":{}}"#.utf8))?.version == nil)
        for bare in [inner, #"{"aggregation_bits":"0x01","data":{},"signature":"0x"}"#, "[]", "", "{", #"{"data"#, "7"]
        {
            #expect(JSONEnvelope(Array(bare.utf8)) == nil, "\(bare)")
        }
    }
}
