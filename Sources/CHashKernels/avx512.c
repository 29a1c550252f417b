#if defined(__x86_64__)

#include <immintrin.h>

#include "constants.h"
#include "kernels.h"

#define V __m512i
#define ADD _mm512_add_epi32
#define XOR3(x, y, z) _mm512_ternarylogic_epi32(x, y, z, 0x96)
#define CH(e, f, g) _mm512_ternarylogic_epi32(e, f, g, 0xCA)
#define MAJ(a, b, c) _mm512_ternarylogic_epi32(a, b, c, 0xE8)
#define SHR _mm512_srli_epi32
#define ROTR _mm512_ror_epi32
#define ALL(x) _mm512_set1_epi32((int)(x))
#include "lanes.h"

#define TARGET __attribute__((target("avx512f,avx512bw")))
#define INLINE static inline __attribute__((always_inline)) TARGET

/// Transposes the 4x4 blocks of four rows: row j of the result holds word j of the four rows, block by block.
INLINE void transpose_blocks(V out[4], const V in[4]) {
    V lo01 = _mm512_unpacklo_epi32(in[0], in[1]), hi01 = _mm512_unpackhi_epi32(in[0], in[1]);
    V lo23 = _mm512_unpacklo_epi32(in[2], in[3]), hi23 = _mm512_unpackhi_epi32(in[2], in[3]);
    out[0] = _mm512_unpacklo_epi64(lo01, lo23);
    out[1] = _mm512_unpackhi_epi64(lo01, lo23);
    out[2] = _mm512_unpacklo_epi64(hi01, hi23);
    out[3] = _mm512_unpackhi_epi64(hi01, hi23);
}

/// Transposes sixteen rows of sixteen words.
INLINE void transpose(V out[16], const V in[16]) {
    V q[16];
    for (int i = 0; i < 4; i++) transpose_blocks(q + 4 * i, in + 4 * i);
    for (int j = 0; j < 4; j++) {
        // q[4i + j] holds, for rows 4i to 4i + 3, the words j, 4 + j, 8 + j and 12 + j.
        V low01 = _mm512_shuffle_i32x4(q[j], q[4 + j], 0x44), high01 = _mm512_shuffle_i32x4(q[j], q[4 + j], 0xEE);
        V low23 = _mm512_shuffle_i32x4(q[8 + j], q[12 + j], 0x44);
        V high23 = _mm512_shuffle_i32x4(q[8 + j], q[12 + j], 0xEE);
        out[j] = _mm512_shuffle_i32x4(low01, low23, 0x88);
        out[4 + j] = _mm512_shuffle_i32x4(low01, low23, 0xDD);
        out[8 + j] = _mm512_shuffle_i32x4(high01, high23, 0x88);
        out[12 + j] = _mm512_shuffle_i32x4(high01, high23, 0xDD);
    }
}

INLINE V byte_order(void) {
    return _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
}

/// The words of sixteen messages, word by word.
INLINE void load(V w[16], const uint8_t *messages) {
    V rows[16];
    for (int i = 0; i < 16; i++)
        rows[i] = _mm512_shuffle_epi8(_mm512_loadu_si512((const void *)(messages + 64 * i)), byte_order());
    transpose(w, rows);
}

INLINE void store(uint8_t *digests, const V s[8]) {
    for (int half = 0; half < 2; half++) {
        V blocks[4];
        transpose_blocks(blocks, s + 4 * half);
        for (int j = 0; j < 4; j++) {
            // blocks[j] holds four digest words of the messages j, 4 + j, 8 + j and 12 + j.
            V out = _mm512_shuffle_epi8(blocks[j], byte_order());
            uint8_t *p = digests + 32 * j + 16 * half;
            _mm_storeu_si128((__m128i *)p, _mm512_castsi512_si128(out));
            _mm_storeu_si128((__m128i *)(p + 128), _mm512_extracti32x4_epi32(out, 1));
            _mm_storeu_si128((__m128i *)(p + 256), _mm512_extracti32x4_epi32(out, 2));
            _mm_storeu_si128((__m128i *)(p + 384), _mm512_extracti32x4_epi32(out, 3));
        }
    }
}

TARGET void hk_group_avx512(uint8_t *digests, const uint8_t *messages) {
    V wA[16], sA[8];
    load(wA, messages);
    HASH_LANES(ONE);
    store(digests, sA);
}

TARGET void hk_two_groups_avx512(uint8_t *digests, const uint8_t *messages) {
    V wA[16], wB[16], sA[8], sB[8];
    load(wA, messages);
    load(wB, messages + 1024);
    HASH_LANES(TWO);
    store(digests, sA);
    store(digests + 512, sB);
}

#endif
