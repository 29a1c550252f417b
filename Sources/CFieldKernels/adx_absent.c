// Without x86-64 `fk_adx_available()` says no: nothing here is ever called.

#include "CFieldKernels.h"

#if !defined(__x86_64__)

void fk_adx_multiply(void *r, const void *a, const void *b) { (void)r, (void)a, (void)b; }
void fk_adx_square(void *r, const void *a, size_t times) { (void)r, (void)a, (void)times; }
void fk_adx_power(void *r, const void *a, const void *power) { (void)r, (void)a, (void)power; }
void fk_adx_product_difference(void *r, const void *a, const void *b, const void *c, const void *d) {
    (void)r, (void)a, (void)b, (void)c, (void)d;
}
void fk_adx_product_minus_twice_square(void *r, const void *a, const void *b, const void *c) {
    (void)r, (void)a, (void)b, (void)c;
}
void fk_adx_multiply2(void *r, const void *a, const void *b) { (void)r, (void)a, (void)b; }
void fk_adx_square2(void *r, const void *a) { (void)r, (void)a; }
void fk_adx_multiply2_by_base(void *r, const void *a, const void *b) { (void)r, (void)a, (void)b; }
void fk_adx_product_difference2(void *r, const void *a, const void *b, const void *c, const void *d) {
    (void)r, (void)a, (void)b, (void)c, (void)d;
}
void fk_adx_product_minus_twice_square2(void *r, const void *a, const void *b, const void *c) {
    (void)r, (void)a, (void)b, (void)c;
}
void fk_adx_multiply6(void *r, const void *a, const void *b) { (void)r, (void)a, (void)b; }
void fk_adx_multiply12_by_line(void *f, const void *l0, const void *l1, const void *l4) {
    (void)f, (void)l0, (void)l1, (void)l4;
}
void fk_adx_cyclotomic_square(void *f) { (void)f; }
void fk_adx_compressed_square(void *g, size_t times) { (void)g, (void)times; }
void fk_adx_miller_double(void *state, void *l0, void *l1, void *l4) { (void)state, (void)l0, (void)l1, (void)l4; }
void fk_adx_miller_add(void *state, void *l0, void *l1, void *l4) { (void)state, (void)l0, (void)l1, (void)l4; }
void fk_adx_double_g1(void *point) { (void)point; }
bool fk_adx_add_g1(void *a, const void *b) { return (void)a, (void)b, false; }
bool fk_adx_add_affine_g1(void *a, const void *b) { return (void)a, (void)b, false; }
void fk_adx_double_g2(void *point) { (void)point; }
bool fk_adx_add_g2(void *a, const void *b) { return (void)a, (void)b, false; }
bool fk_adx_add_affine_g2(void *a, const void *b) { return (void)a, (void)b, false; }
bool fk_adx_pair_products(void *product, void *products, const void *points, size_t pairs) {
    return (void)product, (void)products, (void)points, (void)pairs, false;
}
void fk_adx_add_pairs(void *sums, const void *points, size_t pairs, const void *inverse, const void *products) {
    (void)sums, (void)points, (void)pairs, (void)inverse, (void)products;
}

#endif
