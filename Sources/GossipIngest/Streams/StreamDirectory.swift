import Foundation

/// A folder with a recorded run: a state, then blocks to apply to it in the order of their numbers.
///
/// | file | what |
/// |---|---|
/// | `pre` or `genesis` | the state to begin with |
/// | `anchor_block` | the signed block of that state, where it is known |
/// | `blocks_0`, `blocks_1`, … | signed blocks, in the order to deliver them |
/// | `post` | the state after all of them |
/// | `config.yaml` | the network's configuration |
///
/// Each as `.ssz_snappy` (raw snappy) or `.ssz`. Numbers are counted, not sorted as text: `blocks_10` follows `blocks_9`.
public struct StreamDirectory: Sendable {
    /// The longest file that is read, in bytes.
    public static let maximumFileLength = 1 << 30

    public let path: String
    /// Names of the block files, in order.
    public let blockNames: [String]
    /// Names that mean nothing here, sorted: for the caller to mention.
    public let otherNames: [String]
    /// The path of `config.yaml`.
    public let configPath: String?
    private let stateName: String?
    private let anchorBlockName: String?
    private let postName: String?

    /// Lists the folder; reads no file.
    public init(path: String) throws(StreamError) {
        self.path = path
        var names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw .cannotList(path: path)
        }
        func take(_ stems: String...) throws(StreamError) -> String? {
            let found = names.filter { name in stems.contains { "\($0).ssz_snappy" == name || "\($0).ssz" == name } }
            guard found.count <= 1 else { throw .ambiguous(path: path, first: found[0], second: found[1]) }
            names.removeAll { found.contains($0) }
            return found.first
        }
        stateName = try take("pre", "genesis")
        anchorBlockName = try take("anchor_block")
        postName = try take("post")
        configPath = names.contains("config.yaml") ? "\(path)/config.yaml" : nil

        var blocks: [Int: String] = [:]
        var others: [String] = []
        for name in names where name != "config.yaml" {
            guard let number = Self.blockNumber(name) else {
                others.append(name)
                continue
            }
            if let first = blocks[number] { throw .ambiguous(path: path, first: first, second: name) }
            blocks[number] = name
        }
        var inOrder: [String] = []
        for number in 0..<blocks.count {
            guard let name = blocks[number] else { throw .missingBlock(path: path, number: number) }
            inOrder.append(name)
        }
        blockNames = inOrder
        otherNames = others
    }

    /// The state to begin with.
    public func state() throws(StreamError) -> RecordedMessage {
        guard let stateName else { throw .missingFile(path: path, name: "pre or genesis") }
        return try message(stateName, .state)
    }

    /// The signed block of that state, where the run brings it.
    public func anchorBlock() throws(StreamError) -> RecordedMessage? {
        guard let anchorBlockName else { return nil }
        return try message(anchorBlockName, .signedBlock)
    }

    /// The state after all blocks, where the run brings it.
    public func post() throws(StreamError) -> RecordedMessage? {
        guard let postName else { return nil }
        return try message(postName, .state)
    }

    /// The block of a number below `blockNames.count`.
    public func block(_ number: Int) throws(StreamError) -> RecordedMessage {
        guard blockNames.indices.contains(number) else { throw .missingBlock(path: path, number: number) }
        return try message(blockNames[number], .signedBlock)
    }

    private func message(_ name: String, _ kind: RecordedMessage.Kind) throws(StreamError) -> RecordedMessage {
        let file = "\(path)/\(name)"
        return RecordedMessage(
            kind: kind,
            encoding: name.hasSuffix(".ssz") ? .plain : .snappyBlock,
            bytes: try ByteFile.contents(of: file, maximum: Self.maximumFileLength),
            origin: file
        )
    }

    /// The number in `blocks_N.ssz_snappy` or `.ssz`, written as numbers are: no sign, no leading zero.
    private static func blockNumber(_ name: String) -> Int? {
        let parts = name.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, parts[1] == "ssz_snappy" || parts[1] == "ssz", parts[0].hasPrefix("blocks_") else {
            return nil
        }
        let digits = parts[0].dropFirst("blocks_".count)
        guard let number = Int(digits), String(number) == digits, number >= 0 else { return nil }
        return number
    }
}
