#ifndef FIELD_KERNELS_LANES_H
#define FIELD_KERNELS_LANES_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

// Eight elements of the base field side by side, one a lane: eight limbs of 52 bits, Montgomery form with R = 2^416.
//
// p has 381 bits, so a value may grow to 2^35·p before it leaves its limbs: nothing is brought below p until it leaves
// for the scalar code. Every stored `fp` is not negative and has limbs below 2^52 ("tight"); what stands in comments as
// "< k p" is the bound of its value. A product of values whose bounds multiply to less than 2^35 is < 2.1 p.

#define INLINE static inline __attribute__((always_inline))

typedef __m512i V;
typedef __mmask8 M;
typedef struct { V l[8]; } fp;
typedef struct { fp c0, c1; } fp2;
/// A factor for `fk_fp2_dot3`, with the sum of its coordinates.
typedef struct { fp c0, c1, sum; } fp2s;

#define LIMB_MASK 0xfffffffffffffULL
#define PRIME_INVERSE 0x3fffcfffcfffdULL
/// 2^416 / p, rounded down.
#define PRIME_QUOTIENT 0x9d835d2f3ULL

static const uint64_t PRIME[8] = {0xeffffffffaaab, 0xfeb153ffffb9f, 0x6b0f6241eabff, 0x12bf6730d2a0f,
                                  0x764774b84f385, 0x1ba7b6434bacd, 0x1ea397fe69a4b, 0x000000001a011};
static const uint64_t PRIME_32[8] = {0xffffffff55560, 0xd62a7ffff73fd, 0x61ec483d57fff, 0x57ece61a541ed,
                                     0xc8ee9709e70a2, 0x74f6c869759ae, 0xd472ffcd34963, 0x0000000340223};
static const uint64_t PRIME_1024[8] = {0xffffffeaaac00, 0xc54ffffee7fbf, 0x3d8907aaffffa, 0xfd9cc34a83dac,
                                       0x1dd2e13ce144a, 0x9ed90d2eb35d9, 0x8e5ff9a692c6e, 0x000000680447a};
static const uint64_t MONTGOMERY_ONE[8] = {0x6480ea8e9b9af, 0x65766c8fe444f, 0x8b540fea96f7d, 0x3b2ee82efd422,
                                           0xa6723e5f0ade5, 0xff6eb6fdd4230, 0xe06ef23c24a25, 0x0000000014c8e};
static const uint64_t MONTGOMERY_HALF[8] = {0xaa4075474b22d, 0xb213e047f1ff7, 0xfb31b91640dbe, 0x26f727afe7f18,
                                            0x0e5cd98bad0b5, 0x8d8b36a08fe7f, 0xff89451d47238, 0x000000001764f};

INLINE V all(uint64_t x) { return _mm512_set1_epi64((long long)x); }
INLINE V add64(V a, V b) { return _mm512_add_epi64(a, b); }
INLINE V sub64(V a, V b) { return _mm512_sub_epi64(a, b); }

/// Carries signed limbs upwards; the value must not be negative.
INLINE void carry(fp *r, V t[8]) {
    const V mask = all(LIMB_MASK);
    for (int i = 0; i < 7; i++) {
        t[i + 1] = add64(t[i + 1], _mm512_srai_epi64(t[i], 52));
        r->l[i] = _mm512_and_si512(t[i], mask);
    }
    r->l[7] = t[7];
}

INLINE void fp_constant(fp *r, const uint64_t limbs[8]) {
    for (int i = 0; i < 8; i++) r->l[i] = all(limbs[i]);
}

INLINE void fp_zero(fp *r) {
    for (int i = 0; i < 8; i++) r->l[i] = _mm512_setzero_si512();
}

/// a + b; bounds add up.
INLINE void fp_add(fp *r, const fp *a, const fp *b) {
    V t[8];
    for (int i = 0; i < 8; i++) t[i] = add64(a->l[i], b->l[i]);
    carry(r, t);
}

/// a - b + 32p, for b < 32p.
INLINE void fp_sub(fp *r, const fp *a, const fp *b) {
    V t[8];
    for (int i = 0; i < 8; i++) t[i] = add64(sub64(a->l[i], b->l[i]), all(PRIME_32[i]));
    carry(r, t);
}

