internal import CFieldKernels
internal import Hashing

extension HashToG2 {
    /// The hashes of many messages.
    package static func hash(
        all messages: [[UInt8]],
        tag: [UInt8] = ethereumTag,
        kernels: FieldKernels = .best
    ) -> [G2] {
        // Eight lanes take hardly longer than one message alone.
        kernels.run {
            kernels.hasLanes && messages.count > 1
                ? hashInLanes(messages, tag: tag) : messages.map { hash($0, tag: tag) }
        }
    }

    private static func hashInLanes(_ messages: [[UInt8]], tag: [UInt8]) -> [G2] {
        let elements = messages.flatMap { message in
            let (u0, u1) = fieldElements(message, tag: tag)
            return [u0, u1]
        }
        var points = mapInLanes(elements)
        // An exceptional addition on the way leaves infinity; so would a hash that is infinity.
        for i in points.indices where points[i].isInfinity { points[i] = hash(messages[i], tag: tag) }
        return points
    }

    /// Maps pairs of field elements to G2, eight pairs at a time; infinity stands for exceptional additions too.
    static func mapInLanes(_ elements: [Fp2]) -> [G2] {
        let count = elements.count / 2
        var points = [G2](repeating: .infinity, count: count)
        elements.withUnsafeBytes { elements in
            points.withUnsafeMutableBytes { points in
                guard let input = elements.baseAddress, let output = points.baseAddress else { return }
                for start in stride(from: 0, to: count, by: 8) {
                    fk_hash_to_g2(
                        (output + start * MemoryLayout<G2>.stride).assumingMemoryBound(to: UInt64.self),
                        (input + 2 * start * MemoryLayout<Fp2>.stride).assumingMemoryBound(to: UInt64.self),
                        min(8, count - start)
                    )
                }
            }
        }
        return points
    }
}
