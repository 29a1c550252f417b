#if defined(__x86_64__)

#include "target.h"
#include "kernels.h"
#include "CFieldKernels.h"
#include "curve_constants.h"

typedef struct { fp2 c0, c1, c2; } fp6;
typedef struct { fp6 c0, c1; } fp12;

/// Eight pairs: the running multiple of Q in homogeneous coordinates, and P's share of the lines.
typedef struct {
    fp2 x, y, z, qx, qy;
    fp x_p, triple_x_p, y_p, minus_y_p;
} group;

typedef struct { fp2s l0, l1, l4; } line;

INLINE void set_line(line *r, const fp2 *l0, const fp2 *l1, const fp2 *l4, M used) {
    fp2 one, zero, t;
    if (used != 0xff) {
        // A lane without a pair multiplies by one.
        fp_constant(&one.c0, MONTGOMERY_ONE);
        fp_zero(&one.c1);
        fp_zero(&zero.c0);
        fp_zero(&zero.c1);
        fp2_select(&t, used, &one, l0);
        fp2_with_sum(&r->l0, &t);
        fp2_select(&t, used, &zero, l1);
        fp2_with_sum(&r->l1, &t);
        fp2_select(&t, used, &zero, l4);
        fp2_with_sum(&r->l4, &t);
    } else {
        fp2_with_sum(&r->l0, l0);
        fp2_with_sum(&r->l1, l1);
        fp2_with_sum(&r->l4, l4);
    }
}

/// T ← 2T and the tangent's line. The scalar code's formulas with every coordinate of T four times as large.
///
/// Bounds: coordinates of T stay below 1030 p, everything else is below 1100 p.
static void double_step(group *g, line *r, M used) {
    fp2 b, c, e, e3, h, t, u, l0, l1, l4;
    fk_fp2_sqr(&b, &g->y);
    fk_fp2_sqr(&c, &g->z);
    // e = 3·b'·Z², b' = 4ξ.
    fp2_triple(&t, &c);
    fp2_shift(&t, &t, 2);
    fp2_times_xi_small(&e, &t);
    fp2_triple(&e3, &e);
    fp2_add(&t, &g->y, &g->z);
    fk_fp2_sqr(&h, &t);
    fp2_add(&t, &b, &c);
    fp2_sub(&h, &h, &t);
    fp2_sub(&l0, &e, &b);
    fk_fp2_sqr(&t, &g->x);
    fk_fp2_mul_fp(&l1, &t, &g->triple_x_p);
    fk_fp2_mul_fp(&l4, &h, &g->minus_y_p);
    set_line(r, &l0, &l1, &l4, used);
    fp2_sub_wide(&t, &b, &e3);
    fk_fp2_mul(&u, &g->x, &g->y);
    fp2_shift(&u, &u, 1);
    fk_fp2_mul(&g->x, &u, &t);
    fp2_add(&t, &b, &e3);
    fk_fp2_sqr(&t, &t);
    fk_fp2_sqr(&u, &e);
    fp2_triple(&u, &u);
    fp2_shift(&u, &u, 2);
    fp2_sub(&g->y, &t, &u);
    fk_fp2_mul(&t, &b, &h);
    fp2_shift(&g->z, &t, 2);
}

/// T ← T + Q and the line through both.
static void add_step(group *g, line *r, M used) {
    fp2 theta, lambda, d, e, f, h, t, u, l0, l1, l4;
    fk_fp2_mul(&t, &g->qy, &g->z);
    fp2_sub(&theta, &g->y, &t);
    fk_fp2_mul(&t, &g->qx, &g->z);
    fp2_sub(&lambda, &g->x, &t);
    fk_fp2_sqr(&d, &lambda);
    fk_fp2_mul(&e, &lambda, &d);
    fk_fp2_mul(&f, &g->x, &d);
    fk_fp2_sqr(&t, &theta);
    fk_fp2_mul(&t, &g->z, &t);
    fp2_add(&h, &e, &t);
    fp2_add(&t, &f, &f);
    fp2_sub(&h, &h, &t);
    fk_fp2_mul(&l0, &theta, &g->qx);
    fk_fp2_mul(&t, &lambda, &g->qy);
    fp2_sub(&l0, &l0, &t);
    fp zero;
    fp_zero(&zero);
    fk_fp2_mul_fp(&l1, &theta, &g->x_p);
    fp_sub(&l1.c0, &zero, &l1.c0);
    fp_sub(&l1.c1, &zero, &l1.c1);
    fk_fp2_mul_fp(&l4, &lambda, &g->y_p);
    set_line(r, &l0, &l1, &l4, used);
    fk_fp2_mul(&g->x, &lambda, &h);
    fp2_sub_wide(&t, &f, &h);
    fk_fp2_mul(&t, &theta, &t);
    fk_fp2_mul(&u, &e, &g->y);
    fp2_sub(&g->y, &t, &u);
    fk_fp2_mul(&g->z, &g->z, &e);
}