/// a - b + 1024p, for b < 1024p.
INLINE void fp_sub_wide(fp *r, const fp *a, const fp *b) {
    V t[8];
    for (int i = 0; i < 8; i++) t[i] = add64(sub64(a->l[i], b->l[i]), all(PRIME_1024[i]));
    carry(r, t);
}

/// a·2^shift.
INLINE void fp_shift(fp *r, const fp *a, int shift) {
    V t[8];
    for (int i = 0; i < 8; i++) t[i] = _mm512_slli_epi64(a->l[i], (unsigned)shift);
    carry(r, t);
}

/// 3a.
INLINE void fp_triple(fp *r, const fp *a) {
    V t[8];
    for (int i = 0; i < 8; i++) t[i] = add64(add64(a->l[i], a->l[i]), a->l[i]);
    carry(r, t);
}

/// The lanes of `b` where `mask` is set, of `a` elsewhere.
INLINE void fp_select(fp *r, M mask, const fp *a, const fp *b) {
    for (int i = 0; i < 8; i++) r->l[i] = _mm512_mask_blend_epi64(mask, a->l[i], b->l[i]);
}

INLINE void fp2_zero(fp2 *r) {
    fp_zero(&r->c0);
    fp_zero(&r->c1);
}

INLINE void fp2_add(fp2 *r, const fp2 *a, const fp2 *b) {
    fp_add(&r->c0, &a->c0, &b->c0);
    fp_add(&r->c1, &a->c1, &b->c1);
}

INLINE void fp2_sub(fp2 *r, const fp2 *a, const fp2 *b) {
    fp_sub(&r->c0, &a->c0, &b->c0);
    fp_sub(&r->c1, &a->c1, &b->c1);
}

INLINE void fp2_sub_wide(fp2 *r, const fp2 *a, const fp2 *b) {
    fp_sub_wide(&r->c0, &a->c0, &b->c0);
    fp_sub_wide(&r->c1, &a->c1, &b->c1);
}

INLINE void fp2_shift(fp2 *r, const fp2 *a, int shift) {
    fp_shift(&r->c0, &a->c0, shift);
    fp_shift(&r->c1, &a->c1, shift);
}

INLINE void fp2_triple(fp2 *r, const fp2 *a) {
    fp_triple(&r->c0, &a->c0);
    fp_triple(&r->c1, &a->c1);
}

INLINE void fp2_select(fp2 *r, M mask, const fp2 *a, const fp2 *b) {
    fp_select(&r->c0, mask, &a->c0, &b->c0);
    fp_select(&r->c1, mask, &a->c1, &b->c1);
}

/// ξ·a = (1 + i)·a for a < 1024p; r may not be a.
INLINE void fp2_times_xi(fp2 *r, const fp2 *a) {
    fp_sub_wide(&r->c0, &a->c0, &a->c1);
    fp_add(&r->c1, &a->c0, &a->c1);
}

/// ξ·a for a < 32p; r may not be a.
INLINE void fp2_times_xi_small(fp2 *r, const fp2 *a) {
    fp_sub(&r->c0, &a->c0, &a->c1);
    fp_add(&r->c1, &a->c0, &a->c1);
}

INLINE void fp2_with_sum(fp2s *r, const fp2 *a) {
    r->c0 = a->c0;
    r->c1 = a->c1;
    fp_add(&r->sum, &a->c0, &a->c1);
}

/// t += a·b, column by column.
INLINE void accumulate(V t[16], const fp *a, const fp *b) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 8; j++) {
        const V y = b->l[j];
#pragma clang loop unroll(full)
        for (int i = 0; i < 8; i++) t[i + j] = _mm512_madd52lo_epu64(t[i + j], a->l[i], y);
#pragma clang loop unroll(full)
        for (int i = 0; i < 8; i++) t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], a->l[i], y);
    }
}

