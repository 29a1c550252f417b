#if defined(__x86_64__)

#include <immintrin.h>

#include "constants.h"
#include "kernels.h"

// The SHA extensions, four messages interleaved: one message alone waits out the latency of each round instruction,
// which is twice its share of the unit; two fill the unit only where nothing ever comes late. The second block of a
// 64-byte message has a constant schedule and needs no message words.

#define TARGET __attribute__((target("sha,sse4.1,ssse3")))
#define INLINE static inline __attribute__((always_inline)) TARGET

/// As many messages as are interleaved.
#define MOST 4

/// The state as the round instruction wants it.
typedef struct {
    __m128i abef, cdgh;
} sha_state;

INLINE __m128i byte_order(void) { return _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203); }

INLINE sha_state pack(const uint32_t words[8]) {
    __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)words), 0xB1);
    __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(words + 4)), 0x1B);
    sha_state s = {_mm_alignr_epi8(badc, hgfe, 8), _mm_blend_epi16(hgfe, badc, 0xF0)};
    return s;
}

INLINE void unpack(sha_state s, __m128i *abcd, __m128i *efgh) {
    __m128i abef = _mm_shuffle_epi32(s.abef, 0x1B);
    __m128i ghcd = _mm_shuffle_epi32(s.cdgh, 0xB1);
    *abcd = _mm_blend_epi16(abef, ghcd, 0xF0);
    *efgh = _mm_alignr_epi8(ghcd, abef, 8);
}

/// One block each of `lanes` messages; `m` holds the message words and is used up.
INLINE void block(sha_state *s, __m128i (*m)[4], const int lanes) {
    sha_state start[MOST];
    for (int l = 0; l < lanes; l++) start[l] = s[l];
#pragma clang loop unroll(full)
    for (int g = 0; g < 16; g++) {
        __m128i k = _mm_load_si128((const __m128i *)(hk_round + 4 * g));
        __m128i kw[MOST];
#pragma clang loop unroll(full)
        for (int l = 0; l < lanes; l++) {
            kw[l] = _mm_add_epi32(m[l][g % 4], k);
            s[l].cdgh = _mm_sha256rnds2_epu32(s[l].cdgh, s[l].abef, kw[l]);
        }
#pragma clang loop unroll(full)
        for (int l = 0; l < lanes; l++) {
            s[l].abef = _mm_sha256rnds2_epu32(s[l].abef, s[l].cdgh, _mm_shuffle_epi32(kw[l], 0x0E));
            if (g < 12) {
                __m128i early = _mm_sha256msg1_epu32(m[l][g % 4], m[l][(g + 1) % 4]);
                __m128i middle = _mm_alignr_epi8(m[l][(g + 3) % 4], m[l][(g + 2) % 4], 4);
                m[l][g % 4] = _mm_sha256msg2_epu32(_mm_add_epi32(early, middle), m[l][(g + 3) % 4]);
            }
        }
    }
    for (int l = 0; l < lanes; l++) {
        s[l].abef = _mm_add_epi32(s[l].abef, start[l].abef);
        s[l].cdgh = _mm_add_epi32(s[l].cdgh, start[l].cdgh);
    }
}

/// The padding block of `lanes` 64-byte messages.
INLINE void padding(sha_state *s, const int lanes) {
    sha_state start[MOST];
    for (int l = 0; l < lanes; l++) start[l] = s[l];
#pragma clang loop unroll(full)
    for (int g = 0; g < 16; g++) {
        __m128i kw = _mm_load_si128((const __m128i *)(hk_round_of_padding + 4 * g));
        __m128i high = _mm_shuffle_epi32(kw, 0x0E);
#pragma clang loop unroll(full)
        for (int l = 0; l < lanes; l++) s[l].cdgh = _mm_sha256rnds2_epu32(s[l].cdgh, s[l].abef, kw);
#pragma clang loop unroll(full)
        for (int l = 0; l < lanes; l++) s[l].abef = _mm_sha256rnds2_epu32(s[l].abef, s[l].cdgh, high);
    }
    for (int l = 0; l < lanes; l++) {
        s[l].abef = _mm_add_epi32(s[l].abef, start[l].abef);
        s[l].cdgh = _mm_add_epi32(s[l].cdgh, start[l].cdgh);
    }
}

INLINE void load(__m128i m[4], const uint8_t *message) {
    for (int i = 0; i < 4; i++)
        m[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(message + 16 * i)), byte_order());
}

/// `lanes` 64-byte messages, all read before anything is written.
INLINE void pairs(uint8_t *digests, const uint8_t *messages, const int lanes) {
    sha_state s[MOST];
    __m128i m[MOST][4];
    for (int l = 0; l < lanes; l++) {
        s[l] = pack(hk_initial);
        load(m[l], messages + 64 * l);
    }
    block(s, m, lanes);
    padding(s, lanes);
    for (int l = 0; l < lanes; l++) {
        __m128i abcd, efgh;
        unpack(s[l], &abcd, &efgh);
        _mm_storeu_si128((__m128i *)(digests + 32 * l), _mm_shuffle_epi8(abcd, byte_order()));
        _mm_storeu_si128((__m128i *)(digests + 32 * l + 16), _mm_shuffle_epi8(efgh, byte_order()));
    }
}

TARGET void hk_pairs_sha_ni(uint8_t *digests, const uint8_t *messages, size_t count) {
    for (; count >= 4; count -= 4, digests += 128, messages += 256) pairs(digests, messages, 4);
    if (count >= 2) {
        pairs(digests, messages, 2);
        count -= 2, digests += 64, messages += 128;
    }
    if (count == 1) pairs(digests, messages, 1);
}

TARGET void hk_compress_sha_ni(uint32_t state[8], const uint8_t *blocks, size_t count) {
    sha_state s[1] = {pack(state)};
    for (; count > 0; count--, blocks += 64) {
        __m128i m[1][4];
        load(m[0], blocks);
        block(s, m, 1);
    }
    __m128i abcd, efgh;
    unpack(s[0], &abcd, &efgh);
    _mm_storeu_si128((__m128i *)state, abcd);
    _mm_storeu_si128((__m128i *)(state + 4), efgh);
}

#endif
