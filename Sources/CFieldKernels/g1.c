#if defined(__x86_64__)

#include "target.h"
#include "kernels.h"
#include "CFieldKernels.h"

#define FIELD fp
#define MUL fk_fp_mul
#define SQR fk_fp_sqr
#include "curve.h"

/// x²·p = -φ(p).
static void times_square(point *r, const point *p) {
    fp beta;
    fp_constant(&beta, BETA);
    point_negate(r, p);
    fk_fp_mul(&r->x, &r->x, &beta);
}

#include "weights.h"

void fk_g1_multiply(uint64_t *out, const uint64_t *points, const uint64_t *weights, size_t count) {
    point p;
    fk_load(&p.x, points, 12, count);
    fk_load(&p.y, points + 6, 12, count);
    fp_constant(&p.z, MONTGOMERY_ONE);
    multiply_by_weights(&p, &p, weights, count);
    fk_store(out, 18, count, &p.x);
    fk_store(out + 6, 18, count, &p.y);
    fk_store(out + 12, 18, count, &p.z);
}

/// |x|·p; r may not be p.
static void times_parameter(point *r, const point *p) {
    *r = *p;
    for (int bit = 62; bit >= 0; bit--) {
        point_double(r, r);
        if (PARAMETER >> bit & 1) point_add(r, r, p);
    }
}

void fk_g1_recover(uint64_t *y, const uint64_t *x, size_t count, unsigned *on_curve, unsigned *in_group) {
    const size_t lanes[2] = {count < 8 ? count : 8, count < 8 ? 0 : count - 8};
    point p[2];
    fp rhs[2], root[2], four, square;
    fp_constant(&four, FOUR);
    for (int k = 0; k < 2; k++) {
        fk_load(&p[k].x, x + 48 * k, 6, lanes[k]);
        fk_fp_sqr(&rhs[k], &p[k].x);
        fk_fp_mul(&rhs[k], &rhs[k], &p[k].x);
        fp_add(&rhs[k], &rhs[k], &four);
    }
    fk_fp_root_power2(&root[0], &root[1], &rhs[0], &rhs[1]);
    unsigned valid = 0, member = 0;
    for (int k = 0; k < 2; k++) {
        fk_fp_mul(&p[k].y, &root[k], &rhs[k]);
        fk_fp_sqr(&square, &p[k].y);
        valid |= (unsigned)fk_fp_equal(&square, &rhs[k]) << (8 * k);
        fp_constant(&p[k].z, MONTGOMERY_ONE);
        fk_store(y + 48 * k, 6, lanes[k], &p[k].y);
        if (lanes[k] == 0) continue;
        // x²·p = -φ(p)
        point multiple, image;
        times_parameter(&image, &p[k]);
        times_parameter(&multiple, &image);
        times_square(&image, &p[k]);
        // Jacobian against affine; no exceptional addition meets a member.
        fp zz, t;
        SQR(&zz, &multiple.z);
        MUL(&t, &image.x, &zz);
        M same = (M)~fk_fp_is_zero(&multiple.z) & fk_fp_equal(&t, &multiple.x);
        MUL(&zz, &zz, &multiple.z);
        MUL(&t, &image.y, &zz);
        same &= fk_fp_equal(&t, &multiple.y);
        member |= (unsigned)same << (8 * k);
    }
    *on_curve = valid;
    *in_group = valid & member;
}

#pragma clang attribute pop

#endif
