internal import Foundation

/// The file in a data directory that says where its daemon can be asked.
///
/// Written when the daemon listens, removed when it stops. One that was left behind by a daemon that was killed does
/// no harm: it is read only when another process holds the store.
struct AddressFile: Sendable {
    static let name = "api.address"
    private static let maximumBytes = 256

    private let path: String

    init(directory: String) {
        path = URL(fileURLWithPath: directory).appending(path: AddressFile.name).path
    }

    func write(_ url: String) throws {
        // Atomic: a reader sees all of it or nothing.
        try Data((url + "\n").utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    func read() -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let bytes = try? file.read(upToCount: Self.maximumBytes), let text = String(data: bytes, encoding: .utf8)
        else { return nil }
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed.isEmpty ? nil : trimmed
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
