internal import BlockPipeline
public import ConsensusTypes
public import Hashing

/// A block whose post-state is not the one it names, and what was done about it.
public struct EvidenceReport: Sendable {
    public enum End: Hashable, Sendable {
        case kept(folder: String)
        /// The folder holds as many as it may; told once, then counted.
        case full(path: String, limit: Int)
        case failed(problem: String)
    }

    public let root: Root
    public let slot: Slot
    public let expected: Root
    public let got: Root
    public let end: End
    private let preset: String

    init(_ mismatch: StateRootMismatch, _ end: End) {
        root = mismatch.block.root
        slot = mismatch.block.slot
        expected = mismatch.expected
        got = mismatch.got
        preset = mismatch.spec.preset.name
        self.end = end
    }

    /// The stage of the pipeline that found it.
    public var stage: String { "transition" }

    /// The command that shows what we made of the state before the block; `nil` where nothing was kept.
    public var command: String? {
        guard case .kept(let folder) = end else { return nil }
        return diff(folder, "pre.ssz_snappy", "post.ssz_snappy")
    }

    private func diff(_ folder: String, _ a: String, _ b: String) -> String {
        "martlet diff BeaconState \(shellWord("\(folder)/\(a)")) \(shellWord("\(folder)/\(b)")) "
            + "--config \(shellWord("\(folder)/config.yaml")) --preset \(preset)"
    }

    /// For people, in one line.
    public var line: String {
        let what = "state root mismatch at \(stage): root \(root) slot \(slot): expected \(expected), got \(got)"
        return switch end {
        case .kept: "\(what); explained by: \(command ?? "")"
        case .full(let path, let limit): "\(what); not kept: \(path) holds \(limit), this and later ones are counted"
        case .failed(let problem): "\(what); not kept: \(problem)"
        }
    }

    /// The content of `explain.txt`.
    var explanation: String {
        guard case .kept(let folder) = end else { return line + "\n" }
        return """
            block       \(root), slot \(slot)
            stage       \(stage)
            state root  expected \(expected), got \(got)

            What the transition did to the state before the block:
              \(diff(folder, "pre.ssz_snappy", "post.ssz_snappy"))

            Where the block's own state differs from ours, with a client that has it on port 5052:
              curl -H 'Accept: application/octet-stream' -o \(shellWord("\(folder)/theirs.ssz")) \\
                http://127.0.0.1:5052/eth/v2/debug/beacon/states/\(expected)
              \(diff(folder, "theirs.ssz", "post.ssz_snappy"))

            The block through the pipeline again:
              martlet replay \(shellWord(folder)) --preset \(preset)

            """
    }
}

extension Log {
    /// A proposer that is wrong looks like a transition that is wrong: a warning, not an error.
    public func report(_ evidence: EvidenceReport) {
        var fields: [Field] = [
            ("root", evidence.root), ("slot", evidence.slot), ("stage", evidence.stage),
            ("expected", evidence.expected), ("got", evidence.got),
        ]
        switch evidence.end {
        case .kept(let folder): fields += [("kept", folder), ("explain", evidence.command ?? "")]
        case .full(let path, let limit): fields += [("full", path), ("limit", limit)]
        case .failed(let problem): fields.append(("problem", problem))
        }
        warning("state_root_mismatch", fields)
    }
}

/// A word as a shell has to be given it.
func shellWord(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { scalar in
        scalar.isASCII
            && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || "/._-+:,@%".unicodeScalars.contains(scalar))
    }
    return isPlain && !text.isEmpty ? text : "'\(text.replacing("'", with: "'\\''"))'"
}
