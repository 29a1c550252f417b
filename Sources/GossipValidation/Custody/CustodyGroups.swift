public import ConsensusTypes
internal import Hashing
public import SSZ

/// Which columns a node keeps (fulu).
extension ChainSpec {
    /// Spec: `get_custody_groups`: ascending; `nil` where there are not that many groups.
    public func getCustodyGroups(nodeID: UInt256, count: UInt64) -> [UInt64]? {
        let groups = config.numberOfCustodyGroups
        guard count <= groups else { return nil }
        if count == groups { return Array(0..<groups) }
        var custody: Set<UInt64> = []
        var id = nodeID
        while UInt64(custody.count) < count {
            let digest = id.littleEndianBytes.withUnsafeBytes { SHA256.hash($0) }
            let number = digest.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
            custody.insert(number % groups)
            id = id.successor
        }
        return custody.sorted()
    }

    /// Spec: `compute_columns_for_custody_group`; `nil` where there is no such group.
    public func computeColumnsForCustodyGroup(_ group: UInt64) -> [UInt64]? {
        let groups = config.numberOfCustodyGroups
        guard group < groups else { return nil }
        return (0..<preset.numberOfColumns / groups).map { groups * $0 + group }
    }
}

extension UInt256 {
    /// One more; zero after the last.
    fileprivate var successor: UInt256 {
        var next = self
        next.littleEndianBytes.withUnsafeMutableBytes { bytes in
            for i in bytes.indices {
                bytes[i] &+= 1
                if bytes[i] != 0 { return }
            }
        }
        return next
    }
}
