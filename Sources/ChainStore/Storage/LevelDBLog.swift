internal import Foundation
internal import Snappy

/// LevelDB's write-ahead log as bytes: blocks of 32 KiB, records with a checksum, cut into pieces at block ends.
///
/// LevelDB's repair replays logs without looking at the checksums and would bring damaged values back as good ones.
/// So a log is cut after its last sound record first; what lay behind is lost, as after a crash at that moment.
enum LevelDBLog {
    static let blockBytes = 32 << 10
    private static let headerBytes = 7

    /// What a piece is of its record.
    private enum Piece: UInt8 {
        case full = 1
        case first = 2
        case middle = 3
        case last = 4
    }

    /// Cuts every damaged log of a closed database; the untouched file stays beside it as `<name>.damaged`.
    static func cutDamaged(in directory: String) throws(StoreError) {
        do {
            for name in try FileManager.default.contentsOfDirectory(atPath: directory) where name.hasSuffix(".log") {
                let path = directory + "/" + name
                let log = try FileHandle(forUpdating: URL(fileURLWithPath: path))
                defer { try? log.close() }
                let size = try log.seekToEnd()
                try log.seek(toOffset: 0)
                let sound = try soundBytes { try log.read(upToCount: blockBytes).map { [UInt8]($0) } ?? [] }
                guard sound < size else { continue }
                try? FileManager.default.removeItem(atPath: path + ".damaged")
                try FileManager.default.copyItem(atPath: path, toPath: path + ".damaged")
                try log.truncate(atOffset: sound)
                try log.synchronize()
            }
        } catch {
            throw .inputOutput(directory: directory, detail: "cannot check the logs: \(error)")
        }
    }

    /// The length up to which every record is whole and has the checksum it says; `next` hands out block after block.
    static func soundBytes(_ next: () throws -> [UInt8]) rethrows -> UInt64 {
        var sound: UInt64 = 0
        var start: UInt64 = 0
        var isInside = false
        while true {
            let block = try next()
            var position = 0
            while block.count - position >= headerBytes {
                let count = Int(block[position + 4]) | Int(block[position + 5]) << 8
                let end = position + headerBytes + count
                guard end <= block.count, let piece = Piece(rawValue: block[position + 6]) else { return sound }
                let stored = (0..<4).reduce(UInt32(0)) { $0 | UInt32(block[position + $1]) << UInt32(8 * $1) }
                guard CRC32C.masked(block[(position + 6)..<end]) == stored else { return sound }
                switch piece {
                case .full, .first: guard !isInside else { return sound }
                case .middle, .last: guard isInside else { return sound }
                }
                isInside = piece == .first || piece == .middle
                position = end
                if !isInside { sound = start + UInt64(position) }
            }
            guard block.count == blockBytes else { return sound }
            // Fewer bytes than a header are left blank at the end of a block.
            start += UInt64(block.count)
            if !isInside { sound = start }
        }
    }
}
