#include "CFieldKernels.h"

#if defined(__x86_64__)

#include "adx.h"

typedef struct { wide2 c0, c1, c2; } wide6;

// Out of line once each: the longer kernels call these.
#define SHARED static __attribute__((noinline))

void fk_adx_multiply(void *r, const void *a, const void *b) { multiply(r, a, b); }

void fk_adx_square(void *r, const void *a, size_t times) {
    const fe *from = a;
    for (size_t i = 0; i < times; i++) {
        square(r, from);
        from = r;
    }
}

void fk_adx_power(void *r, const void *a, const void *power) {
    const uint64_t *exponent = power;
    fe odd[16], result, base;
    int at = 383;
    while (at >= 0 && !(exponent[at / 64] >> at % 64 & 1)) at--;
    odd[0] = *(const fe *)a;
    square(&base, odd);
    for (int i = 1; i < 16; i++) multiply(odd + i, odd + i - 1, &base);
    // Windows of up to five bits that begin and end with a one.
    for (int started = 0; at >= 0;) {
        if (!(exponent[at / 64] >> at % 64 & 1)) {
            square(&result, &result);
            at--;
            continue;
        }
        int end = at < 4 ? 0 : at - 4;
        while (!(exponent[end / 64] >> end % 64 & 1)) end++;
        unsigned digit = 0;
        for (int bit = at; bit >= end; bit--) {
            digit = digit << 1 | (unsigned)(exponent[bit / 64] >> bit % 64 & 1);
            if (started) square(&result, &result);
        }
        if (started) {
            multiply(&result, &result, odd + digit / 2);
        } else {
            result = odd[digit / 2];
            started = 1;
        }
        at = end - 1;
    }
    *(fe *)r = result;
}

void fk_adx_product_difference(void *r, const void *a, const void *b, const void *c, const void *d) {
    wide t, u;
    multiply_wide(&t, a, b);
    multiply_wide(&u, c, d);
    wide_subtract(&t, &u);
    reduce(r, &t);
}

void fk_adx_product_minus_twice_square(void *r, const void *a, const void *b, const void *c) {
    wide t, u;
    multiply_wide(&t, a, b);
    square_wide(&u, c);
    wide_subtract(&t, &u);
    wide_subtract(&t, &u);
    reduce(r, &t);
}

SHARED void product2(wide2 *r, const fe2 *a, const fe2 *b) { multiply2_wide(r, a, b); }
SHARED void reduced2(fe2 *r, const wide2 *w) { reduce2(r, w); }

void fk_adx_multiply2(void *r, const void *a, const void *b) {
    wide2 t;
    multiply2_wide(&t, a, b);
    reduce2(r, &t);
}

void fk_adx_square2(void *r, const void *a) { square2(r, a); }

void fk_adx_multiply2_by_base(void *r, const void *a, const void *b) {
    fe2 *to = r;
    const fe2 *from = a;
    const fe factor = *(const fe *)b;
    multiply(&to->c0, &from->c0, &factor);
    multiply(&to->c1, &from->c1, &factor);
}

void fk_adx_product_difference2(void *r, const void *a, const void *b, const void *c, const void *d) {
    wide2 t, u;
    product2(&t, a, b);
    product2(&u, c, d);
    wide2_subtract(&t, &u);
    reduce2(r, &t);
}

void fk_adx_product_minus_twice_square2(void *r, const void *a, const void *b, const void *c) {
    const fe2 *base = c;
    wide2 t;
    wide u;
    fe plus, minus, twice;
    product2(&t, a, b);
    // 2c² = 2(c0 + c1)(c0 - c1) + 4c0c1·i
    sum(&plus, &base->c0, &base->c1);
    subtract(&minus, &base->c0, &base->c1);
    sum(&minus, &minus, &minus);
    multiply_wide(&u, &plus, &minus);
    wide_subtract(&t.c0, &u);
    sum(&twice, &base->c0, &base->c0);
    sum(&plus, &base->c1, &base->c1);
    multiply_wide(&u, &twice, &plus);
    wide_subtract(&t.c1, &u);
    reduce2(r, &t);
}

/// Karatsuba over three terms: six products of Fp2.
static void product6(wide6 *r, const fe6 *a, const fe6 *b) {
    wide2 t0, t1, t2, u;
    fe2 x, y;
    product2(&t0, &a->c0, &b->c0);
    product2(&t1, &a->c1, &b->c1);
    product2(&t2, &a->c2, &b->c2);
    sum2(&x, &a->c0, &a->c1);
    sum2(&y, &b->c0, &b->c1);
    product2(&r->c1, &x, &y);
    wide2_subtract(&r->c1, &t0);
    wide2_subtract(&r->c1, &t1);
    wide2_add_times_xi(&r->c1, &t2);
    sum2(&x, &a->c0, &a->c2);
    sum2(&y, &b->c0, &b->c2);
    product2(&r->c2, &x, &y);
    wide2_subtract(&r->c2, &t0);
    wide2_add(&r->c2, &t1);
    wide2_subtract(&r->c2, &t2);
    sum2(&x, &a->c1, &a->c2);
    sum2(&y, &b->c1, &b->c2);
    product2(&u, &x, &y);
    wide2_subtract(&u, &t1);
    wide2_subtract(&u, &t2);
    r->c0 = t0;
    wide2_add_times_xi(&r->c0, &u);
}

void fk_adx_multiply6(void *r, const void *a, const void *b) {
    fe6 *to = r;
    wide6 t;
    product6(&t, a, b);
    reduced2(&to->c0, &t.c0);
    reduced2(&to->c1, &t.c1);
    reduced2(&to->c2, &t.c2);
}

