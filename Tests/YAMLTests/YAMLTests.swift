import Foundation
import Testing
import YAML

@Suite struct YAMLTests {
    @Test func treeWithLines() throws {
        let root = try YAML.parse(
            """
            # a comment
            NAME: 'mainnet'
            VERSION: 0x01000000
            NUMBER: 18446744073709551615
            LIST: [1, {a: b,
              c: d}]
            FLAG: true
            NOTHING:
            EMPTY: {}
            """
        )
        #expect(try root.member("NAME").string == "mainnet")
        #expect(try root.member("VERSION").hexBytes == [1, 0, 0, 0])
        #expect(try root.member("NUMBER").int == UInt64.max)
        let list = try root.member("LIST").elements
        #expect(try list[0].int == 1)
        #expect(try list[1].member("c").string == "d")
        #expect(try list[1].member("c").line == 6)
        #expect(try root.member("FLAG").bool)
        #expect(try root.member("NOTHING").isNull)
        #expect(try root.member("EMPTY").entries.isEmpty)
        #expect(root["ABSENT"] == nil)
        #expect(try root.entries.map(\.key).prefix(3) == ["NAME", "VERSION", "NUMBER"])
        #expect(root.line == 2)
    }

    @Test func scalarStyles() throws {
        #expect(try YAML.parse("null").isNull)
        #expect(try YAML.parse("~").isNull)
        #expect(try !YAML.parse("'null'").isNull)
        #expect(try YAML.parse("'12'").int == 12)
        #expect(try YAML.parse("\"a\\nb\"").string == "a\nb")
        #expect(try YAML.parse("false").bool == false)
        #expect(try YAML.parse("''").string == "")
        #expect(try YAML.parse("'0x'").hexBytes == [])
    }

    @Test(arguments: ["-1", "+1", "18446744073709551616", "0x10", "1.0", "a", "", "{}", "1_000", " "])
    func noNumber(text: String) {
        #expect(throws: YAMLError.self) { try YAML.parse(text.isEmpty ? "''" : text).int }
    }

    @Test func accessorErrorsNameLineAndValue() throws {
        let root = try YAML.parse("a: 0xabc\nb: yes\nc: [1]\n")
        #expect(throws: YAMLError.unexpected(line: 1, expected: "hexadecimal bytes with 0x", got: "“0xabc”")) {
            try root.member("a").hexBytes
        }
        #expect(throws: YAMLError.unexpected(line: 2, expected: "true or false", got: "“yes”")) {
            try root.member("b").bool
        }
        #expect(throws: YAMLError.unexpected(line: 3, expected: "a scalar", got: "a sequence of 1")) {
            try root.member("c").string
        }
        #expect(throws: YAMLError.missingKey(line: 1, key: "d")) { try root.member("d") }
        #expect(throws: YAMLError.unexpected(line: 1, expected: "a sequence", got: "a mapping of 3")) {
            try root.elements
        }
    }

    @Test func everyRefusalHasItsError() {
        let cases: [(String, YAMLError)] = [
            ("", .documents(expected: 1, got: 0)),
            ("# nothing", .documents(expected: 1, got: 0)),
            ("a\n---\nb", .documents(expected: 1, got: 2)),
            ("a: 1\nb: &x 2", .anchor(line: 2, name: "x")),
            ("a: &x [1]\nb: *x", .anchor(line: 1, name: "x")),
            ("- *x", .anchor(line: 1, name: "x")),
            ("!!binary aGk=", .tag(line: 1, name: "tag:yaml.org,2002:binary")),
            ("a: 1\na: 2", .duplicateKey(line: 2, key: "a")),
            ("{[1]: 2}", .keyNotScalar(line: 1)),
            ("? {a: b}\n: 2", .keyNotScalar(line: 1)),
            ("[[[[[1]]]]]", .tooDeep(line: 1, maximum: 4)),
            ("[1,2,3,4,5,6,7,8,9,10]", .tooManyNodes(line: 1, maximum: 10)),
            (String(repeating: "a", count: 101), .tooLong(maximum: 100, got: 101)),
        ]
        for (text, error) in cases {
            #expect(throws: error, "\(text)") {
                try YAML.parse(text, limits: .init(bytes: 100, depth: 4, nodes: 10))
            }
        }
    }

    @Test func syntaxErrorsNameTheLine() {
        for (text, line) in [("a: 1\nb: [1", 2), ("a: 1\n\tb: 2", 2), ("a: 'x\n", 2), ("a: b: c", 1), ("}", 1)] {
            do {
                _ = try YAML.parse(text)
                Issue.record("parsed: \(text)")
            } catch {
                guard case .syntax(let got, let problem) = error else {
                    Issue.record("\(text): \(error)")
                    continue
                }
                #expect(abs(got - line) <= 1, "\(text): \(got) \(problem)")
                #expect(!problem.isEmpty)
            }
        }
        for bytes: [UInt8] in [[0x61, 0xff], [0xff, 0xfe, 0x61, 0], [0], [0xc0, 0x80], [0xe2, 0x82]] {
            #expect(throws: YAMLError.self) { try YAML.parse(bytes) }
        }
    }

    @Test func thousandsOfFlipsNeverTrap() throws {
        let text = Array("a: [1, 'x', {b: \"c\\n\", d: 0xff}]\ne:\n  - f: |\n      g\n  - h\n? i\n: >-\n  j\n".utf8)
        _ = try YAML.parse(text)
        var state: UInt64 = 17  // the seed
        var refused = 0
        for _ in 0..<5_000 {
            var damaged = text
            for _ in 0..<2 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                damaged[Int(state >> 33) % damaged.count] = UInt8(truncatingIfNeeded: state >> 25)
            }
            do { _ = try YAML.parse(damaged) } catch { refused += 1 }
        }
        #expect(refused > 500 && refused < 5_000)
    }

    @Test func configurationsOfRealNetworks() throws {
        let chains = ProcessInfo.processInfo.environment["MARTLET_CHAINS"] ?? "../shared/chains"
        let folder = URL(fileURLWithPath: "\(chains)/networks")
        guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else {
            print("skipped: YAMLTests.configurationsOfRealNetworks: no \(folder.path)")
            return
        }
        var parsed = 0
        for case let file as URL in files where file.lastPathComponent == "config.yaml" {
            let root = try YAML.parse([UInt8](try Data(contentsOf: file)))
            #expect(try root.member("GENESIS_FORK_VERSION").hexBytes.count == 4, "\(file.path)")
            #expect(try root.member("SECONDS_PER_SLOT").int > 0, "\(file.path)")
            parsed += 1
        }
        #expect(parsed > 0 || !FileManager.default.fileExists(atPath: folder.path))
        if parsed == 0 { print("skipped: YAMLTests.configurationsOfRealNetworks: no \(folder.path)") }
    }
}
