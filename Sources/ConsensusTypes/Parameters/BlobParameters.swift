/// Spec: `BlobParameters`, one row of the blob schedule.
public struct BlobParameters: Hashable, Sendable {
    public var epoch: Epoch
    public var maxBlobsPerBlock: UInt64

    public init(epoch: Epoch, maxBlobsPerBlock: UInt64) {
        self.epoch = epoch
        self.maxBlobsPerBlock = maxBlobsPerBlock
    }
}
