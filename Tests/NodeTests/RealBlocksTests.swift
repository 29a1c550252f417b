import ConsensusTypes
import Foundation
import Hashing
import SSZ
import Snappy
import Testing

/// Blocks of mainnet by themselves: decoded, encoded again to the same bytes, and hashed to the roots that are known.
@Suite struct RealBlocksTests {
    private static let spec = ChainSpec(preset: .mainnet, config: .mainnet)

    private static func file(_ path: String) throws -> [UInt8] {
        try Snappy.uncompress(Array(try Data(contentsOf: URL(fileURLWithPath: path))), maximum: 1 << 26)
    }

    @Test(.enabled(if: Chains.has("mainnet-blocks"), "skipped: no mainnet-blocks in MARTLET_CHAINS"))
    func signedBlocks() throws {
        let folder = Chains.path("mainnet-blocks")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(names.count == 7)
        var roots: [Slot: (root: Root, parent: Root)] = [:]
        for name in names {
            let bytes = try Self.file("\(folder)/\(name)")
            let slot = try #require(UInt64(name.filter(\.isNumber)))
            let context = Self.spec.context(Self.spec.fork(atSlot: slot))
            let signed = try SignedBeaconBlock.decode(bytes, in: context)
            #expect(signed.message.slot == slot)
            #expect(signed.encoded(in: context) == bytes, "\(name)")
            roots[slot] = (signed.message.hashTreeRoot(in: context), signed.message.parentRoot)
        }
        #expect(roots.keys.sorted() == [0, 100, 101, 102, 2_375_703, 4_636_672, 4_700_013])
        #expect(roots[101]?.parent == roots[100]?.root)
        #expect(roots[102]?.parent == roots[101]?.root)
        // The block of genesis, as the whole network names it.
        let genesis = roots[0].map { "\($0.root)" }
        #expect(genesis == "0x4d611d5b93fdab69013a7f0a2f961caca0c853f87cfe9595fe50038163079360")
    }

    @Test(
        .enabled(if: Chains.has("mainnet-portal"), "skipped: no mainnet-portal in MARTLET_CHAINS"),
        arguments: [
            ("execution_15537394", 4_700_013, .bellatrix), ("execution_17034869", 6_209_535, .bellatrix),
            ("execution_17034870", 6_209_538, .capella), ("execution_19426587", 8_626_176, .deneb),
            ("execution_22162263", 11_378_687, .deneb),
        ] as [(String, Slot, ForkName)]
    )
    func blocksWithTheRootsOfTheirPeriod(name: String, slot: Slot, fork: ForkName) throws {
        let folder = Chains.path("mainnet-portal/\(name)")
        let bytes = try Self.file("\(folder)/block.ssz_snappy")
        #expect(Self.spec.fork(atSlot: slot) == fork)
        let context = Self.spec.context(fork)
        let block = try BeaconBlock.decode(bytes, in: context)
        #expect(block.slot == slot)
        #expect(block.encoded(in: context) == bytes)
        let batch = "\(folder)/historical_batch.ssz_snappy"
        let isBatch = FileManager.default.fileExists(atPath: batch)
        let roots = try Self.file(isBatch ? batch : "\(folder)/block_roots.ssz_snappy")
        // A batch begins with the same vector; the roots of states follow.
        #expect(roots.count == 32 * 8_192 * (isBatch ? 2 : 1))
        let at = 32 * Int(slot % 8_192)
        #expect(Root(roots[at..<at + 32]) == block.hashTreeRoot(in: context))
        guard isBatch else { return }
        let decoded = try HistoricalBatch.decode(roots, in: context)
        #expect(decoded.encoded(in: context) == roots)
        // The first block of Capella is the child of the last of Bellatrix.
        guard slot == 6_209_535 else { return }
        let next = try Self.file(Chains.path("mainnet-portal/execution_17034870/block.ssz_snappy"))
        let child = try BeaconBlock.decode(next, in: Self.spec.context(.capella))
        #expect(child.parentRoot == block.hashTreeRoot(in: context))
    }
}
