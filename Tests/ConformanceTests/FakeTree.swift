import Conformance
import Foundation

/// A vector tree made by a test, removed with the value.
final class FakeTree {
    let root: String
    var tree: VectorTree { VectorTree(root: root) }

    init() throws {
        root = NSTemporaryDirectory() + "martlet-vectors-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: root + "/tests", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// Writes a case with a manifest that fits its path, unless told otherwise.
    func add(_ path: String, files: [String: [UInt8]] = [:], manifest: String? = "") throws {
        let folder = "\(root)/tests/\(path)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let names = path.split(separator: "/").map(String.init)
        let keys = ["preset", "fork", "runner", "handler", "suite", "case"]
        let fitting = zip(keys, names).map { "\($0): \($1)\n" }.joined()
        if let manifest {
            let text = manifest.isEmpty ? fitting : manifest
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/manifest.yaml"))
        }
        for (name, bytes) in files {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
    }
}
