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

#pragma clang attribute pop

#endif
