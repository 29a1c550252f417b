import Foundation
import TestSupport

/// The checkout that these tests were built from.
enum Package {
    static let root = URL(fileURLWithPath: Checkout.root)

    struct Target: Decodable {
        let name: String
        let type: String
        let targetDependencies: [String]?

        enum CodingKeys: String, CodingKey {
            case name, type
            case targetDependencies = "target_dependencies"
        }
    }

    /// What `swift package describe` says of the targets.
    ///
    /// In a build folder of its own: the one in use is locked by the test run that waits for this.
    static func targets() throws -> [Target] {
        struct Description: Decodable {
            let targets: [Target]
        }
        let scratch = NSTemporaryDirectory() + "martlet-describe-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "swift", "package", "--package-path", root.path, "--scratch-path", scratch, "describe", "--type", "json",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return try JSONDecoder().decode(Description.self, from: data).targets
    }

    /// Paths below the root of all files in `folder` with one of these endings, sorted.
    static func files(in folder: String, endings: [String]) -> [String] {
        let base = root.appending(path: folder)
        let paths = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { path in endings.contains { path.hasSuffix($0) } }.sorted().map { "\(folder)/\($0)" }
    }

    static func folders(in folder: String) throws -> [String] {
        let base = root.appending(path: folder)
        return try FileManager.default.contentsOfDirectory(atPath: base.path).sorted().filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: base.appending(path: $0).path, isDirectory: &isFolder)
                && isFolder.boolValue
        }
    }

    /// The text of a file; `nil` where there is none.
    static func text(_ path: String) -> String? {
        try? String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