/// f ← f·(l0 + l1·v + l4·v·w): each coordinate a sum of three products.
static void multiply_by_line(fp12 *f, const line *l) {
    fp2s a0, a1, a2, b0, b1, b2, xa2, xb1, xb2;
    fp2 t;
    fp2_with_sum(&a0, &f->c0.c0);
    fp2_with_sum(&a1, &f->c0.c1);
    fp2_with_sum(&a2, &f->c0.c2);
    fp2_with_sum(&b0, &f->c1.c0);
    fp2_with_sum(&b1, &f->c1.c1);
    fp2_with_sum(&b2, &f->c1.c2);
    fp2_times_xi(&t, &f->c0.c2);
    fp2_with_sum(&xa2, &t);
    fp2_times_xi(&t, &f->c1.c1);
    fp2_with_sum(&xb1, &t);
    fp2_times_xi(&t, &f->c1.c2);
    fp2_with_sum(&xb2, &t);
    fk_fp2_dot3(&f->c0.c0, &a0, &l->l0, &xa2, &l->l1, &xb1, &l->l4);
    fk_fp2_dot3(&f->c0.c1, &a1, &l->l0, &a0, &l->l1, &xb2, &l->l4);
    fk_fp2_dot3(&f->c0.c2, &a2, &l->l0, &a1, &l->l1, &b0, &l->l4);
    fk_fp2_dot3(&f->c1.c0, &b0, &l->l0, &xb2, &l->l1, &xa2, &l->l4);
    fk_fp2_dot3(&f->c1.c1, &b1, &l->l0, &b0, &l->l1, &a0, &l->l4);
    fk_fp2_dot3(&f->c1.c2, &b2, &l->l0, &b1, &l->l1, &a1, &l->l4);
}

static void fp6_mul(fp6 *r, const fp6 *a, const fp6 *b) {
    fp2s a0, a1, a2, xa1, xa2, b0, b1, b2;
    fp2 t;
    fp2_with_sum(&a0, &a->c0);
    fp2_with_sum(&a1, &a->c1);
    fp2_with_sum(&a2, &a->c2);
    fp2_times_xi(&t, &a->c1);
    fp2_with_sum(&xa1, &t);
    fp2_times_xi(&t, &a->c2);
    fp2_with_sum(&xa2, &t);
    fp2_with_sum(&b0, &b->c0);
    fp2_with_sum(&b1, &b->c1);
    fp2_with_sum(&b2, &b->c2);
    fk_fp2_dot3(&r->c0, &a0, &b0, &xa1, &b2, &xa2, &b1);
    fk_fp2_dot3(&r->c1, &a0, &b1, &a1, &b0, &xa2, &b2);
    fk_fp2_dot3(&r->c2, &a0, &b2, &a1, &b1, &a2, &b0);
}

static void fp6_add(fp6 *r, const fp6 *a, const fp6 *b) {
    fp2_add(&r->c0, &a->c0, &b->c0);
    fp2_add(&r->c1, &a->c1, &b->c1);
    fp2_add(&r->c2, &a->c2, &b->c2);
}

/// v·a, for a < 32p.
static void times_v(fp6 *r, const fp6 *a) {
    fp2_times_xi_small(&r->c0, &a->c2);
    r->c1 = a->c0;
    r->c2 = a->c1;
}

/// f², (a + b)(a + vb) - ab - v·ab and 2ab; operands below 32p, results below 1030p.
static void fp12_sqr(fp12 *f) {
    fp6 t, vt, s, u;
    fp6_mul(&t, &f->c0, &f->c1);
    fp6_add(&s, &f->c0, &f->c1);
    times_v(&u, &f->c1);
    fp6_add(&u, &u, &f->c0);
    fp6_mul(&s, &s, &u);
    times_v(&vt, &t);
    fp6_add(&vt, &vt, &t);
    fp2_sub_wide(&f->c0.c0, &s.c0, &vt.c0);
    fp2_sub_wide(&f->c0.c1, &s.c1, &vt.c1);
    fp2_sub_wide(&f->c0.c2, &s.c2, &vt.c2);
    fp6_add(&f->c1, &t, &t);
}

size_t fk_miller_workspace(size_t count) { return (count + 7) / 8 * sizeof(group); }

void fk_miller_loop(uint64_t out[576], const uint64_t *g1, const uint64_t *g2, size_t count, void *workspace) {
    group *groups = workspace;
    const size_t width = (count + 7) / 8;
    fp zero;
    fp12 f;
    line l;
    fp_zero(&zero);
    for (size_t i = 0; i < width; i++) {
        group *g = groups + i;
        const size_t lanes = count - 8 * i < 8 ? count - 8 * i : 8;
        fk_load(&g->x_p, g1 + 96 * i, 12, lanes);
        fk_load(&g->y_p, g1 + 96 * i + 6, 12, lanes);
        fp_triple(&g->triple_x_p, &g->x_p);
        fp_sub(&g->minus_y_p, &zero, &g->y_p);
        fk_load2(&g->qx, g2 + 192 * i, 24, lanes);
        fk_load2(&g->qy, g2 + 192 * i + 12, 24, lanes);
        g->x = g->qx;
        g->y = g->qy;
        fp_constant(&g->z.c0, MONTGOMERY_ONE);
        g->z.c1 = zero;
    }
    const M last = (M)(count % 8 == 0 ? 0xff : (1u << count % 8) - 1);
    for (int i = 0; i < 12; i++) (&f.c0.c0.c0)[i] = zero;
    fp_constant(&f.c0.c0.c0, MONTGOMERY_ONE);
    for (int bit = 62; bit >= 0; bit--) {
        if (bit < 62) fp12_sqr(&f);
        for (size_t i = 0; i < width; i++) {
            double_step(groups + i, &l, i + 1 == width ? last : 0xff);
            multiply_by_line(&f, &l);
        }
        if (PARAMETER >> bit & 1) {
            for (size_t i = 0; i < width; i++) {
                add_step(groups + i, &l, i + 1 == width ? last : 0xff);
                multiply_by_line(&f, &l);
            }
        }
    }
    for (int i = 0; i < 12; i++) fk_store(out + 6 * i, 72, 8, (&f.c0.c0.c0) + i);
}

#pragma clang attribute pop

#endif
