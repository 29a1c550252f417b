import ConsensusTypes
import YAML

/// Carries out the vectors of one kind.
public struct VectorRunner: Sendable {
    /// The name of its folder in the layout, such as `operations`.
    public let name: String
    /// Whether a case without `manifest.yaml` is half-written, and fails.
    public let needsManifest: Bool
    /// Judges one case; an error it throws fails the case, and so does a file it did not read.
    public let run: @Sendable (VectorCase, CaseFiles) throws -> Verdict

    public init(
        _ name: String,
        needsManifest: Bool = true,
        run: @escaping @Sendable (VectorCase, CaseFiles) throws -> Verdict
    ) {
        self.name = name
        self.needsManifest = needsManifest
        self.run = run
    }

    /// The same vectors under another name.
    func named(_ name: String) -> VectorRunner { VectorRunner(name, needsManifest: needsManifest, run: run) }

    /// What came of `vector`, with the frame's own checks around the runner's.
    func judge(_ vector: VectorCase, expectsManifests: Bool) -> Verdict {
        do {
            let files = try CaseFiles(folder: vector.path)
            if files.has("manifest.yaml") {
                try Self.checkManifest(of: vector, files)
            } else if needsManifest, expectsManifests {
                return .failed("half-written: no manifest.yaml")
            }
            let verdict = try run(vector, files)
            guard verdict == .passed, !files.unread.isEmpty else { return verdict }
            return .failed("files not read: \(files.unread.sorted().joined(separator: ", "))")
        } catch {
            return .failed(String(describing: error))
        }
    }

    /// The manifest repeats the path, so a case put into a wrong folder is found.
    private static func checkManifest(of vector: VectorCase, _ files: CaseFiles) throws {
        let manifest = try files.yaml("manifest")
        for (key, expected) in [
            ("preset", vector.preset), ("fork", vector.fork.name), ("runner", vector.runner),
            ("handler", vector.handler), ("suite", vector.suite), ("case", vector.name),
        ] {
            try expectEqual("manifest.yaml: \(key)", expected: expected, got: try manifest.member(key).string)
        }
    }
}
