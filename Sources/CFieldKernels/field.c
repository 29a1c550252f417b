#if defined(__x86_64__)

#include "target.h"
#include "kernels.h"
#include "curve_constants.h"

void fk_fp_mul(fp *r, const fp *a, const fp *b) { multiply(r, a, b); }

void fk_fp_sqr(fp *r, const fp *a) {
    V t[16];
    square_columns(t, a);
    reduce(r, t, 0);
}

void fk_fp_canonical(fp *r, const fp *a) {
    fp one;
    fp_constant(&one, MONTGOMERY_ONE);
    multiply(r, a, &one);
    fp_reduce_once(r, r);
}

void fk_fp_plain(fp *r, const fp *a) {
    V t[16];
    for (int i = 0; i < 8; i++) {
        t[i] = a->l[i];
        t[i + 8] = _mm512_setzero_si512();
    }
    reduce(r, t, 0);
    fp_reduce_once(r, r);
}

M fk_fp_is_zero(const fp *a) {
    fp plain;
    fk_fp_plain(&plain, a);
    return fp_limbs_zero(&plain);
}

M fk_fp2_is_zero(const fp2 *a) { return fk_fp_is_zero(&a->c0) & fk_fp_is_zero(&a->c1); }

/// Karatsuba on columns: t0 = x0·y0, t1 = x1·y1, t = (x0 + x1)(y0 + y1), all summed over the products.
INLINE void finish(fp2 *r, V t[16], const V t0[16], const V t1[16]) {
    V d[16];
    for (int i = 0; i < 16; i++) t[i] = sub64(t[i], add64(t0[i], t1[i]));
    fp c1;
    reduce(&c1, t, 0);
    for (int i = 0; i < 16; i++) d[i] = sub64(t0[i], t1[i]);
    reduce(&r->c0, d, 1);
    r->c1 = c1;
}

void fk_fp2_mul(fp2 *r, const fp2 *a, const fp2 *b) {
    fp x, y;
    fp_add(&x, &a->c0, &a->c1);
    fp_add(&y, &b->c0, &b->c1);
    V t[16], t0[16], t1[16];
    for (int i = 0; i < 16; i++) t[i] = t0[i] = t1[i] = _mm512_setzero_si512();
    accumulate(t0, &a->c0, &b->c0);
    accumulate(t1, &a->c1, &b->c1);
    accumulate(t, &x, &y);
    finish(r, t, t0, t1);
}

void fk_fp2_dot3(fp2 *r, const fp2s *a0, const fp2s *b0, const fp2s *a1, const fp2s *b1, const fp2s *a2, const fp2s *b2) {
    V t[16], t0[16], t1[16];
    for (int i = 0; i < 16; i++) t[i] = t0[i] = t1[i] = _mm512_setzero_si512();
    accumulate(t0, &a0->c0, &b0->c0);
    accumulate(t0, &a1->c0, &b1->c0);
    accumulate(t0, &a2->c0, &b2->c0);
    accumulate(t1, &a0->c1, &b0->c1);
    accumulate(t1, &a1->c1, &b1->c1);
    accumulate(t1, &a2->c1, &b2->c1);
    accumulate(t, &a0->sum, &b0->sum);
    accumulate(t, &a1->sum, &b1->sum);
    accumulate(t, &a2->sum, &b2->sum);
    finish(r, t, t0, t1);
}

void fk_fp2_sqr(fp2 *r, const fp2 *a) {
    fp sum, difference, twice;
    fp_add(&sum, &a->c0, &a->c1);
    fp_sub_wide(&difference, &a->c0, &a->c1);
    fp_add(&twice, &a->c0, &a->c0);
    multiply(&r->c1, &twice, &a->c1);
    multiply(&r->c0, &sum, &difference);
}

void fk_fp2_mul_fp(fp2 *r, const fp2 *a, const fp *b) {
    const fp scale = *b;
    multiply(&r->c0, &a->c0, &scale);
    multiply(&r->c1, &a->c1, &scale);
}

/// (p - 3) / 4, by bits.
static const uint64_t ROOT_EXPONENT[6] = {0xee7fbfffffffeaaa, 0x07aaffffac54ffff, 0xd9cc34a83dac3d89,
                                          0xd91dd2e13ce144af, 0x92c6e9ed90d2eb35, 0x0680447a8e5ff9a6};

