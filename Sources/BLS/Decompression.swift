internal import CFieldKernels
public import Hashing

extension PublicKey {
    /// Decompresses and validates many keys; each result is what `init(compressed:)` says of the key.
    public static func decompress(
        _ keys: [Bytes48],
        kernels: FieldKernels = .best
    ) -> [Result<PublicKey, BLSError>] {
        decompressAll(
            keys,
            kernels: kernels,
            alone: { bytes throws(BLSError) in try PublicKey(compressed: bytes) },
            announced: { bytes throws(BLSError) in
                guard let point = try G1Affine.announced(by: bytes) else { throw .infinity }
                return point
            },
            recover: fk_g1_recover,
            finish: { x, y, isLarger in
                PublicKey(point: G1Affine(x: x, y: y.isLexicographicallyLarger == isLarger ? y : -y))
            }
        )
    }
}

extension Signature {
    /// Decompresses many signatures; each result is what `init(compressed:)` says of the signature.
    public static func decompress(
        _ signatures: [Bytes96],
        kernels: FieldKernels = .best
    ) -> [Result<Signature, BLSError>] {
        decompressAll(
            signatures,
            kernels: kernels,
            alone: { bytes throws(BLSError) in try Signature(compressed: bytes) },
            announced: { bytes throws(BLSError) in try G2Affine.announced(by: bytes) },
            infinity: .infinity,
            recover: fk_g2_recover,
            finish: { x, y, isLarger in
                Signature(point: G2Affine(x: x, y: y.isLexicographicallyLarger == isLarger ? y : -y))
            }
        )
    }
}

private typealias Recover = (
    UnsafeMutablePointer<UInt64>?, UnsafePointer<UInt64>?, Int, UnsafeMutablePointer<UInt32>?,
    UnsafeMutablePointer<UInt32>?
) -> Void

/// Reads points sixteen at a time; `announced` says x and the sign of y, or `nil` for `infinity`.
private func decompressAll<Bytes, F: CurveField, Value>(
    _ all: [Bytes],
    kernels: FieldKernels,
    alone: (Bytes) throws(BLSError) -> Value,
    announced: (Bytes) throws(BLSError) -> (x: F, isLarger: Bool)?,
    infinity: Value? = nil,
    recover: Recover,
    finish: (F, F, Bool) -> Value
) -> [Result<Value, BLSError>] {
    guard kernels.hasLanes, all.count > 2 else {
        return kernels.run { all.map { bytes in Result { () throws(BLSError) in try alone(bytes) } } }
    }
    var results: [Result<Value, BLSError>] = []
    results.reserveCapacity(all.count)
    var pending: [(position: Int, x: F, isLarger: Bool)] = []
    func settle() {
        let xs = pending.map(\.x)
        var ys = xs
        var onCurve: UInt32 = 0
        var inGroup: UInt32 = 0
        xs.withUnsafeBytes { xs in
            ys.withUnsafeMutableBytes { ys in
                recover(
                    ys.baseAddress?.assumingMemoryBound(to: UInt64.self),
                    xs.baseAddress?.assumingMemoryBound(to: UInt64.self),
                    pending.count,
                    &onCurve,
                    &inGroup
                )
            }
        }
        for (i, point) in pending.enumerated() {
            results[point.position] =
                onCurve >> UInt32(i) & 1 == 0
                ? .failure(.notOnCurve)
                : inGroup >> UInt32(i) & 1 == 0
                    ? .failure(.notInSubgroup) : .success(finish(point.x, ys[i], point.isLarger))
        }
        pending.removeAll(keepingCapacity: true)
    }
    for bytes in all {
        do throws(BLSError) {
            if let (x, isLarger) = try announced(bytes) {
                pending.append((results.count, x, isLarger))
                // Its place; `settle` decides.
                results.append(.failure(.notOnCurve))
                if pending.count == 16 { settle() }
            } else if let infinity {
                results.append(.success(infinity))
            } else {
                results.append(.failure(.infinity))
            }
        } catch {
            results.append(.failure(error))
        }
    }
    if !pending.isEmpty { settle() }
    return results
}
