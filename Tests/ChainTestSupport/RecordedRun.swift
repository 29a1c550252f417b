package import BlockPipeline
package import ChainStore
package import ConsensusTypes
internal import ForkTree
internal import Foundation
internal import GossipIngest
internal import Hashing
internal import Node
internal import Snappy
internal import TestSupport

/// One of the recorded runs, read whole.
package struct RecordedRun {
    package let spec: ChainSpec
    package let anchor: Anchor
    package let blocks: [BlockMessage]
    /// By the number of their block.
    package let envelopes: [Int: PayloadMessage]
    /// The state to begin with: as it lies on disk, and decompressed.
    package let state: (snappy: [UInt8], ssz: [UInt8])

    package init(fixture name: String) throws { try self.init(path: "\(Checkout.fixtures)/\(name)") }

    package init(path: String) throws {
        let directory = try StreamDirectory(path: path)
        spec = try NetworkSettings().spec(fallback: directory.configPath)
        let recorded = try directory.state()
        state = (recorded.bytes, try recorded.ssz(maximum: 1 << 30))
        anchor = try Anchor(ssz: state.ssz, spec: spec)
        blocks = try directory.blockNames.indices.map { number in
            BlockMessage(bytes: try directory.block(number).bytes, origin: .stream, receivedAt: 0)
        }
        envelopes = try directory.envelopeNames.keys.reduce(into: [:]) { found, number in
            found[number] = try directory.envelope(number).map { PayloadMessage(bytes: $0.bytes) }
        }
    }

    /// The SSZ of a block.
    package func ssz(_ number: Int) throws -> [UInt8] { try Snappy.uncompress(blocks[number].bytes, maximum: 1 << 24) }

    package func decoded(_ number: Int) throws -> DecodedBlock { try DecodedBlock(ssz: try ssz(number), spec: spec) }

    /// Opens a chain at the anchor over a store in memory, and closes it behind `body`.
    ///
    /// - Parameters:
    ///   - engine: where the store lies; one that holds a chain goes on with it.
    ///   - ledger: who is asked for data, and what earlier runs have proven of it is read back.
    package func withChain<R>(
        in engine: InMemoryEngine = InMemoryEngine(),
        configuration: StoreConfiguration = StoreConfiguration(),
        restoring ledger: SidecarLedger? = nil,
        _ change: (inout ChainOptions) -> Void = { _ in },
        _ body: (Chain) async throws -> R
    ) async throws -> R {
        let identity = Chain.identity(spec, genesisValidatorsRoot: anchor.state.genesisValidatorsRoot)
        let store = try await ChainStore.open(
            engine: engine,
            mode: .create(identity),
            configuration: configuration
        )
        var options = ChainOptions()
        options.time = .followBlocks
        options.durability = .written
        // Far away: a test whose waits end by time has a clock and limits of its own.
        options.payloads.waitMs = 3_600_000
        if let ledger {
            try await ledger.restore(from: store)
            options.data = ledger
        }
        change(&options)
        let chain = try await Chain.open(store: store, spec: spec, anchor: anchor, options: options)
        do {
            let result = try await body(chain)
            try await chain.close()
            return result
        } catch {
            try? await chain.close()
            throw error
        }
    }
}

extension BlockMessage {
    /// The bytes as they are, without compression.
    package init(ssz: [UInt8]) { self.init(bytes: ssz, encoding: .ssz, origin: .stream, receivedAt: 0) }
}
