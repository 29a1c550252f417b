public import ConsensusTypes

extension ChainSpec {
    /// Spec: `get_blob_parameters` (fulu).
    public func getBlobParameters(_ epoch: Epoch) -> BlobParameters {
        let reached = config.blobSchedule.filter { $0.epoch <= epoch }.max { $0.epoch < $1.epoch }
        return reached
            ?? BlobParameters(epoch: config.electraForkEpoch, maxBlobsPerBlock: config.maxBlobsPerBlockElectra)
    }

    /// How many blobs a block of `fork` may carry in `epoch`.
    public func maxBlobsPerBlock(_ fork: ForkName, _ epoch: Epoch) -> UInt64 {
        switch fork {
        case .phase0, .altair, .bellatrix, .capella: 0
        case .deneb: config.maxBlobsPerBlock
        case .electra: config.maxBlobsPerBlockElectra
        case .fulu, .gloas, .heze: getBlobParameters(epoch).maxBlobsPerBlock
        }
    }
}