/// a·(b0 + b1·v): five products of Fp2.
static void product6_by_two(wide6 *r, const fe6 *a, const fe2 *b0, const fe2 *b1) {
    wide2 t1, u;
    fe2 x, y;
    product2(&r->c0, &a->c0, b0);
    product2(&t1, &a->c1, b1);
    sum2(&x, &a->c0, &a->c1);
    sum2(&y, b0, b1);
    product2(&r->c1, &x, &y);
    wide2_subtract(&r->c1, &r->c0);
    wide2_subtract(&r->c1, &t1);
    product2(&r->c2, &a->c2, b0);
    wide2_add(&r->c2, &t1);
    product2(&u, &a->c2, b1);
    wide2_add_times_xi(&r->c0, &u);
}

void fk_adx_multiply12_by_line(void *f, const void *l0, const void *l1, const void *l4) {
    fe12 *to = f;
    wide6 t0, t2;
    wide2 u0, u1, u2;
    fe6 both;
    fe2 l14;
    product6_by_two(&t0, &to->c0, l0, l1);
    product2(&u0, &to->c1.c0, l4);
    product2(&u1, &to->c1.c1, l4);
    product2(&u2, &to->c1.c2, l4);
    // (c0 + c1)(l0 + (l1 + l4)·v) - t0 - c1·l4·v
    add2(&both.c0, &to->c0.c0, &to->c1.c0);
    add2(&both.c1, &to->c0.c1, &to->c1.c1);
    add2(&both.c2, &to->c0.c2, &to->c1.c2);
    add2(&l14, l1, l4);
    product6_by_two(&t2, &both, l0, &l14);
    wide2_subtract(&t2.c0, &t0.c0);
    wide2_subtract(&t2.c1, &t0.c1);
    wide2_subtract(&t2.c2, &t0.c2);
    wide2_subtract_times_xi(&t2.c0, &u2);
    wide2_subtract(&t2.c1, &u0);
    wide2_subtract(&t2.c2, &u1);
    // c0·(l0 + l1·v) + v·(c1·l4·v)
    wide2_add_times_xi(&t0.c0, &u1);
    wide2_add_times_xi(&t0.c1, &u2);
    wide2_add(&t0.c2, &u0);
    reduced2(&to->c0.c0, &t0.c0);
    reduced2(&to->c0.c1, &t0.c1);
    reduced2(&to->c0.c2, &t0.c2);
    reduced2(&to->c1.c0, &t2.c0);
    reduced2(&to->c1.c1, &t2.c1);
    reduced2(&to->c1.c2, &t2.c2);
}

/// a² + ξb² and 3ab.
SHARED void square4(fe2 *r0, fe2 *r1, const fe2 *a, const fe2 *b) {
    wide2 t;
    wide q, u;
    fe plus, minus;
    fe2 triple;
    sum(&plus, &a->c0, &a->c1);
    subtract(&minus, &a->c0, &a->c1);
    multiply_wide(&t.c0, &plus, &minus);
    sum(&plus, &b->c0, &b->c1);
    subtract(&minus, &b->c0, &b->c1);
    multiply_wide(&q, &plus, &minus);
    sum(&plus, &b->c0, &b->c0);
    multiply_wide(&u, &plus, &b->c1);
    sum(&plus, &a->c0, &a->c0);
    multiply_wide(&t.c1, &plus, &a->c1);
    wide_add(&t.c0, &q);
    wide_subtract(&t.c0, &u);
    wide_add(&t.c1, &q);
    wide_add(&t.c1, &u);
    sum2(&triple, a, a);
    sum2(&triple, &triple, a);
    reduced2(r0, &t);
    product2(&t, &triple, b);
    reduced2(r1, &t);
}

/// 3s - 2a.
INLINE void outer(fe2 *a, const fe2 *s) {
    fe2 t;
    subtract2(&t, s, a);
    add2(&t, &t, &t);
    add2(a, &t, s);
}

/// 2(s + a).
INLINE void inner(fe2 *a, const fe2 *s) {
    fe2 t;
    add2(&t, s, a);
    add2(a, &t, &t);
}

/// 2(ξs + a).
INLINE void inner_times_xi(fe2 *a, const fe2 *s) {
    fe2 t;
    subtract(&t.c0, &s->c0, &s->c1);
    add(&t.c1, &s->c0, &s->c1);
    inner(a, &t);
}

void fk_adx_cyclotomic_square(void *f) {
    fe12 *to = f;
    fe2 a0, a1, b0, b1, d0, d1;
    square4(&a0, &a1, &to->c0.c0, &to->c1.c1);
    square4(&b0, &b1, &to->c1.c0, &to->c0.c2);
    square4(&d0, &d1, &to->c0.c1, &to->c1.c2);
    outer(&to->c0.c0, &a0);
    outer(&to->c0.c1, &b0);
    outer(&to->c0.c2, &d0);
    inner_times_xi(&to->c1.c0, &d1);
    inner(&to->c1.c1, &a1);
    inner(&to->c1.c2, &b1);
}

void fk_adx_compressed_square(void *g, size_t times) {
    // g1, g2, g3, g5
    fe2 *c = g;
    fe2 b0, b1, d0, d1;
    for (size_t i = 0; i < times; i++) {
        square4(&b0, &b1, c + 2, c + 1);
        square4(&d0, &d1, c, c + 3);
        outer(c, &b0);
        outer(c + 1, &d0);
        inner_times_xi(c + 2, &d1);
        inner(c + 3, &b1);
    }
}

#endif
