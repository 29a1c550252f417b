#ifndef FIELD_KERNELS_KERNELS_H
#define FIELD_KERNELS_KERNELS_H

#include "lanes.h"

// What the kernel files offer each other; every result may be one of the operands unless it says otherwise.

void fk_fp_mul(fp *r, const fp *a, const fp *b);
void fk_fp_sqr(fp *r, const fp *a);
/// Into [0, p).
void fk_fp_canonical(fp *r, const fp *a);
/// The plain integer, out of Montgomery form, in [0, p).
void fk_fp_plain(fp *r, const fp *a);
/// The lanes that are zero modulo p.
M fk_fp_is_zero(const fp *a);
M fk_fp2_is_zero(const fp2 *a);
/// a^((p-3)/4) for two independent values at once, whose chains of dependent steps overlap.
void fk_fp_root_power2(fp *r0, fp *r1, const fp *a0, const fp *a1);

/// Whether a and b are the same modulo p; b < 1024p.
M fk_fp_equal(const fp *a, const fp *b);
M fk_fp2_equal(const fp2 *a, const fp2 *b);

/// Square roots of two squares a lane, given square roots of their norms; roots of others are meaningless.
void fk_fp2_square_roots(fp2 s[2], const fp2 w[2], const fp norm_root[2]);

void fk_fp2_mul(fp2 *r, const fp2 *a, const fp2 *b);
/// The coordinates of ψ of a point: conjugated, times constants. y.c1 < 1024p.
void fk_psi(fp2 *rx, fp2 *ry, const fp2 *x, const fp2 *y);
void fk_fp2_sqr(fp2 *r, const fp2 *a);
void fk_fp2_mul_fp(fp2 *r, const fp2 *a, const fp *b);
/// a0·b0 + a1·b1 + a2·b2, reduced once.
void fk_fp2_dot3(fp2 *r, const fp2s *a0, const fp2s *b0, const fp2s *a1, const fp2s *b1, const fp2s *a2, const fp2s *b2);

// Between the scalar code's words (6 × 64 bits, times 2^384) and lanes. `stride` is the distance of lanes in words.

/// Loads `count` lanes, the others zero; < 2.2 p.
void fk_load(fp *r, const uint64_t *words, size_t stride, size_t count);
void fk_load2(fp2 *r, const uint64_t *words, size_t stride, size_t count);
/// Stores `count` lanes as reduced elements.
void fk_store(uint64_t *words, size_t stride, size_t count, const fp *a);
void fk_store2(uint64_t *words, size_t stride, size_t count, const fp2 *a);

#endif
