import ConsensusTypes
import GossipValidation
import Hashing
import SSZ
import Testing

@Suite struct CustodyTests {
    /// The groups that the hashes of `ids`, one after the other, fall into.
    private func groups(_ ids: [UInt256]) -> Set<UInt64> {
        Set(
            ids.map { id in
                let digest = SHA256.hash(id.littleEndianBytes.bytes).bytes
                return digest[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % 128
            }
        )
    }

    @Test func theLastNodeIsFollowedByTheFirst() {
        let last = UInt256(littleEndianBytes: Bytes32([UInt8](repeating: 0xff, count: 32)) ?? Bytes32())
        var ids = [last]
        var next: UInt64 = 0
        while groups(ids).count < 5 {
            ids.append(UInt256(next))
            next += 1
        }
        #expect(ChainSpec.mainnet.getCustodyGroups(nodeID: last, count: 5) == groups(ids).sorted())
    }

    @Test func aCarryRunsThroughTheBytes() {
        var ids = [UInt256(0xffff)]
        var next: UInt64 = 0x1_0000
        while groups(ids).count < 3 {
            ids.append(UInt256(next))
            next += 1
        }
        #expect(ChainSpec.mainnet.getCustodyGroups(nodeID: UInt256(0xffff), count: 3) == groups(ids).sorted())
    }

    @Test func thereAreNoMoreGroupsThanThereAre() {
        let spec = ChainSpec.mainnet
        #expect(spec.getCustodyGroups(nodeID: UInt256(), count: 0) == [])
        #expect(spec.getCustodyGroups(nodeID: UInt256(), count: 128) == Array(0..<128))
        #expect(spec.getCustodyGroups(nodeID: UInt256(), count: 129) == nil)
        #expect(spec.computeColumnsForCustodyGroup(127) == [127])
        #expect(spec.computeColumnsForCustodyGroup(128) == nil)
    }

    @Test func groupsShareTheColumns() {
        var config = Config.mainnet
        config.numberOfCustodyGroups = 32
        let spec = ChainSpec(preset: .mainnet, config: config)
        let columns = (0..<32).flatMap { spec.computeColumnsForCustodyGroup($0) ?? [] }
        #expect(columns.count == 128)
        #expect(Set(columns) == Set(0..<128))
    }
}
