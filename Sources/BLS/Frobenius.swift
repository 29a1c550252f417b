// Raising to the power p conjugates every Fp2 coordinate and multiplies it by a power of ξ^((p-1)/6). The powers are
// written out here; a test computes them again.

/// Powers of g = ξ^((p-1)/6).
enum Frobenius {
    /// ξ^((p-1)/6).
    static let g1 = Fp2(
        Fp(
            0x0708_9552_b319_d465,
            0xc669_5f92_b50a_8313,
            0x97e8_3ccc_d117_228f,
            0xa35b_aeca_b2dc_29ee,
            0x1ce3_93ea_5daa_ce4d,
            0x08f2_220f_b0fb_66eb
        ),
        Fp(
            0xb2f6_6aad_4ce5_d646,
            0x5842_a06b_fc49_7cec,
            0xcf48_95d4_2599_d394,
            0xc11b_9cba_40a8_e8d0,
            0x2e38_13cb_e5a0_de89,
            0x110e_efda_8884_7faf
        )
    )

    /// ξ^(2(p-1)/6).
    static let g2 = Fp2(
        Fp(
            0x0000_0000_0000_0000,
            0x0000_0000_0000_0000,
            0x0000_0000_0000_0000,
            0x0000_0000_0000_0000,
            0x0000_0000_0000_0000,
            0x0000_0000_0000_0000
        ),
        Fp(
            0xcd03_c9e4_8671_f071,
            0x5dab_2246_1fcd_a5d2,
            0x5870_42af_d385_1b95,
            0x8eb6_0ebe_01ba_cb9e,
            0x03f9_7d6e_83d0_50d2,
            0x18f0_2065_5463_8741
        )
    )

    /// ξ^(3(p-1)/6).
    static let g3 = Fp2(
        Fp(
            0x7bcf_a7a2_5aa3_0fda,
            0xdc17_dec1_2a92_7e7c,
            0x2f08_8dd8_6b4e_bef1,
            0xd1ca_2087_da74_d4a7,
            0x2da2_5966_96ce_bc1d,
            0x0e2b_7eed_bbfd_87d2
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

    /// ξ^(4(p-1)/6).
    static let g4 = Fp2(
        Fp(
            0x890d_c9e4_8675_45c3,
            0x2af3_2253_3285_a5d5,
            0x5088_0866_309b_7e2c,
            0xa20d_1b8c_7e88_1024,
            0x14e4_f04f_e2db_9068,
            0x14e5_6d3f_1564_853a
        ),
        Fp(
            0x0000_0000_0000_0000,
            0x0000_0000_0000_0000,
            0x0000_0000_0000_0000,
            0x0000_0000_0000_0000,
            0x0000_0000_0000_0000,
            0x0000_0000_0000_0000
        )
    )

    /// ξ^(5(p-1)/6).
    static let g5 = Fp2(
        Fp(
            0x82d8_3cf5_0dbc_e43f,
            0xa281_3e53_df9d_018f,
            0xc6f0_caa5_3c65_e181,
            0x7525_cf52_8d50_fe95,
            0x4a85_ed50_f479_8a6b,
            0x171d_a0fd_6cf8_eebd
        ),
        Fp(
            0x3726_c30a_f242_c66c,
            0x7c2a_c1aa_d1b6_fe70,
            0xa040_07fb_ba4b_14a2,
            0xef51_7c32_6634_1429,
            0x0095_ba65_4ed2_226b,
            0x02e3_70ec_cc86_f7dd
        )
    )

    /// ξ^((p²-1)/6), in the base field.
    static let h1 = Fp(
        0xecfb_361b_798d_ba3a,
        0xc100_ddb8_9186_5a2c,
        0x0ec0_8ff1_232b_da8e,
        0xd5c1_3cc6_f1ca_4721,
        0x4722_2a47_bf7b_5c04,
        0x0110_f184_e51c_5f59
    )

    /// ξ^(2(p²-1)/6), in the base field.
    static let h2 = Fp(
        0x30f1_361b_798a_64e8,
        0xf3b8_ddab_7ece_5a2a,
        0x16a8_ca3a_c615_77f7,
        0xc26a_2ff8_74fd_029b,
        0x3636_b766_6070_1c6e,
        0x051b_a4ab_241b_6160
    )

    /// ξ^(3(p²-1)/6), in the base field.
    static let h3 = Fp(
        0x43f5_ffff_fffc_aaae,
        0x32b7_fff2_ed47_fffd,
        0x07e8_3a49_a2e9_9d69,
        0xeca8_f331_8332_bb7a,
        0xef14_8d1e_a0f4_c069,
        0x040a_b326_3eff_0206
    )

    /// ξ^(4(p²-1)/6), in the base field.
    static let h4 = Fp(
        0xcd03_c9e4_8671_f071,
        0x5dab_2246_1fcd_a5d2,
        0x5870_42af_d385_1b95,
        0x8eb6_0ebe_01ba_cb9e,
        0x03f9_7d6e_83d0_50d2,
        0x18f0_2065_5463_8741
    )

    /// ξ^(5(p²-1)/6), in the base field.
    static let h5 = Fp(
        0x890d_c9e4_8675_45c3,
        0x2af3_2253_3285_a5d5,
        0x5088_0866_309b_7e2c,
        0xa20d_1b8c_7e88_1024,
        0x14e4_f04f_e2db_9068,
        0x14e5_6d3f_1564_853a
    )

}

extension Fp12 {
    /// The p-th power.
    func frobenius() -> Fp12 {
        Fp12(
            Fp6(
                c0.c0.conjugated(),
                c0.c1.conjugated() * Frobenius.g2,
                c0.c2.conjugated() * Frobenius.g4
            ),
            Fp6(
                c1.c0.conjugated() * Frobenius.g1,
                c1.c1.conjugated() * Frobenius.g3,
                c1.c2.conjugated() * Frobenius.g5
            )
        )
    }

    /// The p²-th power.
    func frobeniusSquared() -> Fp12 {
        Fp12(
            Fp6(c0.c0, c0.c1 * Frobenius.h2, c0.c2 * Frobenius.h4),
            Fp6(c1.c0 * Frobenius.h1, c1.c1 * Frobenius.h3, c1.c2 * Frobenius.h5)
        )
    }
}