static inline unsigned exponent_bits(int low, int width) {
    unsigned bits = 0;
    for (int i = width - 1; i >= 0; i--) {
        const int at = low + i;
        bits = bits << 1 | (unsigned)(ROOT_EXPONENT[at / 64] >> (at % 64) & 1);
    }
    return bits;
}

void fk_fp_root_power2(fp *r0, fp *r1, const fp *a0, const fp *a1) {
    fp odd0[16], odd1[16], x, y;
    odd0[0] = *a0;
    odd1[0] = *a1;
    fk_fp_sqr(&x, a0);
    fk_fp_sqr(&y, a1);
    for (int i = 1; i < 16; i++) {
        fk_fp_mul(&odd0[i], &odd0[i - 1], &x);
        fk_fp_mul(&odd1[i], &odd1[i - 1], &y);
    }
    int left = 379, started = 0;
    while (left > 0) {
        if (exponent_bits(left - 1, 1) == 0) {
            left--;
            fk_fp_sqr(&x, &x);
            fk_fp_sqr(&y, &y);
            continue;
        }
        int width = left < 5 ? left : 5;
        while ((exponent_bits(left - width, 1)) == 0) width--;
        const unsigned digit = exponent_bits(left - width, width);
        if (started) {
            for (int i = 0; i < width; i++) {
                fk_fp_sqr(&x, &x);
                fk_fp_sqr(&y, &y);
            }
            fk_fp_mul(&x, &x, &odd0[digit >> 1]);
            fk_fp_mul(&y, &y, &odd1[digit >> 1]);
        } else {
            x = odd0[digit >> 1];
            y = odd1[digit >> 1];
            started = 1;
        }
        left -= width;
    }
    *r0 = x;
    *r1 = y;
}

M fk_fp_equal(const fp *a, const fp *b) {
    fp d;
    fp_sub_wide(&d, a, b);
    return fk_fp_is_zero(&d);
}

/// Square roots of two squares, given roots of their norms; the scalar code tells how.
void fk_fp2_square_roots(fp2 s[2], const fp2 w[2], const fp norm_root[2]) {
    fp delta[2], r[2], half, zero;
    fp_constant(&half, MONTGOMERY_HALF);
    fp_zero(&zero);
    for (int k = 0; k < 2; k++) {
        fp_add(&delta[k], &w[k].c0, &norm_root[k]);
        fk_fp_mul(&delta[k], &delta[k], &half);
        fp_select(&delta[k], fk_fp_is_zero(&delta[k]), &delta[k], &w[k].c0);
    }
    fk_fp_root_power2(&r[0], &r[1], &delta[0], &delta[1]);
    for (int k = 0; k < 2; k++) {
        fp x, other, square, minus_other;
        fk_fp_mul(&x, &delta[k], &r[k]);
        fk_fp_mul(&other, &w[k].c1, &r[k]);
        fk_fp_mul(&other, &other, &half);
        fp_sub(&minus_other, &zero, &other);
        fk_fp_sqr(&square, &x);
        fp reduced;
        fk_fp_canonical(&reduced, &delta[k]);
        const M is_root = fk_fp_equal(&square, &reduced);
        fp_select(&s[k].c0, is_root, &minus_other, &x);
        fp_select(&s[k].c1, is_root, &x, &other);
    }
}

void fk_psi(fp2 *rx, fp2 *ry, const fp2 *x, const fp2 *y) {
    fp2 c, conjugate;
    fp k, zero;
    fp_zero(&zero);
    fp_constant(&k, PSI_X1);
    // (x0 - x1·i)·k·i
    fk_fp_mul(&c.c0, &x->c1, &k);
    fk_fp_mul(&c.c1, &x->c0, &k);
    *rx = c;
    fp_constant(&c.c0, PSI_Y0);
    fp_constant(&c.c1, PSI_Y1);
    conjugate.c0 = y->c0;
    fp_sub_wide(&conjugate.c1, &zero, &y->c1);
    fk_fp2_mul(ry, &conjugate, &c);
}

M fk_fp2_equal(const fp2 *a, const fp2 *b) { return fk_fp_equal(&a->c0, &b->c0) & fk_fp_equal(&a->c1, &b->c1); }