/// t = a², the mixed products once and doubled.
INLINE void square_columns(V t[16], const fp *a) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) t[i] = _mm512_setzero_si512();
#pragma clang loop unroll(full)
    for (int j = 0; j < 7; j++) {
#pragma clang loop unroll(full)
        for (int i = j + 1; i < 8; i++) t[i + j] = _mm512_madd52lo_epu64(t[i + j], a->l[i], a->l[j]);
#pragma clang loop unroll(full)
        for (int i = j + 1; i < 8; i++) t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], a->l[i], a->l[j]);
    }
#pragma clang loop unroll(full)
    for (int i = 1; i < 16; i++) t[i] = add64(t[i], t[i]);
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
        t[2 * i] = _mm512_madd52lo_epu64(t[2 * i], a->l[i], a->l[i]);
        t[2 * i + 1] = _mm512_madd52hi_epu64(t[2 * i + 1], a->l[i], a->l[i]);
    }
}

/// Montgomery's reduction of signed columns, plus p where `offset`: a value above -p·2^416 must be given it.
INLINE void reduce(fp *r, V t[16], int offset) {
    const V mask = all(LIMB_MASK), inverse = all(PRIME_INVERSE);
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
        const V m = _mm512_madd52lo_epu64(_mm512_setzero_si512(), t[i], inverse);
        // The lowest limb becomes a multiple of 2^52: only its carry counts, and needs no product.
        V low = add64(t[i + 1], _mm512_srai_epi64(add64(t[i], mask), 52));
        const V high = _mm512_madd52hi_epu64(_mm512_setzero_si512(), m, all(PRIME[0]));
        low = _mm512_madd52lo_epu64(low, m, all(PRIME[1]));
        t[i + 1] = add64(low, high);
#pragma clang loop unroll(full)
        for (int k = 2; k < 8; k++) t[i + k] = _mm512_madd52lo_epu64(t[i + k], m, all(PRIME[k]));
#pragma clang loop unroll(full)
        for (int k = 1; k < 8; k++) t[i + k + 1] = _mm512_madd52hi_epu64(t[i + k + 1], m, all(PRIME[k]));
    }
    if (offset) {
#pragma clang loop unroll(full)
        for (int i = 0; i < 8; i++) t[8 + i] = add64(t[8 + i], all(PRIME[i]));
    }
    carry(r, t + 8);
}

INLINE void multiply(fp *r, const fp *a, const fp *b) {
    V t[16];
    for (int i = 0; i < 16; i++) t[i] = _mm512_setzero_si512();
    accumulate(t, a, b);
    reduce(r, t, 0);
}

/// Takes multiples of p away: from below 2^33 p to below 2.2 p, for an eighth of a product.
INLINE void fp_trim(fp *r, const fp *a) {
    // Never too large, and short of the true quotient by less than 1.2.
    const V q = _mm512_madd52hi_epu64(_mm512_setzero_si512(), a->l[7], all(PRIME_QUOTIENT));
    V s[8], t[8];
    for (int i = 0; i < 8; i++) s[i] = _mm512_madd52lo_epu64(_mm512_setzero_si512(), q, all(PRIME[i]));
    for (int i = 0; i < 7; i++) s[i + 1] = _mm512_madd52hi_epu64(s[i + 1], q, all(PRIME[i]));
    for (int i = 0; i < 8; i++) t[i] = sub64(a->l[i], s[i]);
    carry(r, t);
}

/// Takes p away where the value, below 2p, is p or more.
INLINE void fp_reduce_once(fp *r, const fp *a) {
    V t[8];
    const V mask = all(LIMB_MASK);
    for (int i = 0; i < 8; i++) t[i] = sub64(a->l[i], all(PRIME[i]));
    for (int i = 0; i < 7; i++) {
        t[i + 1] = add64(t[i + 1], _mm512_srai_epi64(t[i], 52));
        t[i] = _mm512_and_si512(t[i], mask);
    }
    const M negative = _mm512_movepi64_mask(t[7]);
    for (int i = 0; i < 8; i++) r->l[i] = _mm512_mask_blend_epi64(negative, t[i], a->l[i]);
}

/// The lanes that are exactly zero.
INLINE M fp_limbs_zero(const fp *a) {
    V any = a->l[0];
    for (int i = 1; i < 8; i++) any = _mm512_or_si512(any, a->l[i]);
    return _mm512_testn_epi64_mask(any, any);
}

#endif
