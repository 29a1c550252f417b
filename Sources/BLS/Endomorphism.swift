// Both groups have an endomorphism that is cheap to compute and acts on the group of order r as a known multiple. It
// tells members from non-members (Scott, "A note on group membership tests", 2021) and clears the cofactor of G2
// (Budroni, Pintore 2017).

extension Affine<Fp> {
    /// The cube root of unity for which φ(x, y) = (βx, y) is multiplication by -x² on G1.
    static let beta = Fp(
        0x30f1_361b_798a_64e8,
        0xf3b8_ddab_7ece_5a2a,
        0x16a8_ca3a_c615_77f7,
        0xc26a_2ff8_74fd_029b,
        0x3636_b766_6070_1c6e,
        0x051b_a4ab_241b_6160
    )

    /// Whether a point of the curve belongs to G1: φ(P) = -x²·P.
    package var isInSubgroup: Bool {
        let multiple = Jacobian(self).timesParameterMagnitude().timesParameterMagnitude()
        return multiple == Affine(x: x * G1Affine.beta, y: -y)
    }
}

extension Jacobian<Fp2> {
    /// 1/ξ^((p-1)/3).
    static let psiX = Fp2(
        Fp(
            0x0000_0000_0000_0000,
            0x0000_0000_0000_0000,
            0x0000_0000_0000_0000,
            0x0000_0000_0000_0000,
            0x0000_0000_0000_0000,
            0x0000_0000_0000_0000
        ),
        Fp(
            0x890d_c9e4_8675_45c3,
            0x2af3_2253_3285_a5d5,
            0x5088_0866_309b_7e2c,
            0xa20d_1b8c_7e88_1024,
            0x14e4_f04f_e2db_9068,
            0x14e5_6d3f_1564_853a
        )
    )

    /// 1/ξ^((p-1)/2).
    static let psiY = Fp2(
        Fp(
            0x3e2f_585d_a55c_9ad1,
            0x4294_213d_86c1_8183,
            0x3828_44c8_8b62_3732,
            0x92ad_2afd_1910_3e18,
            0x1d79_4e4f_ac7c_f0b9,
            0x0bd5_92fc_7d82_5ec8
        ),
        Fp(
            0x7bcf_a7a2_5aa3_0fda,
            0xdc17_dec1_2a92_7e7c,
            0x2f08_8dd8_6b4e_bef1,
            0xd1ca_2087_da74_d4a7,
            0x2da2_5966_96ce_bc1d,
            0x0e2b_7eed_bbfd_87d2
        )
    )

    /// What ψ² multiplies x by; y changes its sign.
    static let psiSquaredX = Fp(
        0xcd03_c9e4_8671_f071,
        0x5dab_2246_1fcd_a5d2,
        0x5870_42af_d385_1b95,
        0x8eb6_0ebe_01ba_cb9e,
        0x03f9_7d6e_83d0_50d2,
        0x18f0_2065_5463_8741
    )

    /// ψ: untwist, raise to the power p, twist; multiplication by x on G2.
    func psi() -> Jacobian {
        Jacobian(x: x.conjugated() * G2.psiX, y: y.conjugated() * G2.psiY, z: z.conjugated())
    }

    func psiSquared() -> Jacobian { Jacobian(x: x * G2.psiSquaredX, y: -y, z: z) }

    /// Brings any point of the twisted curve into G2: (x² - x - 1)·P + (x - 1)·ψ(P) + ψ²(2P).
    func clearingCofactor() -> Jacobian {
        // With m = -x: m²P + mP - P - mψ(P) - ψ(P) + ψ²(2P) = m(mP + P - ψ(P)) - P - ψ(P) + ψ²(2P).
        let image = psi()
        let inner = timesParameterMagnitude() + self + -image
        return inner.timesParameterMagnitude() + -self + -image + doubled().psiSquared()
    }
}

extension Affine<Fp2> {
    /// Whether a point of the twisted curve belongs to G2: ψ(P) = x·P.
    package var isInSubgroup: Bool {
        let point = Jacobian(self)
        return point.psi() == -point.timesParameterMagnitude()
    }
}
