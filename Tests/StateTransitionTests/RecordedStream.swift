import ConsensusTypes
import Foundation
import Hashing
import SSZ
import Snappy
import StateTransition
import TestSupport
import YAML

/// One of the block streams in `fixtures`, with the executable specification's verdict on each message.
struct RecordedStream {
    struct Message: Decodable {
        let file: String
        let root: String?
        let slot: UInt64?
        let state: String
        let reason: String?
        let detail: String?
        let note: String?
        let post_state_root: String?
    }

    private struct Expected: Decodable {
        let messages: [Message]
    }

    static let folder = URL(filePath: Checkout.fixtures)

    let spec: ChainSpec
    let anchor: BeaconState
    let messages: [Message]
    private let folder: URL

    init(_ name: String) throws {
        folder = Self.folder.appending(path: name)
        let config = try YAML.parse(Array(Data(contentsOf: folder.appending(path: "config.yaml"))))
        let schedule = try config.member("BLOB_SCHEDULE").elements.map {
            BlobParameters(
                epoch: try $0.member("EPOCH").int,
                maxBlobsPerBlock: try $0.member("MAX_BLOBS_PER_BLOCK").int
            )
        }
        spec = ChainSpec(preset: .minimal, config: try Config(scalars: config.scalars, blobSchedule: schedule))
        messages = try JSONDecoder().decode(
            Expected.self,
            from: Data(contentsOf: folder.appending(path: "expected.json"))
        ).messages
        let bytes = try Self.read(folder.appending(path: "pre.ssz_snappy"))
        // The slot stands behind genesis time and the validators' root in every fork.
        let slot = try UInt64.decode(Array(bytes[40..<48]), in: .invariant)
        anchor = try BeaconState.decode(bytes, in: spec.context(spec.fork(atSlot: slot)))
    }

    /// The block in that message, decoded in the fork of `slot`.
    func block(_ message: Message) throws -> SignedBeaconBlock {
        try SignedBeaconBlock.decode(
            Self.read(folder.appending(path: message.file)),
            in: spec.context(spec.fork(atSlot: message.slot ?? 0))
        )
    }

    private static func read(_ file: URL) throws -> [UInt8] {
        try Snappy.uncompress(Array(Data(contentsOf: file)), maximum: 1 << 26)
    }
}
