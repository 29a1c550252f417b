#if defined(__x86_64__)

#include <immintrin.h>

#include "constants.h"
#include "kernels.h"

#define V __m256i
#define ADD _mm256_add_epi32
#define XOR3(x, y, z) _mm256_xor_si256(_mm256_xor_si256(x, y), z)
#define CH(e, f, g) _mm256_xor_si256(g, _mm256_and_si256(e, _mm256_xor_si256(f, g)))
#define MAJ(a, b, c) _mm256_or_si256(_mm256_and_si256(a, b), _mm256_and_si256(c, _mm256_or_si256(a, b)))
#define SHR _mm256_srli_epi32
#define ROTR(x, n) _mm256_or_si256(_mm256_srli_epi32(x, n), _mm256_slli_epi32(x, 32 - (n)))
#define ALL(x) _mm256_set1_epi32((int)(x))
#include "lanes.h"

#define TARGET __attribute__((target("avx2")))

/// Transposes eight rows of eight words.
static inline __attribute__((always_inline)) TARGET void transpose(V out[8], const V in[8]) {
    V p[8], q[8];
    for (int i = 0; i < 4; i++) {
        p[2 * i] = _mm256_unpacklo_epi32(in[2 * i], in[2 * i + 1]);
        p[2 * i + 1] = _mm256_unpackhi_epi32(in[2 * i], in[2 * i + 1]);
    }
    for (int i = 0; i < 2; i++) {
        q[4 * i] = _mm256_unpacklo_epi64(p[4 * i], p[4 * i + 2]);
        q[4 * i + 1] = _mm256_unpackhi_epi64(p[4 * i], p[4 * i + 2]);
        q[4 * i + 2] = _mm256_unpacklo_epi64(p[4 * i + 1], p[4 * i + 3]);
        q[4 * i + 3] = _mm256_unpackhi_epi64(p[4 * i + 1], p[4 * i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        out[i] = _mm256_permute2x128_si256(q[i], q[i + 4], 0x20);
        out[i + 4] = _mm256_permute2x128_si256(q[i], q[i + 4], 0x31);
    }
}

TARGET void hk_group_avx2(uint8_t *digests, const uint8_t *messages) {
    const V order = _mm256_set_epi64x(
        0x0c0d0e0f08090a0b, 0x0405060700010203, 0x0c0d0e0f08090a0b, 0x0405060700010203);
    V wA[16], sA[8], rows[8];
    for (int half = 0; half < 2; half++) {
        for (int i = 0; i < 8; i++)
            rows[i] = _mm256_shuffle_epi8(
                _mm256_loadu_si256((const __m256i *)(messages + 64 * i + 32 * half)), order);
        transpose(wA + 8 * half, rows);
    }
    HASH_LANES(ONE);
    transpose(rows, sA);
    for (int i = 0; i < 8; i++)
        _mm256_storeu_si256((__m256i *)(digests + 32 * i), _mm256_shuffle_epi8(rows[i], order));
}

#endif
