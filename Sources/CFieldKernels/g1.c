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

#pragma clang attribute pop

#endif
