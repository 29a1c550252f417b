extension PublicKey {
    /// How many keys share an inversion.
    private static var block: Int { 1_024 }

    /// start, start + step, start + 2·step, … : `count` keys; neither may be infinity.
    ///
    /// A quarter of a microsecond a key: a table of multiples is added to one key a block, in affine coordinates.
    package static func progression(from start: PublicKey, step: PublicKey, count: Int) -> [PublicKey] {
        var multiples: [G1] = []
        var multiple = G1.infinity
        for _ in 0..<block {
            multiples.append(multiple)
            multiple = multiple + step.point
        }
        let table = G1.affine(multiples)
        let stride = multiple.affine()
        var inverses = [Fp](repeating: .zero, count: block)
        var scratch = inverses
        var keys: [PublicKey] = []
        keys.reserveCapacity(count)
        var base = start.point
        while keys.count < count {
            for i in 0..<block { inverses[i] = G1.denominator(base, table[i]) }
            inverses.withUnsafeMutableBufferPointer { inverses in
                scratch.withUnsafeMutableBufferPointer { Fp.invertAll(inverses, scratch: $0) }
            }
            for i in 0..<min(block, count - keys.count) {
                keys.append(PublicKey(point: G1.add(base, table[i], inverse: inverses[i])))
            }
            base = (G1(base) + stride).affine()
        }
        return keys
    }
}
