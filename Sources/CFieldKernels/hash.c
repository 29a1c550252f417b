#if defined(__x86_64__)

#include "target.h"
#include "kernels.h"
#include "CFieldKernels.h"

#define FIELD fp2
#define MUL fk_fp2_mul
#define SQR fk_fp2_sqr
#include "curve.h"

INLINE void fp2_constant(fp2 *r, const uint64_t c0[8], const uint64_t c1[8]) {
    fp_constant(&r->c0, c0);
    fp_constant(&r->c1, c1);
}

INLINE void fp2_neg(fp2 *r, const fp2 *a) {
    fp2 zero;
    fp2_zero(&zero);
    fp2_sub_wide(r, &zero, a);
}

/// `sgn0` of RFC 9380 by lanes.
static M is_odd(const fp2 *a) {
    fp c0, c1;
    fk_fp_plain(&c0, &a->c0);
    fk_fp_plain(&c1, &a->c1);
    const M zero = fp_limbs_zero(&c0);
    const M odd0 = _mm512_test_epi64_mask(c0.l[0], all(1)), odd1 = _mm512_test_epi64_mask(c1.l[0], all(1));
    return (M)((odd0 & ~zero) | (odd1 & zero));
}

/// RFC 9380: `map_to_curve_simple_swu` of two elements a lane, giving points of E' in Jacobian coordinates.
static void map(point out[2], const fp2 t[2]) {
    fp2 curve_a, curve_b, z, za, z_cubed, one, zt2[2], n[2], d[2], u[2], w[2], s[2], tt[2];
    fp norm[2], r[2], root[2], root_factor;
    M square[2];
    fp_zero(&curve_a.c0);
    fp_constant(&curve_a.c1, SWU_A1);
    fp2_constant(&curve_b, SWU_B0, SWU_B0);
    fp2_constant(&z, SWU_Z0, SWU_Z1);
    fp2_constant(&za, SWU_ZA0, SWU_ZA1);
    fp2_constant(&z_cubed, SWU_Z_CUBED0, SWU_Z_CUBED1);
    fp_constant(&root_factor, SWU_NORM_ROOT);
    fp2_zero(&one);
    fp_constant(&one.c0, MONTGOMERY_ONE);
    for (int k = 0; k < 2; k++) {
        fp2 tv, d2, v, x, y;
        fk_fp2_sqr(&tt[k], &t[k]);
        fk_fp2_mul(&zt2[k], &z, &tt[k]);
        fk_fp2_sqr(&tv, &zt2[k]);
        fp2_add(&tv, &tv, &zt2[k]);
        fk_fp2_mul(&x, &curve_a, &tv);
        fp2_neg(&x, &x);
        fp2_select(&d[k], fk_fp2_is_zero(&tv), &x, &za);
        fp2_add(&tv, &tv, &one);
        fk_fp2_mul(&n[k], &curve_b, &tv);
        fk_fp2_sqr(&d2, &d[k]);
        fk_fp2_mul(&v, &d2, &d[k]);
        // u = (n² + A·d²)·n + B·v, w = u·v
        fk_fp2_sqr(&x, &n[k]);
        fk_fp2_mul(&y, &curve_a, &d2);
        fp2_add(&x, &x, &y);
        fk_fp2_mul(&x, &x, &n[k]);
        fk_fp2_mul(&y, &curve_b, &v);
        fp2_add(&u[k], &x, &y);
        fk_fp2_mul(&w[k], &u[k], &v);
        fp a, b;
        fk_fp_sqr(&a, &w[k].c0);
        fk_fp_sqr(&b, &w[k].c1);
        fp_add(&norm[k], &a, &b);
    }
    fk_fp_root_power2(&r[0], &r[1], &norm[0], &norm[1]);
    fp2 rooted[2];
    for (int k = 0; k < 2; k++) {
        fp a, b;
        fk_fp_mul(&root[k], &norm[k], &r[k]);
        fk_fp_sqr(&a, &root[k]);
        square[k] = fk_fp_equal(&a, &norm[k]);
        fk_fp_mul(&b, &root[k], &root_factor);
        fp_select(&root[k], square[k], &b, &root[k]);
        fk_fp2_mul(&rooted[k], &z_cubed, &w[k]);
        fp2_select(&rooted[k], square[k], &rooted[k], &w[k]);
    }
    fk_fp2_square_roots(s, rooted, root);
    for (int k = 0; k < 2; k++) {
        fp2 x, y, minus;
        fp rr;
        fk_fp2_mul(&x, &s[k], &tt[k]);
        fk_fp2_mul(&x, &x, &t[k]);
        fp2_select(&s[k], square[k], &x, &s[k]);
        // y = ±s·u·conj(w)·r², the sign by the character of w.
        fk_fp2_mul(&y, &s[k], &u[k]);
        x = w[k];
        fp zero;
        fp_zero(&zero);
        fp_sub(&x.c1, &zero, &w[k].c1);
        fk_fp2_mul(&y, &y, &x);
        fk_fp_sqr(&rr, &r[k]);
        fk_fp2_mul_fp(&y, &y, &rr);
        fp2_neg(&minus, &y);
        fp2_select(&y, square[k], &minus, &y);
        fp2_neg(&minus, &s[k]);
        fp2_select(&out[k].y, (M)(is_odd(&y) ^ is_odd(&t[k])), &s[k], &minus);
        fk_fp2_mul(&x, &n[k], &d[k]);
        fk_fp2_mul(&y, &x, &zt2[k]);
        fp2_select(&out[k].x, square[k], &y, &x);
        out[k].z = d[k];
    }
}

