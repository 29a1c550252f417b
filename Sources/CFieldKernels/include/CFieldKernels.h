#ifndef C_FIELD_KERNELS_H
#define C_FIELD_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Everything here works on the values of the module BLS as they lie in memory: a base field element is six 64-bit
// words in Montgomery form (2^384), reduced; an Fp2 element is two of them, an affine point x and y, a Jacobian
// point x, y, z. Coordinates must be below p. Without `fk_available()` no function on lanes may be called, without
// `fk_adx_available()` none of `fk_adx_…`.

/// Whether this machine and its operating system can run the kernels (AVX-512 IFMA).
bool fk_available(void);

// Eight field operations at once: what the tests compare lane by lane.

void fk_test_multiply(uint64_t out[48], const uint64_t a[48], const uint64_t b[48]);
void fk_test_square(uint64_t out[48], const uint64_t a[48]);
void fk_test_add(uint64_t out[48], const uint64_t a[48], const uint64_t b[48]);
void fk_test_subtract(uint64_t out[48], const uint64_t a[48], const uint64_t b[48]);
void fk_test_root_power(uint64_t out[48], const uint64_t a[48]);
void fk_test_multiply2(uint64_t out[96], const uint64_t a[96], const uint64_t b[96]);
void fk_test_square2(uint64_t out[96], const uint64_t a[96]);

/// Bytes of workspace that `fk_miller_loop` needs for so many pairs, to be aligned to 64.
size_t fk_miller_workspace(size_t count);

/// Multiplies the Miller functions of pairs of affine points up in eight separate products.
///
/// `out` takes eight elements of Fp12 (72 words each) whose product is the value; x < 0 is not yet accounted for. Points
/// must be in their groups and not infinity; `count` is at least 1.
void fk_miller_loop(
    uint64_t out[576], const uint64_t *g1, const uint64_t *g2, size_t count, void *workspace);

/// Maps up to eight messages to G2: RFC 9380 after `hash_to_field`, two elements of Fp2 a message.
///
/// Gives Jacobian points, coordinates in `out` 36 words a message; one with z = 0 must be computed by other means.
void fk_hash_to_g2(uint64_t *out, const uint64_t *elements, size_t count);

/// Multiplies up to eight affine points of G1 by `low + high·x²`, the halves of their weights; Jacobian, 18 words each.
///
/// A point with z = 0 must be computed by other means.
void fk_g1_multiply(uint64_t *out, const uint64_t *points, const uint64_t *weights, size_t count);

/// Eight sums of affine points of G2 multiplied by their weights as above: Jacobian, 36 words each.
///
/// Point i goes to sum i % 8. Where one of the first `count` sums has z = 0, all must be computed by other means.
void fk_g2_weighted_sums(uint64_t *out, const uint64_t *points, const uint64_t *weights, size_t count);

/// Finds either y of up to 16 points of G1's curve with these x (six words each) and tells, bit by bit, whose x belongs
/// to a point of the curve and whose point to the group; y of the others is meaningless.
void fk_g1_recover(uint64_t *y, const uint64_t *x, size_t count, unsigned *on_curve, unsigned *in_group);

/// The same on G2's curve, twelve words each.
void fk_g2_recover(uint64_t *y, const uint64_t *x, size_t count, unsigned *on_curve, unsigned *in_group);

// Sums of many affine points of G1, in rounds over groups of eight points, one a lane, that lie in a workspace of
// `fk_g1_sum_workspace(groups)` bytes aligned to 64. A round adds the groups two by two with one inversion for each lane,
// which is the caller's. A lane whose product of differences is zero has equal or opposite points: give up.

size_t fk_g1_sum_workspace(size_t groups);

/// Starts with these points, 8 · `groups` of them, none infinity.
void fk_g1_sum_load(void *workspace, const uint64_t *points, size_t groups);

/// Eight products, six words each, of the differences of a round.
void fk_g1_sum_differences(uint64_t products[48], void *workspace, size_t groups);

/// Adds the groups two by two, given the products' inverses, and returns how many groups are left.
size_t fk_g1_sum_pairs(void *workspace, size_t groups, const uint64_t inverses[48]);

