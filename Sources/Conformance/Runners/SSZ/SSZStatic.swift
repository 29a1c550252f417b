import ConsensusTypes
import Hashing
import SSZ
import YAML

extension VectorRunner {
    /// `ssz_static`: every container of a fork decodes, encodes to the same bytes, hashes to the
    /// given root, and comes back whole from JSON.
    static let sszStatic = VectorRunner("ssz_static", needsManifest: false) { vector, files in
        guard let type = ContainerRegistry.type(named: vector.handler) else { return .unknownHandler(vector) }
        let context = try files.spec(of: vector).context(vector.fork)
        let bytes = try files.ssz("serialized")
        let root = try files.yaml("roots").member("root").hexBytes
        let value = try type.decode(bytes, in: context)
        try expectEqualBytes("encoding", expected: bytes, got: value.encoded(in: context))
        try expectEqual("root", expected: root, got: value.hashTreeRoot(in: context).bytes)
        let json = value.json(in: context)
        try expectEqualBytes(
            "json",
            expected: bytes,
            got: try type.decode(json: json, in: context).encoded(in: context)
        )
        if let written = try files.yamlIfPresent("value") {
            try expectTree(value.tree(in: context), written, at: vector.handler)
        }
        return .passed
    }
}
