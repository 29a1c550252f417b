import ConsensusTypes
import SSZ

/// The operand TYPE: a container by its spec name.
enum ContainerType {
    /// Which types there are, for the pages of help.
    static let help = """
        TYPE is the name of a container in the consensus specification: BeaconState, SignedBeaconBlock, …
        A FILE is SSZ, packed with snappy where its name ends in _snappy, or JSON where it ends in .json.
        """

    static func named(_ name: String, command: String) throws(UsageError) -> any SSZContainer.Type {
        if let type = ContainerRegistry.type(named: name) { return type }
        let lower = name.lowercased()
        let near = ContainerRegistry.names.filter { known in
            let known = known.lowercased()
            return known.contains(lower) || lower.contains(known)
        }
        let hint = near.isEmpty ? "a name such as BeaconState or SignedBeaconBlock" : near.joined(separator: ", ")
        throw .conflict("unknown container \(name); expected \(hint)", command: command)
    }
}
