internal import Hashing

/// Hashing of messages to points of G2: RFC 9380, suite BLS12381G2_XMD:SHA-256_SSWU_RO_.
package enum HashToG2 {
    /// The domain separation tag of Ethereum's signatures (proof-of-possession scheme).
    package static let ethereumTag = Array("BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_".utf8)

    /// RFC 9380: `hash_to_curve`.
    package static func hash(_ message: [UInt8], tag: [UInt8] = ethereumTag) -> G2 {
        let (u0, u1) = fieldElements(message, tag: tag)
        let a = map(u0)
        let b = map(u1)
        // The isogeny is a homomorphism, so one evaluation serves the sum of both points. Addition does not use the
        // curve's coefficients; doubling does, and its formula is for a = 0, so equal points go the long way.
        let sum = a.x * b.z.squared() == b.x * a.z.squared() ? isogeny(a) + isogeny(b) : isogeny(a + b)
        return sum.clearingCofactor()
    }

    /// RFC 9380: `hash_to_field` with count = 2, m = 2, L = 64.
    static func fieldElements(_ message: [UInt8], tag: [UInt8]) -> (Fp2, Fp2) {
        let bytes = expand(message, tag: tag, blocks: 8)
        return bytes.withUnsafeBytes { raw in
            func element(_ index: Int) -> Fp {
                raw.baseAddress.map { Fp(reducing64: $0 + index * 64) } ?? .zero
            }
            return (Fp2(element(0), element(1)), Fp2(element(2), element(3)))
        }
    }

    /// RFC 9380: `expand_message_xmd` with SHA-256, giving `blocks` blocks of 32 bytes (at most 255).
    static func expand(_ message: [UInt8], tag: [UInt8], blocks: Int) -> [UInt8] {
        var suffix = tag.count > 255 ? SHA256.hash(Array("H2C-OVERSIZE-DST-".utf8) + tag).bytes : tag
        suffix.append(UInt8(suffix.count))
        let length = blocks * 32
        let header = [UInt8](repeating: 0, count: 64) + message
        let b0 = SHA256.hash(header + [UInt8(length >> 8), UInt8(length & 255), 0] + suffix).bytes
        var output: [UInt8] = []
        output.reserveCapacity(length)
        var block = [UInt8](repeating: 0, count: 32)
        for index in 1...blocks {
            let mixed = zip(b0, block).map { $0 ^ $1 }
            block = SHA256.hash(mixed + [UInt8(index)] + suffix).bytes
            output += block
        }
        return output
    }

    // The simplified SWU map goes to the curve E': y² = x³ + 240i·x + 1012(1 + i), with Z = -(2 + i).

    private static let curveA = Fp2(.zero, Fp(240))
    private static let curveB = Fp2(Fp(1012), Fp(1012))
    private static let z = Fp2(-Fp(2), -Fp(1))
    private static let zCubed = z.squared() * z
    private static let zTimesA = z * curveA
    /// A square root of -N(Z)³: turns a root of -n into one of N(Z)³·n (5 is no square, so -125 is one).
    private static let normRootOfZCubed: Fp = {
        let norm = zCubed.norm()
        return norm.power(
            0xee7f_bfff_ffff_eaab,
            0x07aa_ffff_ac54_ffff,
            0xd9cc_34a8_3dac_3d89,
            0xd91d_d2e1_3ce1_44af,
            0x92c6_e9ed_90d2_eb35,
            0x0680_447a_8e5f_f9a6
        )
    }()

    /// RFC 9380: `map_to_curve_simple_swu`, giving a point of E' in Jacobian coordinates.
    ///
    /// x1 = N/D with gx1 = u/v, v = D³. For w = u·v a square, Y = √w fits X = N·D, Z = D, so no division is needed but
    /// for the sign, and 1/w falls out of the exponentiation that finds the root of w's norm.
    static func map(_ t: Fp2) -> G2 {
        let zt2 = z * t.squared()
        let tv = zt2.squared() + zt2
        let d = tv.isZero ? zTimesA : -(curveA * tv)
        let n = curveB * (tv + .one)
        let d2 = d.squared()
        let v = d2 * d
        let u = (n.squared() + curveA * d2) * n + curveB * v
        let w = u * v
        let norm = w.norm()
        let r = norm.rootPower()
        let root = norm * r
        if root.squared() == norm {
            // r² = 1/norm
            let s = w.squareRoot(normRoot: root)
            let y = s * u * w.conjugated() * r.squared()
            return G2(x: n * d, y: y.isOdd == t.isOdd ? s : -s, z: d)
        }
        // w is no square, Z³·w is; x2 = Z·t²·x1, y2 = t³·√(Z³·w)/v. Here r² = -1/norm.
        let s = (zCubed * w).squareRoot(normRoot: root * normRootOfZCubed) * t.squared() * t
        let y = -(s * u * w.conjugated() * r.squared())
        return G2(x: n * d * zt2, y: y.isOdd == t.isOdd ? s : -s, z: d)
    }

    /// The 3-isogeny from E' to the twisted curve whose kernel has x = x0 = -6 + 6i.
    ///
    /// By Vélu's formulas, with d = x - x0, t = 48i, u = 16(1 + i):
    /// (x, y) → ((x + t/d + u/d²)/9, -y(1 - t/d² - 2u/d³)/27). The constants are small enough to be additions.
    static func isogeny(_ p: G2) -> G2 {
        let z2 = p.z.squared()
        let z4 = z2.squared()
        let z6 = z4 * z2
        // x0·Z² = 6(i - 1)·Z²
        let z2x2 = z2.doubled()
        let z2x6 = z2x2.doubled() + z2x2
        let d = p.x - (z2x6.timesI() - z2x6)
        let d2 = d.squared()
        let dz4 = (d * z4).timesI()
        let dz4x16 = dz4.doubled().doubled().doubled().doubled()
        let td = dz4x16.doubled() + dz4x16
        let uz6 = z6.timesXi().doubled().doubled().doubled().doubled()
        let zd = p.z * d
        return G2(
            x: p.x * d2 + td + uz6,
            y: -(p.y * (d2 * d - td - uz6.doubled())),
            z: zd.doubled() + zd
        )
    }
}