/// Rows of eight words to columns and back.
INLINE void transpose(V r[8]) {
    V a[8], b[8];
    for (int i = 0; i < 4; i++) {
        a[2 * i] = _mm512_unpacklo_epi64(r[2 * i], r[2 * i + 1]);
        a[2 * i + 1] = _mm512_unpackhi_epi64(r[2 * i], r[2 * i + 1]);
    }
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++) {
            b[i * 4 + j] = _mm512_shuffle_i64x2(a[i * 4 + j], a[i * 4 + 2 + j], 0x88);
            b[i * 4 + 2 + j] = _mm512_shuffle_i64x2(a[i * 4 + j], a[i * 4 + 2 + j], 0xdd);
        }
    }
    // b[0..3]: words {0,4},{1,5},{2,6},{3,7} of lanes 0…3, b[4..7] of lanes 4…7.
    for (int j = 0; j < 4; j++) {
        r[j] = _mm512_shuffle_i64x2(b[j], b[4 + j], 0x88);
        r[4 + j] = _mm512_shuffle_i64x2(b[j], b[4 + j], 0xdd);
    }
}

/// The words are the number over 2^32: loading is a shift, and leaves it below 2^32 p.
INLINE void load_raw(fp *r, const uint64_t *words, size_t stride, size_t count) {
    V w[8];
    for (size_t i = 0; i < 8; i++)
        w[i] = i < count ? _mm512_maskz_loadu_epi64(0x3f, words + i * stride) : _mm512_setzero_si512();
    transpose(w);
    const V mask = all(LIMB_MASK);
    // Bits 52k … 52k + 51 of the number times 2^32.
    r->l[0] = _mm512_and_si512(_mm512_slli_epi64(w[0], 32), mask);
    for (int k = 1; k < 8; k++) {
        const int low = 52 * k - 32, word = low / 64, shift = low % 64;
        V x = _mm512_srli_epi64(w[word], (unsigned)shift);
        if (shift > 12 && word < 5) x = _mm512_or_si512(x, _mm512_slli_epi64(w[word + 1], (unsigned)(64 - shift)));
        r->l[k] = _mm512_and_si512(x, mask);
    }
}

void fk_load(fp *r, const uint64_t *words, size_t stride, size_t count) {
    fp raw;
    load_raw(&raw, words, stride, count);
    fp_trim(r, &raw);
}

void fk_load2(fp2 *r, const uint64_t *words, size_t stride, size_t count) {
    fk_load(&r->c0, words, stride, count);
    fk_load(&r->c1, words + 6, stride, count);
}

void fk_store(uint64_t *words, size_t stride, size_t count, const fp *a) {
    fp x;
    // Below p first: then the value plus a 32-bit multiple of p, over 2^32, is below 1.1 p.
    fk_fp_canonical(&x, a);
    const V low = _mm512_and_si512(
        _mm512_madd52lo_epu64(_mm512_setzero_si512(), x.l[0], all(PRIME_INVERSE)), all(0xffffffff));
    V t[9];
    for (int i = 0; i < 8; i++) t[i] = _mm512_madd52lo_epu64(x.l[i], low, all(PRIME[i]));
    for (int i = 0; i < 7; i++) t[i + 1] = _mm512_madd52hi_epu64(t[i + 1], low, all(PRIME[i]));
    carry(&x, t);
    // Shifted down by 32 bits, limb by limb, to be compared with p.
    fp y;
    const V mask = all(LIMB_MASK);
    for (int i = 0; i < 7; i++)
        y.l[i] = _mm512_and_si512(
            _mm512_or_si512(_mm512_srli_epi64(x.l[i], 32), _mm512_slli_epi64(x.l[i + 1], 20)), mask);
    y.l[7] = _mm512_srli_epi64(x.l[7], 32);
    fp_reduce_once(&y, &y);
    V w[8];
    for (int k = 0; k < 6; k++) {
        const int low_bit = 64 * k, limb = low_bit / 52, shift = low_bit % 52;
        V v = _mm512_srli_epi64(y.l[limb], (unsigned)shift);
        v = _mm512_or_si512(v, _mm512_slli_epi64(y.l[limb + 1], (unsigned)(52 - shift)));
        if (104 - shift < 64 && limb < 6)
            v = _mm512_or_si512(v, _mm512_slli_epi64(y.l[limb + 2], (unsigned)(104 - shift)));
        w[k] = v;
    }
    w[6] = w[7] = _mm512_setzero_si512();
    transpose(w);
    for (size_t i = 0; i < count && i < 8; i++) _mm512_mask_storeu_epi64(words + i * stride, 0x3f, w[i]);
}

void fk_store2(uint64_t *words, size_t stride, size_t count, const fp2 *a) {
    fk_store(words, stride, count, &a->c0);
    fk_store(words + 6, stride, count, &a->c1);
}

#pragma clang attribute pop

#endif
