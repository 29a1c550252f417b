public import ConsensusTypes
public import Hashing
public import SSZ

extension ChainSpec {
    /// Spec: `compute_fork_data_root`.
    public func computeForkDataRoot(_ version: Version, _ genesisValidatorsRoot: Root) -> Root {
        ForkData(currentVersion: version, genesisValidatorsRoot: genesisValidatorsRoot).hashTreeRoot(in: .invariant)
    }

    /// Spec: `compute_domain`.
    public func computeDomain(
        _ type: DomainType,
        forkVersion: Version? = nil,
        genesisValidatorsRoot: Root = Root()
    ) -> Domain {
        let root = computeForkDataRoot(forkVersion ?? config.genesisForkVersion, genesisValidatorsRoot)
        var domain = Domain()
        domain.withUnsafeMutableBytes { bytes in
            type.withUnsafeBytes { bytes.copyMemory(from: $0) }
            root.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: bytes[4...]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: $0[..<28])
                )
            }
        }
        return domain
    }
}

/// Spec: `compute_signing_root`, of an object whose root is known.
public func computeSigningRoot(_ objectRoot: Root, _ domain: Domain) -> Root {
    SigningData(objectRoot: objectRoot, domain: domain).hashTreeRoot(in: .invariant)
}

extension Transition {
    /// Spec: `get_domain`.
    public func getDomain(_ type: DomainType, epoch: Epoch? = nil) -> Domain {
        let version =
            (epoch ?? currentEpoch) < state.fork.epoch ? state.fork.previousVersion : state.fork.currentVersion
        return spec.computeDomain(type, forkVersion: version, genesisValidatorsRoot: state.genesisValidatorsRoot)
    }

    /// Spec: `compute_signing_root`.
    public func computeSigningRoot(_ object: some SSZValue, _ domain: Domain) -> Root {
        StateTransition.computeSigningRoot(object.hashTreeRoot(in: context), domain)
    }
}
