#ifndef FIELD_KERNELS_CURVE_CONSTANTS_H
#define FIELD_KERNELS_CURVE_CONSTANTS_H

#include <stdint.h>

// Limbs of 52 bits, times 2^416. The names are those of the scalar code, which a test compares results with.

#define PARAMETER 0xd201000000010000ULL

/// Both curves: y² = x³ + 4 and y² = x³ + 4(1 + i).
static const uint64_t FOUR[8] = {0xc203aa3a7e6bb, 0x99c5b63f91e5d, 0xec2218e49b9f5, 0xb47d6b297d25b,
                                 0x36f29b533dd05, 0xaac3b92d6d85a, 0x25d100f5559b6, 0x0000000005208};

/// The cube root of unity with (βx, y) = -x²·P on G1.
static const uint64_t BETA[8] = {0xd75aaff33455f, 0xd095356b7cbb6, 0x953a2f6fa079f, 0x1080cf0a3d697,
                                 0x3f7de3465fe7c, 0x01f71fd6896ec, 0xd9dd9cc172747, 0x0000000007d91};
/// ψ multiplies x by this times i.
static const uint64_t PSI_X1[8] = {0x18a5500cc654c, 0x2e1c1e9482fe9, 0xd5d532d24a460, 0x023e982695377,
                                   0x36c99171ef509, 0x19b0966cc23e1, 0x44c5fb3cf7304, 0x000000001227f};
static const uint64_t PSI_Y0[8] = {0x9c1a677c96161, 0xf16c8708fcef3, 0x94977d28093e6, 0xa06b71c927307,
                                   0xb4fa740f70cc7, 0x844ca7b844683, 0x3f2d89b2709bb, 0x000000000917d};
static const uint64_t PSI_Y1[8] = {0x53e598836494a, 0x0d44ccf702cac, 0xd677e519e1819, 0x7253f567ab707,
                                   0xc14d00a8de6bd, 0x975b0e8b07449, 0xdf760e4bf908f, 0x0000000010e93};
static const uint64_t PSI_SQUARED_X[8] = {0xa424657e25648, 0xc75706049e739, 0xb59085299e0e2, 0xd9cf17286a964,
                                          0x069ec7cb33aa8, 0x35e995b239c7e, 0x82faa0ff3c329, 0x0000000017601};

// The simplified SWU map: A = 240i, B = 1012(1 + i), Z = -(2 + i).
static const uint64_t SWU_A1[8] = {0x28dbe5b5dbe7b, 0x18b81ae634e1a, 0xbe549cbf63190, 0x7f2baea047ee1,
                                   0xcbca63971569e, 0xd5aa91c16ae50, 0x8bf4b19186595, 0x000000001592c};
static const uint64_t SWU_B0[8] = {0xcd9f3bcff5c14, 0x387408d33d90b, 0xdfc0cb4fddbb9, 0xc95027a85d7e4,
                                   0xaa1629fced22a, 0x78541f03c0fd4, 0x823ddac362126, 0x0000000016ec6};
static const uint64_t SWU_Z0[8] = {0x16fe2ae2be1f8, 0x3275cee036ea1, 0xbf76a4aea7905, 0xaf20fe03aabd9,
                                   0x9faa6cb288b3f, 0x3871fe8aef139, 0x7c694b848a04a, 0x000000000a704};
static const uint64_t SWU_Z1[8] = {0x8b7f15715f0fc, 0x993ae7701b750, 0xdfbb525753c82, 0xd7907f01d55ec,
                                   0xcfd536594459f, 0x1c38ff457789c, 0x3e34a5c245025, 0x0000000005382};
static const uint64_t SWU_ZA0[8] = {0x28dbe5b5dbe7b, 0x18b81ae634e1a, 0xbe549cbf63190, 0x7f2baea047ee1,
                                    0xcbca63971569e, 0xd5aa91c16ae50, 0x8bf4b19186595, 0x000000001592c};
static const uint64_t SWU_ZA1[8] = {0x8e4834943d860, 0xcbf2723395b0b, 0x59758b050f4df, 0x272771211565b,
                                    0x54fa2242739cd, 0x8bfa4903c18f9, 0x255dccd9c696a, 0x0000000008dc9};
static const uint64_t SWU_Z_CUBED0[8] = {0x16fe2ae2be1f8, 0x3275cee036ea1, 0xbf76a4aea7905, 0xaf20fe03aabd9,
                                         0x9faa6cb288b3f, 0x3871fe8aef139, 0x7c694b848a04a, 0x000000000a704};
static const uint64_t SWU_Z_CUBED1[8] = {0x1e75ebdf2057e, 0x982549d12e936, 0xc6edc53cc419c, 0x1db6a6b285d0e,
                                         0x019a6c65516d4, 0xff238b758b922, 0x6efbef5c23d01, 0x0000000005676};
/// A square root of -N(Z³).
static const uint64_t SWU_NORM_ROOT[8] = {0x6f14204956874, 0x1976aad5771b1, 0xd0424f271623a, 0x579b2db56a1ff,
                                          0xd5513bac19f4f, 0x11d60ef08b61d, 0x92c67ce5ab1dc, 0x0000000001e80};

#endif
