internal import Foundation

/// Files that are mapped into the process: resident as far as they were read, until somebody else needs the memory.
///
/// LevelDB maps its tables, and its C interface has no say in that. What is resident of them counts as the process's memory,
/// though it is only a copy of what is on disk.
enum MappedFiles {
    /// Linux: `MADV_PAGEOUT`, since 5.4; older kernels refuse it, and pages stay.
    ///
    /// Nothing can be lost by it, whatever is mapped at an address by then: pages are written or dropped, and read again.
    private static let pageOut: Int32 = 21

    /// A table of LevelDB.
    static func isTable(_ path: Substring) -> Bool { path.hasSuffix(".ldb") || path.hasSuffix(".sst") }

    /// Gives the resident pages of some files back to the system; they are read again when they are used.
    static func giveBack(where isMeant: (Substring) -> Bool) {
        for range in ranges(where: isMeant) {
            guard let start = UnsafeMutableRawPointer(bitPattern: range.lowerBound) else { continue }
            _ = madvise(start, range.count, pageOut)
        }
    }

    /// Where some files are mapped, as `/proc/self/maps` says.
    static func ranges(where isMeant: (Substring) -> Bool) -> [Range<UInt>] {
        guard let file = FileHandle(forReadingAtPath: "/proc/self/maps") else { return [] }
        defer { try? file.close() }
        guard let bytes = try? file.readToEnd(), let text = String(data: bytes, encoding: .utf8) else { return [] }
        return ranges(in: text, where: isMeant)
    }

    /// Takes the ranges out of such a file: `7f00-7f10 r--s 00000000 fe:00 1234  /path`.
    static func ranges(in text: String, where isMeant: (Substring) -> Bool) -> [Range<UInt>] {
        text.split(separator: "\n").compactMap { line in
            guard let slash = line.firstIndex(of: "/"), isMeant(line[slash...]) else { return nil }
            let ends = line.prefix { $0 != " " }.split(separator: "-")
            guard ends.count == 2, let start = UInt(ends[0], radix: 16), let end = UInt(ends[1], radix: 16) else {
                return nil
            }
            return start < end ? start..<end : nil
        }
    }
}
