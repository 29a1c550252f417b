#if defined(__x86_64__)

#include "target.h"
#include "kernels.h"
#include "CFieldKernels.h"

#define FIELD fp2
#define MUL fk_fp2_mul
#define SQR fk_fp2_sqr
#include "curve.h"

/// x²·p = ψ²(p).
static void times_square(point *r, const point *p) {
    fp k;
    fp_constant(&k, PSI_SQUARED_X);
    point_negate(r, p);
    fk_fp2_mul_fp(&r->x, &r->x, &k);
}

#include "weights.h"

void fk_g2_weighted_sums(uint64_t *out, const uint64_t *points, const uint64_t *weights, size_t count) {
    point p, product, total, sum;
    for (size_t i = 0; i < count; i += 8) {
        const size_t lanes = count - i < 8 ? count - i : 8;
        fk_load2(&p.x, points + 24 * i, 24, lanes);
        fk_load2(&p.y, points + 24 * i + 12, 24, lanes);
        fp2_zero(&p.z);
        fp_constant(&p.z.c0, MONTGOMERY_ONE);
        multiply_by_weights(&product, &p, weights + i, lanes);
        if (i == 0) {
            total = product;
        } else {
            point_add(&sum, &total, &product);
            point_select(&total, (M)((1u << lanes) - 1), &total, &sum);
        }
    }
    fk_store2(out, 36, 8, &total.x);
    fk_store2(out + 12, 36, 8, &total.y);
    fk_store2(out + 24, 36, 8, &total.z);
}

/// |x|·p; r may not be p.
static void times_parameter(point *r, const point *p) {
    *r = *p;
    for (int bit = 62; bit >= 0; bit--) {
        point_double(r, r);
        if (PARAMETER >> bit & 1) point_add(r, r, p);
    }
}

void fk_g2_recover(uint64_t *y, const uint64_t *x, size_t count, unsigned *on_curve, unsigned *in_group) {
    const size_t lanes[2] = {count < 8 ? count : 8, count < 8 ? 0 : count - 8};
    point p[2];
    fp2 rhs[2], root[2];
    fp norm[2], four, square;
    unsigned valid = 0, member = 0;
    fp_constant(&four, FOUR);
    for (int k = 0; k < 2; k++) {
        fk_load2(&p[k].x, x + 96 * k, 12, lanes[k]);
        fk_fp2_sqr(&rhs[k], &p[k].x);
        fk_fp2_mul(&rhs[k], &rhs[k], &p[k].x);
        fp_add(&rhs[k].c0, &rhs[k].c0, &four);
        fp_add(&rhs[k].c1, &rhs[k].c1, &four);
        fk_fp_sqr(&norm[k], &rhs[k].c0);
        fk_fp_sqr(&square, &rhs[k].c1);
        fp_add(&norm[k], &norm[k], &square);
    }
    fp power[2];
    fk_fp_root_power2(&power[0], &power[1], &norm[0], &norm[1]);
    for (int k = 0; k < 2; k++) {
        fk_fp_mul(&power[k], &power[k], &norm[k]);
        fk_fp_sqr(&square, &power[k]);
        valid |= (unsigned)fk_fp_equal(&square, &norm[k]) << (8 * k);
    }
    fk_fp2_square_roots(root, rhs, power);
    for (int k = 0; k < 2; k++) {
        p[k].y = root[k];
        fp2_zero(&p[k].z);
        fp_constant(&p[k].z.c0, MONTGOMERY_ONE);
        fk_store2(y + 96 * k, 12, lanes[k], &p[k].y);
        if (lanes[k] == 0) continue;
        // -x·p = -ψ(p)
        point multiple, image;
        times_parameter(&multiple, &p[k]);
        fk_psi(&image.x, &image.y, &p[k].x, &p[k].y);
        fp2 zero;
        fp2_zero(&zero);
        fp2_sub_wide(&image.y, &zero, &image.y);
        // Jacobian against affine; no exceptional addition meets a member.
        fp2 zz, t;
        SQR(&zz, &multiple.z);
        MUL(&t, &image.x, &zz);
        M same = (M)~fk_fp2_is_zero(&multiple.z) & fk_fp2_equal(&t, &multiple.x);
        MUL(&zz, &zz, &multiple.z);
        MUL(&t, &image.y, &zz);
        same &= fk_fp2_equal(&t, &multiple.y);
        member |= (unsigned)same << (8 * k);
    }
    *on_curve = valid;
    *in_group = valid & member;
}

#pragma clang attribute pop

#endif
