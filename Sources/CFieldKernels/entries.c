#include "CFieldKernels.h"

#if defined(__x86_64__)

#include "target.h"
#include "kernels.h"

void fk_test_multiply(uint64_t out[48], const uint64_t a[48], const uint64_t b[48]) {
    fp x, y;
    fk_load(&x, a, 6, 8);
    fk_load(&y, b, 6, 8);
    fk_fp_mul(&x, &x, &y);
    fk_store(out, 6, 8, &x);
}

void fk_test_square(uint64_t out[48], const uint64_t a[48]) {
    fp x;
    fk_load(&x, a, 6, 8);
    fk_fp_sqr(&x, &x);
    fk_store(out, 6, 8, &x);
}

void fk_test_add(uint64_t out[48], const uint64_t a[48], const uint64_t b[48]) {
    fp x, y;
    fk_load(&x, a, 6, 8);
    fk_load(&y, b, 6, 8);
    fp_add(&x, &x, &y);
    fk_store(out, 6, 8, &x);
}

void fk_test_subtract(uint64_t out[48], const uint64_t a[48], const uint64_t b[48]) {
    fp x, y;
    fk_load(&x, a, 6, 8);
    fk_load(&y, b, 6, 8);
    fp_sub(&x, &x, &y);
    fk_store(out, 6, 8, &x);
}

void fk_test_root_power(uint64_t out[48], const uint64_t a[48]) {
    fp x, y;
    fk_load(&x, a, 6, 8);
    y = x;
    fk_fp_root_power2(&x, &y, &x, &y);
    fk_store(out, 6, 8, &y);
}

void fk_test_multiply2(uint64_t out[96], const uint64_t a[96], const uint64_t b[96]) {
    fp2 x, y;
    fk_load2(&x, a, 12, 8);
    fk_load2(&y, b, 12, 8);
    fk_fp2_mul(&x, &x, &y);
    fk_store2(out, 12, 8, &x);
}

void fk_test_square2(uint64_t out[96], const uint64_t a[96]) {
    fp2 x;
    fk_load2(&x, a, 12, 8);
    fk_fp2_sqr(&x, &x);
    fk_store2(out, 12, 8, &x);
}

#pragma clang attribute pop

#else

// `fk_available()` says no: nothing here is ever called.

void fk_test_multiply(uint64_t out[48], const uint64_t a[48], const uint64_t b[48]) { (void)out, (void)a, (void)b; }
void fk_test_square(uint64_t out[48], const uint64_t a[48]) { (void)out, (void)a; }
void fk_test_add(uint64_t out[48], const uint64_t a[48], const uint64_t b[48]) { (void)out, (void)a, (void)b; }
void fk_test_subtract(uint64_t out[48], const uint64_t a[48], const uint64_t b[48]) { (void)out, (void)a, (void)b; }
void fk_test_root_power(uint64_t out[48], const uint64_t a[48]) { (void)out, (void)a; }
void fk_test_multiply2(uint64_t out[96], const uint64_t a[96], const uint64_t b[96]) { (void)out, (void)a, (void)b; }
void fk_test_square2(uint64_t out[96], const uint64_t a[96]) { (void)out, (void)a; }
size_t fk_miller_workspace(size_t count) { return count; }
void fk_miller_loop(uint64_t out[576], const uint64_t *g1, const uint64_t *g2, size_t count, void *workspace) {
    (void)out, (void)g1, (void)g2, (void)count, (void)workspace;
}
void fk_hash_to_g2(uint64_t *out, const uint64_t *elements, size_t count) { (void)out, (void)elements, (void)count; }
void fk_g1_multiply(uint64_t *out, const uint64_t *points, const uint64_t *weights, size_t count) {
    (void)out, (void)points, (void)weights, (void)count;
}
void fk_g2_weighted_sums(uint64_t *out, const uint64_t *points, const uint64_t *weights, size_t count) {
    (void)out, (void)points, (void)weights, (void)count;
}
void fk_g1_recover(uint64_t *y, const uint64_t *x, size_t count, unsigned *on_curve, unsigned *in_group) {
    (void)y, (void)x, (void)count, (void)on_curve, (void)in_group;
}
void fk_g2_recover(uint64_t *y, const uint64_t *x, size_t count, unsigned *on_curve, unsigned *in_group) {
    (void)y, (void)x, (void)count, (void)on_curve, (void)in_group;
}
size_t fk_g1_sum_workspace(size_t groups) { return groups; }
void fk_g1_sum_load(void *workspace, const uint64_t *points, size_t groups) {
    (void)workspace, (void)points, (void)groups;
}
void fk_g1_sum_differences(uint64_t products[48], void *workspace, size_t groups) {
    (void)products, (void)workspace, (void)groups;
}
size_t fk_g1_sum_pairs(void *workspace, size_t groups, const uint64_t inverses[48]) {
    (void)workspace, (void)inverses;
    return groups;
}
void fk_g1_sum_finish(uint64_t out[144], void *workspace, size_t groups) { (void)out, (void)workspace, (void)groups; }

#endif
