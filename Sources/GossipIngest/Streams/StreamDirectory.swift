import Foundation

/// A folder with a recorded run: a state, then blocks to apply to it in the order of their numbers.
///
/// | file | what |
/// |---|---|
/// | `pre`, `genesis` or `anchor_state` | the state to begin with |
/// | `anchor_block` | the signed block of that state, where it is known |
/// | `blocks_0`, `blocks_1`, … | signed blocks, in the order to deliver them |
/// | `envelopes_0`, `envelopes_1`, … | from gloas on: the payload envelope that belongs right behind the block of its number |
/// | `slot_8`, `slot_9`, … | signed blocks named by their slots, delivered behind those, in the order of slots |
/// | `block_0x…` | signed blocks named by their roots, as in the official vectors, delivered behind those, sorted |
/// | `blobs_*` or `blob_*`, `columns_*` or `column_*` | one sidecar each; its content says of which block |
/// | `orphans/` | a folder of blocks whose ancestors the run does not hold |
/// | `post` | the state after all of them |
/// | `config.yaml` | the network's configuration |
///
/// Each as `.ssz_snappy` (raw snappy) or `.ssz`. Numbers are counted, not sorted as text: `blocks_10` follows `blocks_9`.
public struct StreamDirectory: Sendable {
    /// The longest file that is read, in bytes.
    public static let maximumFileLength = 1 << 30
    /// The longest sidecar that is read, in bytes.
    public static let maximumSidecarLength = 1 << 24

    public let path: String
    /// Names of the block files, in order.
    public let blockNames: [String]
    /// Names of the envelope files by the number of their block; none has a number beyond those.
    public let envelopeNames: [Int: String]
    /// Names of the files with sidecars, sorted.
    public let sidecarNames: [String]
    /// Names that mean nothing here, sorted: for the caller to mention.
    public let otherNames: [String]
    /// The path of `config.yaml`.
    public let configPath: String?
    /// The path of the folder `orphans`.
    public let orphansPath: String?
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
        stateName = try take("pre", "genesis", "anchor_state")
        anchorBlockName = try take("anchor_block")
        postName = try take("post")
        configPath = names.contains("config.yaml") ? "\(path)/config.yaml" : nil
        orphansPath = names.contains("orphans") && Self.isFolder("\(path)/orphans") ? "\(path)/orphans" : nil

        var blocks: [Int: String] = [:]
        var envelopes: [Int: String] = [:]
        var slots: [Int: String] = [:]
        var roots: [String] = []
        var sidecars: [String] = []
        var others: [String] = []
        for name in names where name != "config.yaml" && !(name == "orphans" && orphansPath != nil) {
            if let number = Self.number(name, behind: "blocks_") {
                if let first = blocks[number] { throw .ambiguous(path: path, first: first, second: name) }
                blocks[number] = name
            } else if let number = Self.number(name, behind: "envelopes_") {
                if let first = envelopes[number] { throw .ambiguous(path: path, first: first, second: name) }
                envelopes[number] = name
            } else if let slot = Self.number(name, behind: "slot_") {
                if let first = slots[slot] { throw .ambiguous(path: path, first: first, second: name) }
                slots[slot] = name
            } else if Self.stem(of: name)?.hasPrefix("block_0x") == true {
                roots.append(name)
            } else if Self.sidecarKind(name) != nil {
                sidecars.append(name)
            } else {
                others.append(name)
            }
        }
        var inOrder: [String] = []
        for number in 0..<blocks.count {
            guard let name = blocks[number] else { throw .missingBlock(path: path, number: number) }
            inOrder.append(name)
        }
        if let number = envelopes.keys.filter({ !blocks.keys.contains($0) }).min() {
            throw .missingBlock(path: path, number: number)
        }
        envelopeNames = envelopes
        blockNames = inOrder + slots.sorted { $0.key < $1.key }.map(\.value) + roots
        sidecarNames = sidecars
        otherNames = others
    }

    /// The state to begin with.
    public func state() throws(StreamError) -> RecordedMessage {
        guard let stateName else { throw .missingFile(path: path, name: "pre, genesis or anchor_state") }
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

    /// The payload envelope that belongs behind the block of a number; `nil` where there is none.
    public func envelope(_ number: Int) throws(StreamError) -> RecordedMessage? {
        guard let name = envelopeNames[number] else { return nil }
        return try message(name, .payloadEnvelope, maximum: Self.maximumSidecarLength)
    }

    /// The sidecar in a file of `sidecarNames`.
    public func sidecar(_ name: String) throws(StreamError) -> RecordedMessage {
        guard let kind = Self.sidecarKind(name) else { throw .missingFile(path: path, name: name) }
        return try message(name, kind, maximum: Self.maximumSidecarLength)
    }

    private func message(
        _ name: String,
        _ kind: RecordedMessage.Kind,
        maximum: Int = maximumFileLength
    ) throws(StreamError) -> RecordedMessage {
        let file = "\(path)/\(name)"
        return RecordedMessage(
            kind: kind,
            encoding: name.hasSuffix(".ssz") ? .plain : .snappyBlock,
            bytes: try ByteFile.contents(of: file, maximum: maximum),
            origin: file
        )
    }

    /// The number in `blocks_N.ssz_snappy` or `.ssz`, written as numbers are: no sign, no leading zero.
    private static func number(_ name: String, behind prefix: String) -> Int? {
        guard let stem = stem(of: name), stem.hasPrefix(prefix) else { return nil }
        let digits = stem.dropFirst(prefix.count)
        guard let number = Int(digits), String(number) == digits, number >= 0 else { return nil }
        return number
    }

    /// What a file with this name carries; the official vectors name columns `column_0x…`.
    private static func sidecarKind(_ name: String) -> RecordedMessage.Kind? {
        guard let stem = stem(of: name) else { return nil }
        if stem.hasPrefix("blobs_") || stem.hasPrefix("blob_") { return .blobSidecar }
        return stem.hasPrefix("columns_") || stem.hasPrefix("column_") ? .dataColumnSidecar : nil
    }

    private static func stem(of name: String) -> Substring? {
        let parts = name.split(separator: ".", maxSplits: 1)
        return parts.count == 2 && (parts[1] == "ssz_snappy" || parts[1] == "ssz") ? parts[0] : nil
    }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}