/// The 3-isogeny to the twisted curve, as in the scalar code; 48 and 32 come out of its constants.
static void isogeny(point *r, const point *p) {
    fp2 z2, z4, z6, q, d, d2, d3, m, x, y, z;
    fk_fp2_sqr(&z2, &p->z);
    fk_fp2_sqr(&z4, &z2);
    fk_fp2_mul(&z6, &z4, &z2);
    fp2_shift(&q, &z2, 1);
    fp2_triple(&q, &q);
    // d = x + 6(1 - i)·Z²
    fp_add(&d.c0, &q.c0, &q.c1);
    fp_add(&d.c0, &d.c0, &p->x.c0);
    fp_add(&d.c1, &p->x.c1, &q.c1);
    fp_sub(&d.c1, &d.c1, &q.c0);
    fk_fp2_sqr(&d2, &d);
    fk_fp2_mul(&d3, &d2, &d);
    fk_fp2_mul(&m, &d, &z4);
    fp2_triple(&m, &m);
    fp2_shift(&m, &m, 4);
    fp2_shift(&z6, &z6, 4);
    // x·d² + 48i·d·Z⁴ + 16ξ·Z⁶
    fk_fp2_mul(&x, &p->x, &d2);
    fp_sub_wide(&x.c0, &x.c0, &m.c1);
    fp_add(&x.c1, &x.c1, &m.c0);
    fp2_times_xi(&q, &z6);
    fp2_add(&x, &x, &q);
    // -y·(d³ - 48i·d·Z⁴ - 32ξ·Z⁶)
    fp_add(&y.c0, &d3.c0, &m.c1);
    fp_sub_wide(&y.c1, &d3.c1, &m.c0);
    fp2_shift(&z6, &z6, 1);
    fp_add(&y.c0, &y.c0, &z6.c1);
    fp_sub_wide(&y.c0, &y.c0, &z6.c0);
    fp_add(&z6.c0, &z6.c0, &z6.c1);
    fp_sub_wide(&y.c1, &y.c1, &z6.c0);
    fk_fp2_mul(&y, &p->y, &y);
    fk_fp2_mul(&z, &p->z, &d);
    fp2_triple(&r->z, &z);
    r->x = x;
    fp2_neg(&r->y, &y);
}

static void psi(point *r, const point *p) {
    fp zero;
    fp_zero(&zero);
    fk_psi(&r->x, &r->y, &p->x, &p->y);
    r->z.c0 = p->z.c0;
    fp_sub_wide(&r->z.c1, &zero, &p->z.c1);
}

/// ψ², which is multiplication by x² on G2.
static void psi_squared(point *r, const point *p) {
    fp k;
    fp_constant(&k, PSI_SQUARED_X);
    fk_fp2_mul_fp(&r->x, &p->x, &k);
    fp2_neg(&r->y, &p->y);
    r->z = p->z;
}

/// |x|·p; r may not be p.
static void times_parameter(point *r, const point *p) {
    *r = *p;
    for (int bit = 62; bit >= 0; bit--) {
        point_double(r, r);
        if (PARAMETER >> bit & 1) point_add(r, r, p);
    }
}

static void clear_cofactor(point *r, const point *p) {
    point image, minus_image, minus, inner, twice;
    psi(&image, p);
    point_negate(&minus_image, &image);
    point_negate(&minus, p);
    times_parameter(&inner, p);
    point_add(&inner, &inner, p);
    point_add(&inner, &inner, &minus_image);
    times_parameter(r, &inner);
    point_add(r, r, &minus);
    point_add(r, r, &minus_image);
    point_double(&twice, p);
    psi_squared(&twice, &twice);
    point_add(r, r, &twice);
}

void fk_hash_to_g2(uint64_t *out, const uint64_t *elements, size_t count) {
    fp2 t[2];
    point p[2];
    fk_load2(&t[0], elements, 24, count);
    fk_load2(&t[1], elements + 12, 24, count);
    map(p, t);
    point_add(&p[0], &p[0], &p[1]);
    isogeny(&p[1], &p[0]);
    clear_cofactor(&p[0], &p[1]);
    fk_store2(out, 36, count, &p[0].x);
    fk_store2(out + 12, 36, count, &p[0].y);
    fk_store2(out + 24, 36, count, &p[0].z);
}

#pragma clang attribute pop

#endif
