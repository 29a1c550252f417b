internal import BLS
internal import ConsensusTypes
internal import Hashing
internal import SSZ
internal import StateTransition

/// Deposits not yet taken, behind a tree whose earlier leaves are all zero; behind these, those that come as requests.
struct SimulatedDeposits: Sendable {
    /// The number of the first.
    let first: UInt64
    /// Those of the tree, then those that come as requests.
    let data: [DepositData]
    private let leaves: [Root]

    init(_ parameters: SimulationParameters, keys: KeyProgression, spec: ChainSpec) {
        let count = UInt64(parameters.validators)
        first = count
        let domain = spec.computeDomain(.deposit)
        let inTree = parameters.fork < .electra ? parameters.deposits : 0
        let requests = parameters.lastFork >= .electra ? parameters.deposits : 0
        data = (0..<UInt64(inTree + requests)).map { number in
            // New keys follow the registry in order, so that a validator's number stays that of its key.
            let isNew = number % 2 == 0
            let owner = isNew ? count + number / 2 : (number * 7_919) % count
            var message = DepositMessage()
            message.pubkey = keys.publicKey(owner).compressed
            message.withdrawalCredentials = Roles.address(owner)
            message.amount = isNew ? spec.preset.maxEffectiveBalance : spec.preset.minDepositAmount
            let root = computeSigningRoot(message.hashTreeRoot(in: .invariant), domain)
            return DepositData(
                pubkey: message.pubkey,
                withdrawalCredentials: message.withdrawalCredentials,
                amount: message.amount,
                signature: keys.sign(root, by: Signers(owner))
            )
        }
        leaves = data.prefix(inTree).map { $0.hashTreeRoot(in: .invariant) }
    }

    /// The leaves of the tree.
    var count: UInt64 { first + UInt64(leaves.count) }
    /// How many come by the tree.
    var inTree: Int { leaves.count }

    var root: Root { Merkle.mixInLength(node(level: Constants.depositContractTreeDepth, 0), count) }

    /// The deposit of that place behind `first`, with its branch.
    func deposit(_ place: Int) -> Deposit {
        let position = first + UInt64(place)
        var proof = (0..<Constants.depositContractTreeDepth).map { node(level: $0, (position >> UInt64($0)) ^ 1) }
        var length = Bytes32()
        length.withUnsafeMutableBytes { $0.storeBytes(of: count.littleEndian, as: UInt64.self) }
        proof.append(length)
        return Deposit(proof: proof, data: data[place])
    }

    private func node(level: Int, _ position: UInt64) -> Root {
        let from = position << UInt64(level)
        let to = (position + 1) << UInt64(level)
        guard from < count, to > first else { return MerkleHash.zero(level) }
        if level == 0 { return leaves[Int(position - first)] }
        return MerkleHash.pair(node(level: level - 1, 2 * position), node(level: level - 1, 2 * position + 1))
    }
}
