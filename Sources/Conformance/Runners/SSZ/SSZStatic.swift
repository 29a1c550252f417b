import ConsensusTypes
import Hashing
import SSZ
import YAML

extension VectorRunner {
    /// `ssz_static`: every container of a fork decodes, encodes to the same bytes and hashes to the given root.
    static let sszStatic = VectorRunner("ssz_static", needsManifest: false) { vector, files in
        guard let type = ContainerRegistry.type(named: vector.handler) else {
            throw Mismatch("container", expected: "a known name", got: vector.handler)
        }
        let context = try files.spec(of: vector).context(vector.fork)
        let bytes = try files.ssz("serialized")
        let root = try files.yaml("roots").member("root").hexBytes
        let value = try type.decode(bytes, in: context)
        try expectEqualBytes("encoding", expected: bytes, got: value.encoded(in: context))
        try expectEqual("root", expected: root, got: value.hashTreeRoot(in: context).bytes)
        if let written = try files.yamlIfPresent("value") {
            try expectTree(value.tree(in: context), written, at: vector.handler)
        }
        return .passed
    }
}
