internal import Foundation

/// The memory of this process, as the system counts it.
public struct ProcessMemory: Hashable, Sendable {
    /// Bytes resident now, files that are mapped included.
    public var resident: Int
    /// Those of them that no file stands behind: what the process has taken and not given back.
    public var anonymous: Int
    /// The most that was ever resident.
    public var peak: Int

    /// Reads `/proc/self/status`; `nil` where there is none.
    public static func read() -> ProcessMemory? {
        guard let file = FileHandle(forReadingAtPath: "/proc/self/status") else { return nil }
        defer { try? file.close() }
        guard let bytes = try? file.read(upToCount: 1 << 16), let text = String(data: bytes, encoding: .utf8) else {
            return nil
        }
        return ProcessMemory(status: text)
    }

    /// Takes the figures, which are in KiB, out of a status file.
    init?(status text: String) {
        func figure(_ name: String) -> Int? {
            for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
                let words = line.dropFirst(name.count + 1).split(whereSeparator: \.isWhitespace)
                guard let kibibytes = words.first.flatMap({ Int($0) }) else { return nil }
                let (bytes, over) = kibibytes.multipliedReportingOverflow(by: 1_024)
                return over ? nil : bytes
            }
            return nil
        }
        guard let resident = figure("VmRSS"), let anonymous = figure("RssAnon"), let peak = figure("VmHWM") else {
            return nil
        }
        self.resident = resident
        self.anonymous = anonymous
        self.peak = peak
    }
}
