internal import BLS
internal import Hashing

// Decompressing the keys of a million validators takes a core the better part of a minute: whoever starts a node does
// it ahead of need, on several threads, and keeps the points for the next start.
extension PubkeyCache {
    /// Bytes of one point: both coordinates, big-endian.
    public static let pointSize = Bytes96.count

    /// Decompresses the keys at `range`, as far as they are covered and not done; any number of threads may.
    ///
    /// Returns how many it did.
    @discardableResult
    public func decompress(_ range: Range<Int>) -> Int {
        var done = 0
        // A few at a time, so that no other thread waits long for the table, and so that little is done twice.
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(start + 64, range.upperBound)
            let pending = missingPoints(in: start..<end)
            let points = zip(pending, PublicKey.decompress(pending.map(\.key))).compactMap { entry, result in
                (try? result.get()).map { (index: entry.index, point: $0) }
            }
            keep(points)
            done += points.count
            start = end
        }
        return done
    }

    /// Takes points back that `points(from:limit:)` gave, `pointSize` bytes each, of the keys from `first` on.
    ///
    /// Trusts nothing: a point that does not belong to the key at its index is passed over. Returns how many do.
    @discardableResult
    public func restore(_ bytes: [UInt8], from first: Int) -> Int {
        var restored: [(index: Int, point: PublicKey)] = []
        let size = Self.pointSize
        guard first >= 0, first <= count else { return 0 }
        for (index, key) in missingPoints(in: first..<first + bytes.count / size) {
            let start = (index - first) * size
            guard let stored = Bytes96(bytes[start..<start + size]) else { continue }
            let point = PublicKey(uncheckedUncompressed: stored)
            // The key gives x and the sign of y; with the equation of the curve that leaves one point.
            if !point.isInfinity, point.point.isOnCurve, point.compressed == key { restored.append((index, point)) }
        }
        keep(restored)
        return restored.count
    }

    /// The points from index `first` on, up to the first that is not decompressed yet, at most `limit`.
    public func points(from first: Int, limit: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for point in decompressed(from: first, limit: limit) {
            point.uncompressedBytes.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
