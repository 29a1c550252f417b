#if defined(__x86_64__)

#include "target.h"
#include "kernels.h"
#include "CFieldKernels.h"

#define FIELD fp
#define MUL fk_fp_mul
#define SQR fk_fp_sqr
#include "curve.h"

/// Eight affine points; coordinates below 2.2 p.
typedef struct { fp x, y; } affine;

// The workspace: the groups, then for each pair of them the product of the differences after it.

size_t fk_g1_sum_workspace(size_t groups) { return groups * sizeof(affine) + (groups / 2 + 1) * sizeof(fp); }

void fk_g1_sum_load(void *workspace, const uint64_t *points, size_t groups) {
    affine *g = workspace;
    for (size_t i = 0; i < groups; i++) {
        fk_load(&g[i].x, points + 96 * i, 12, 8);
        fk_load(&g[i].y, points + 96 * i + 6, 12, 8);
    }
}

void fk_g1_sum_differences(uint64_t products[48], void *workspace, size_t groups) {
    const affine *g = workspace;
    fp *after = (fp *)(g + groups);
    const size_t pairs = groups / 2;
    fp product, difference;
    fp_constant(&product, MONTGOMERY_ONE);
    // From the last to the first, so that the sums can take the groups' place from the first on.
    for (size_t i = pairs; i-- > 0;) {
        after[i] = product;
        fp_sub(&difference, &g[2 * i + 1].x, &g[2 * i].x);
        multiply(&product, &product, &difference);
    }
    fk_store(products, 6, 8, &product);
}

size_t fk_g1_sum_pairs(void *workspace, size_t groups, const uint64_t inverses[48]) {
    affine *g = workspace;
    const fp *after = (const fp *)(g + groups);
    const size_t pairs = groups / 2;
    fp inverse, slope, t, u, x;
    fk_load(&inverse, inverses, 6, 8);
    for (size_t i = 0; i < pairs; i++) {
        const affine *a = g + 2 * i, *b = a + 1;
        // 1 / (the difference)
        multiply(&t, &inverse, &after[i]);
        fp_sub(&u, &b->x, &a->x);
        multiply(&inverse, &inverse, &u);
        fp_sub(&u, &b->y, &a->y);
        multiply(&slope, &u, &t);
        fk_fp_sqr(&t, &slope);
        fp_add(&u, &a->x, &b->x);
        fp_sub(&t, &t, &u);
        fp_trim(&x, &t);
        fp_sub(&u, &a->x, &x);
        multiply(&t, &u, &slope);
        fp_sub(&t, &t, &a->y);
        g[i].x = x;
        fp_trim(&g[i].y, &t);
    }
    if (groups % 2 == 1) g[pairs] = g[groups - 1];
    return pairs + groups % 2;
}

void fk_g1_sum_finish(uint64_t out[144], void *workspace, size_t groups) {
    const affine *g = workspace;
    point total, next;
    total.x = g[0].x;
    total.y = g[0].y;
    fp_constant(&total.z, MONTGOMERY_ONE);
    next.z = total.z;
    for (size_t i = 1; i < groups; i++) {
        next.x = g[i].x;
        next.y = g[i].y;
        point_add(&total, &total, &next);
    }
    fk_store(out, 18, 8, &total.x);
    fk_store(out + 6, 18, 8, &total.y);
    fk_store(out + 12, 18, 8, &total.z);
}

#pragma clang attribute pop

#endif
