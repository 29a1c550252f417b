#include "CFieldKernels.h"

#if defined(__x86_64__)

#include "adx.h"

#define FIELD fe
#define WORDS 6
#define NAME(name) name##_g1
#define ADD add
#define SUBTRACT subtract
#define SUM sum
#define MULTIPLY fk_adx_multiply
#define SQUARE(r, a) fk_adx_square(r, a, 1)
#define PRODUCT_DIFFERENCE fk_adx_product_difference
#define PRODUCT_MINUS_TWICE_SQUARE fk_adx_product_minus_twice_square
#include "adx_curve.h"
#undef FIELD
#undef WORDS
#undef NAME
#undef ADD
#undef SUBTRACT
#undef SUM
#undef MULTIPLY
#undef SQUARE
#undef PRODUCT_DIFFERENCE
#undef PRODUCT_MINUS_TWICE_SQUARE

#define FIELD fe2
#define WORDS 12
#define NAME(name) name##_g2
#define ADD add2
#define SUBTRACT subtract2
#define SUM sum2
#define MULTIPLY fk_adx_multiply2
#define SQUARE fk_adx_square2
#define PRODUCT_DIFFERENCE fk_adx_product_difference2
#define PRODUCT_MINUS_TWICE_SQUARE fk_adx_product_minus_twice_square2
#include "adx_curve.h"

typedef struct { fe x, y; } affine;

bool fk_adx_pair_products(void *product, void *products, const void *points, size_t pairs) {
    const affine *p = points;
    fe *before = products;
    fe all = *(fe *)product, difference;
    for (size_t i = 0; i < pairs; i++) {
        before[i] = all;
        subtract(&difference, &p[2 * i + 1].x, &p[2 * i].x);
        multiply(&all, &all, &difference);
    }
    *(fe *)product = all;
    return !is_zero(all.l, 6);
}

void fk_adx_add_pairs(
    void *sums, const void *points, size_t pairs, const void *inverse, const void *products) {
    const affine *p = points;
    affine *r = sums;
    const fe *before = products;
    fe rest = *(const fe *)inverse, slope, t, x;
    for (size_t i = pairs; i-- > 0;) {
        const affine *a = p + 2 * i, *b = a + 1;
        multiply(&slope, &rest, before + i);
        subtract(&t, &b->x, &a->x);
        multiply(&rest, &rest, &t);
        subtract(&t, &b->y, &a->y);
        multiply(&slope, &slope, &t);
        square(&x, &slope);
        subtract(&x, &x, &a->x);
        subtract(&x, &x, &b->x);
        subtract(&t, &a->x, &x);
        multiply(&t, &t, &slope);
        subtract(&r[i].y, &t, &a->y);
        r[i].x = x;
    }
}

#endif
