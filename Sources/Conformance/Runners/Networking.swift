import ConsensusTypes
import GossipValidation
import Hashing
import SSZ
import YAML

extension VectorRunner {
    /// `networking`: gossip messages one after the other against a chain, and which columns a node keeps.
    static let networking = VectorRunner("networking") { vector, files in
        let meta = try files.yaml("meta")
        switch vector.handler {
        case "get_custody_groups":
            let id = try UInt256(decimal: try meta.member("node_id").string)
            let count = try meta.member("custody_group_count").int
            let groups = try files.spec(of: vector).getCustodyGroups(nodeID: id, count: count)
            try expectEqual("groups", expected: try numbers(meta), got: groups)
        case "compute_columns_for_custody_group":
            let group = try meta.member("custody_group").int
            let columns = try files.spec(of: vector).computeColumnsForCustodyGroup(group)
            try expectEqual("columns", expected: try numbers(meta), got: columns)
        default:
            guard vector.handler.hasPrefix("gossip_") else { return .unknownHandler(vector) }
            var room = try NetworkingReplay(vector, files, meta)
            for (i, message) in try meta.member("messages").elements.enumerated() {
                do {
                    try room.judge(message)
                } catch let mismatch as Mismatch {
                    throw Mismatch("message \(i): \(mismatch.what)", expected: mismatch.expected, got: mismatch.got)
                }
            }
        }
        return .passed
    }

    private static func numbers(_ meta: YAMLNode) throws -> [UInt64] {
        try meta.member("result").elements.map { try $0.int }
    }
}

extension UInt256 {
    /// From decimal digits.
    fileprivate init(decimal text: String) throws(Mismatch) {
        var bytes = [UInt8](repeating: 0, count: 32)
        for digit in text.utf8 {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else {
                throw Mismatch("node_id", expected: "decimal digits", got: text)
            }
            var carry = Int(digit - UInt8(ascii: "0"))
            for i in bytes.indices {
                let value = Int(bytes[i]) * 10 + carry
                bytes[i] = UInt8(truncatingIfNeeded: value)
                carry = value >> 8
            }
            guard carry == 0 else { throw Mismatch("node_id", expected: "at most 256 bits", got: text) }
        }
        self.init(littleEndianBytes: Bytes32(bytes) ?? Bytes32())
    }
}