/// Adds the rest up: eight Jacobian points of 18 words; one with z = 0 must be computed by other means.
void fk_g1_sum_finish(uint64_t out[144], void *workspace, size_t groups);

// One element after the other, with MULX, ADCX and ADOX. Pointers are to values of the module BLS; a result may be an
// operand. Everything comes out reduced.

/// Whether this machine has BMI2 and ADX.
bool fk_adx_available(void);

/// What products on this thread are made with: not yet chosen, plain Swift, or these kernels.
enum { fk_products_unset = 0, fk_products_plain = 1, fk_products_adx = 2 };
extern _Thread_local uint8_t fk_thread_products __attribute__((tls_model("initial-exec")));

/// Chooses for this thread what the machine can.
bool fk_adx_chosen(void);

/// Whether products on this thread are made with these kernels.
static inline bool fk_uses_adx(void) {
#if defined(__x86_64__)
    return fk_thread_products == fk_products_adx || (fk_thread_products == fk_products_unset && fk_adx_chosen());
#else
    return false;
#endif
}

/// Sets what products on this thread are made with, and tells what it was.
static inline uint8_t fk_set_thread_products(uint8_t products) {
    const uint8_t before = fk_thread_products;
    fk_thread_products = products;
    return before;
}

// Fp: factors may be sums of two elements.

void fk_adx_multiply(void *r, const void *a, const void *b);
/// a to the power 2^`times`; nothing when `times` is 0.
void fk_adx_square(void *r, const void *a, size_t times);
/// a to a power of six words, the least significant first, not zero.
void fk_adx_power(void *r, const void *a, const void *power);
/// ab - cd.
void fk_adx_product_difference(void *r, const void *a, const void *b, const void *c, const void *d);
/// ab - 2c².
void fk_adx_product_minus_twice_square(void *r, const void *a, const void *b, const void *c);

// Fp2: factors of a product of two may be sums of two elements; what is squared, and all else, is below p.

void fk_adx_multiply2(void *r, const void *a, const void *b);
void fk_adx_square2(void *r, const void *a);
/// By an element of Fp.
void fk_adx_multiply2_by_base(void *r, const void *a, const void *b);
void fk_adx_product_difference2(void *r, const void *a, const void *b, const void *c, const void *d);
void fk_adx_product_minus_twice_square2(void *r, const void *a, const void *b, const void *c);

// Fp6 and Fp12.

void fk_adx_multiply6(void *r, const void *a, const void *b);
/// f ← f·(l0 + l1·v + l4·v·w).
void fk_adx_multiply12_by_line(void *f, const void *l0, const void *l1, const void *l4);
/// f ← f² in the cyclotomic subgroup.
void fk_adx_cyclotomic_square(void *f);
/// The same of the coordinates c0.c1, c0.c2, c1.c0, c1.c2 alone, so many times.
void fk_adx_compressed_square(void *g, size_t times);

// Steps of a Miller loop on a `MillerState`, and the coordinates of their lines.

void fk_adx_miller_double(void *state, void *l0, void *l1, void *l4);
void fk_adx_miller_add(void *state, void *l0, void *l1, void *l4);

// Points in Jacobian coordinates, in place. An addition does nothing and says so where a point is infinity, or both are
// equal or opposite.

void fk_adx_double_g1(void *point);
bool fk_adx_add_g1(void *a, const void *b);
bool fk_adx_add_affine_g1(void *a, const void *b);
void fk_adx_double_g2(void *point);
bool fk_adx_add_g2(void *a, const void *b);
bool fk_adx_add_affine_g2(void *a, const void *b);

// A round of sums of affine points of G1, none infinity: point 2i and point 2i + 1 give sum i.

/// The products of the first i differences, and of all times `product`; false where that is zero: then points are equal
/// or opposite.
bool fk_adx_pair_products(void *product, void *products, const void *points, size_t pairs);
/// The sums, given the inverse of all differences' product. They must not overlap the points.
void fk_adx_add_pairs(void *sums, const void *points, size_t pairs, const void *inverse, const void *products);

#endif
