#ifndef FIELD_KERNELS_ADX_H
#define FIELD_KERNELS_ADX_H

#include <immintrin.h>
#include <stdint.h>

// One element after the other: products with MULX and two carry chains side by side, ADCX for the low words of a row and
// ADOX for the high ones, which no compiler makes of plain C. Everything else is C for any x86-64.
//
// Elements are those of the module BLS: six words, times 2^384, below p unless a comment says otherwise.

#define INLINE static inline __attribute__((always_inline))

typedef struct { uint64_t l[6]; } fe;
typedef struct { fe c0, c1; } fe2;
/// A product not yet reduced, or a signed sum of such products.
typedef struct { uint64_t l[12]; } wide;
typedef struct { wide c0, c1; } wide2;
typedef struct { fe2 c0, c1, c2; } fe6;
typedef struct { fe6 c0, c1; } fe12;

/// p, then -1/p mod 2^64.
static const uint64_t PRIME[7] __attribute__((aligned(64))) = {
    0xb9feffffffffaaab, 0x1eabfffeb153ffff, 0x6730d2a0f6b0f624, 0x64774b84f38512bf,
    0x4b1ba7b6434bacd7, 0x1a0111ea397fe69a, 0x89f3fffcfffcfffd};

// In what follows x and y are for what has just been multiplied; a row clears both carries first.

#define CLEAR "xorl %k[x], %k[x]\n\t"
#define PUT(at, t) "movq %[r], %[x]\n\t movq %[" #t "], " #at "(%[x])\n\t"

#define STORE(at, t) "movq %[" #t "], " #at "(%[r])\n\t"

/// (high, low) += rdx · a word of a.
#define STEP(at, low, high) \
    "mulx " #at "(%[a]), %[x], %[y]\n\t" \
    "adcx %[x], %[" #low "]\n\t" \
    "adox %[y], %[" #high "]\n\t"

/// (high, low) += rdx · a word of p.
#define PRIME_STEP(at, low, high) \
    "mulx " #at "+%[p], %[x], %[y]\n\t" \
    "adcx %[x], %[" #low "]\n\t" \
    "adox %[y], %[" #high "]\n\t"

/// t = a · the first word of b.
#define FIRST_ROW(t0, t1, t2, t3, t4, t5, t6) \
    "movq 0(%[b]), %%rdx\n\t" \
    "mulx 0(%[a]), %[" #t0 "], %[" #t1 "]\n\t" \
    "mulx 8(%[a]), %[x], %[" #t2 "]\n\t" \
    "addq %[x], %[" #t1 "]\n\t" \
    "mulx 16(%[a]), %[y], %[" #t3 "]\n\t" \
    "adcq %[y], %[" #t2 "]\n\t" \
    "mulx 24(%[a]), %[x], %[" #t4 "]\n\t" \
    "adcq %[x], %[" #t3 "]\n\t" \
    "mulx 32(%[a]), %[y], %[" #t5 "]\n\t" \
    "adcq %[y], %[" #t4 "]\n\t" \
    "mulx 40(%[a]), %[x], %[" #t6 "]\n\t" \
    "adcq %[x], %[" #t5 "]\n\t" \
    "adcq $0, %[" #t6 "]\n\t"

/// t += a · a word of b, with t6 new.
#define ROW(at, t0, t1, t2, t3, t4, t5, t6) \
    "movq " #at "(%[b]), %%rdx\n\t" CLEAR \
    STEP(0, t0, t1) STEP(8, t1, t2) STEP(16, t2, t3) STEP(24, t3, t4) STEP(32, t4, t5) \
    "mulx 40(%[a]), %[x], %[" #t6 "]\n\t" \
    "adcx %[x], %[" #t5 "]\n\t" \
    "movl $0, %k[x]\n\t" \
    "adox %[x], %[" #t6 "]\n\t" \
    "adcx %[x], %[" #t6 "]\n\t"

/// t += m·p for the m that makes t0 zero; t6 may be t0, which then takes the new top word.
#define REDUCE(t0, t1, t2, t3, t4, t5, t6) \
    "movq %[" #t0 "], %%rdx\n\t" \
    "imulq 48+%[p], %%rdx\n\t" CLEAR \
    PRIME_STEP(0, t0, t1) PRIME_STEP(8, t1, t2) PRIME_STEP(16, t2, t3) \
    PRIME_STEP(24, t3, t4) PRIME_STEP(32, t4, t5) PRIME_STEP(40, t5, t6) \
    "movl $0, %k[x]\n\t" \
    "adcx %[x], %[" #t6 "]\n\t"

/// Brings a value below 2p below p.
INLINE void reduce_once(fe *r, uint64_t t0, uint64_t t1, uint64_t t2, uint64_t t3, uint64_t t4, uint64_t t5) {
    uint64_t s0 = t0, s1 = t1, s2 = t2, s3 = t3, s4 = t4, s5 = t5;
    __asm__("subq %[p], %[s0]\n\t"
            "sbbq 8+%[p], %[s1]\n\t"
            "sbbq 16+%[p], %[s2]\n\t"
            "sbbq 24+%[p], %[s3]\n\t"
            "sbbq 32+%[p], %[s4]\n\t"
            "sbbq 40+%[p], %[s5]\n\t"
            "cmovcq %[t0], %[s0]\n\t"
            "cmovcq %[t1], %[s1]\n\t"
            "cmovcq %[t2], %[s2]\n\t"
            "cmovcq %[t3], %[s3]\n\t"
            "cmovcq %[t4], %[s4]\n\t"
            "cmovcq %[t5], %[s5]\n\t"
            : [s0] "+&r"(s0), [s1] "+&r"(s1), [s2] "+&r"(s2), [s3] "+&r"(s3), [s4] "+&r"(s4), [s5] "+&r"(s5)
            : [t0] "r"(t0), [t1] "r"(t1), [t2] "r"(t2), [t3] "r"(t3), [t4] "r"(t4), [t5] "r"(t5), [p] "m"(PRIME[0])
            : "cc");
    r->l[0] = s0;
    r->l[1] = s1;
    r->l[2] = s2;
    r->l[3] = s3;
    r->l[4] = s4;
    r->l[5] = s5;
}

/// a·b; each may be the sum of two elements.
INLINE void multiply(fe *r, const fe *a, const fe *b) {
    uint64_t t0, t1, t2, t3, t4, t5, t6, x, y;
    __asm__(FIRST_ROW(t0, t1, t2, t3, t4, t5, t6) REDUCE(t0, t1, t2, t3, t4, t5, t6)
            ROW(8, t1, t2, t3, t4, t5, t6, t0) REDUCE(t1, t2, t3, t4, t5, t6, t0)
            ROW(16, t2, t3, t4, t5, t6, t0, t1) REDUCE(t2, t3, t4, t5, t6, t0, t1)
            ROW(24, t3, t4, t5, t6, t0, t1, t2) REDUCE(t3, t4, t5, t6, t0, t1, t2)
            ROW(32, t4, t5, t6, t0, t1, t2, t3) REDUCE(t4, t5, t6, t0, t1, t2, t3)
            ROW(40, t5, t6, t0, t1, t2, t3, t4) REDUCE(t5, t6, t0, t1, t2, t3, t4)
            : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [t4] "=&r"(t4), [t5] "=&r"(t5),
              [t6] "=&r"(t6), [x] "=&r"(x), [y] "=&r"(y)
            : [a] "r"(a), [b] "r"(b), [p] "m"(PRIME[0])
            : "rdx", "cc", "memory");
    reduce_once(r, t6, t0, t1, t2, t3, t4);
}

/// The full product; the factors may be any six words. The address of the result waits in memory: with a frame pointer
/// no register is left for it.
INLINE void multiply_wide(wide *r, const fe *a, const fe *b) {
    uint64_t t0, t1, t2, t3, t4, t5, t6, x, y;
    __asm__ volatile(
            FIRST_ROW(t0, t1, t2, t3, t4, t5, t6) PUT(0, t0)
            ROW(8, t1, t2, t3, t4, t5, t6, t0) PUT(8, t1)
            ROW(16, t2, t3, t4, t5, t6, t0, t1) PUT(16, t2)
            ROW(24, t3, t4, t5, t6, t0, t1, t2) PUT(24, t3)
            ROW(32, t4, t5, t6, t0, t1, t2, t3) PUT(32, t4)
            ROW(40, t5, t6, t0, t1, t2, t3, t4) PUT(40, t5)
            "movq %[t6], 48(%[x])\n\t"
            "movq %[t0], 56(%[x])\n\t"
            "movq %[t1], 64(%[x])\n\t"
            "movq %[t2], 72(%[x])\n\t"
            "movq %[t3], 80(%[x])\n\t"
            "movq %[t4], 88(%[x])\n\t"
            : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [t4] "=&r"(t4), [t5] "=&r"(t5),
              [t6] "=&r"(t6), [x] "=&r"(x), [y] "=&r"(y)
            : [a] "r"(a), [b] "r"(b), [r] "m"(r)
            : "rdx", "cc", "memory");
}

/// The full square: the mixed products once, then doubled in one carry chain and the six squares added in the other.
///
/// Takes every register there is, so it is a function of its own.
static __attribute__((noinline)) void square_wide(wide *r, const fe *a) {
    uint64_t t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, x;
    __asm__ volatile(
            "movq 0(%[a]), %%rdx\n\t"
            "mulx 8(%[a]), %[t1], %[t2]\n\t"
            "mulx 16(%[a]), %[x], %[t3]\n\t"
            "addq %[x], %[t2]\n\t"
            "mulx 24(%[a]), %[x], %[t4]\n\t"
            "adcq %[x], %[t3]\n\t"
            "mulx 32(%[a]), %[x], %[t5]\n\t"
            "adcq %[x], %[t4]\n\t"
            "mulx 40(%[a]), %[x], %[t6]\n\t"
            "adcq %[x], %[t5]\n\t"
            "adcq $0, %[t6]\n\t"
            "movq 8(%[a]), %%rdx\n\t"
            "xorl %k[t7], %k[t7]\n\t"
            "mulx 16(%[a]), %[x], %[t8]\n\t adcx %[x], %[t3]\n\t adox %[t8], %[t4]\n\t"
            "mulx 24(%[a]), %[x], %[t8]\n\t adcx %[x], %[t4]\n\t adox %[t8], %[t5]\n\t"
            "mulx 32(%[a]), %[x], %[t8]\n\t adcx %[x], %[t5]\n\t adox %[t8], %[t6]\n\t"
            "mulx 40(%[a]), %[x], %[t8]\n\t adcx %[x], %[t6]\n\t adox %[t8], %[t7]\n\t"
            "movl $0, %k[t8]\n\t"
            "adcx %[t8], %[t7]\n\t"
            "movq 16(%[a]), %%rdx\n\t"
            "xorl %k[t8], %k[t8]\n\t"
            "mulx 24(%[a]), %[x], %[t9]\n\t adcx %[x], %[t5]\n\t adox %[t9], %[t6]\n\t"
            "mulx 32(%[a]), %[x], %[t9]\n\t adcx %[x], %[t6]\n\t adox %[t9], %[t7]\n\t"
            "mulx 40(%[a]), %[x], %[t9]\n\t adcx %[x], %[t7]\n\t adox %[t9], %[t8]\n\t"
            "movl $0, %k[t9]\n\t"
            "adcx %[t9], %[t8]\n\t"
            "movq 32(%[a]), %%rdx\n\t"
            "mulx 40(%[a]), %[t9], %[t10]\n\t"
            "mulx 24(%[a]), %[x], %%rdx\n\t"
            "addq %[x], %[t7]\n\t adcq %%rdx, %[t8]\n\t adcq $0, %[t9]\n\t adcq $0, %[t10]\n\t"
            "movq 24(%[a]), %%rdx\n\t"
            "mulx 40(%[a]), %[x], %%rdx\n\t"
            "addq %[x], %[t8]\n\t adcq %%rdx, %[t9]\n\t adcq $0, %[t10]\n\t"
            // Doubled by ADCX, the squares added by ADOX.
            "movq 0(%[a]), %%rdx\n\t" CLEAR
            "mulx %%rdx, %[x], %%rdx\n\t" STORE(0, x)
            "adcx %[t1], %[t1]\n\t adox %%rdx, %[t1]\n\t" STORE(8, t1)
            "movq 8(%[a]), %%rdx\n\t mulx %%rdx, %[x], %%rdx\n\t"
            "adcx %[t2], %[t2]\n\t adox %[x], %[t2]\n\t" STORE(16, t2)
            "adcx %[t3], %[t3]\n\t adox %%rdx, %[t3]\n\t" STORE(24, t3)
            "movq 16(%[a]), %%rdx\n\t mulx %%rdx, %[x], %%rdx\n\t"
            "adcx %[t4], %[t4]\n\t adox %[x], %[t4]\n\t" STORE(32, t4)
            "adcx %[t5], %[t5]\n\t adox %%rdx, %[t5]\n\t" STORE(40, t5)
            "movq 24(%[a]), %%rdx\n\t mulx %%rdx, %[x], %%rdx\n\t"
            "adcx %[t6], %[t6]\n\t adox %[x], %[t6]\n\t" STORE(48, t6)
            "adcx %[t7], %[t7]\n\t adox %%rdx, %[t7]\n\t" STORE(56, t7)
            "movq 32(%[a]), %%rdx\n\t mulx %%rdx, %[x], %%rdx\n\t"
            "adcx %[t8], %[t8]\n\t adox %[x], %[t8]\n\t" STORE(64, t8)
            "adcx %[t9], %[t9]\n\t adox %%rdx, %[t9]\n\t" STORE(72, t9)
            "movq 40(%[a]), %%rdx\n\t mulx %%rdx, %[x], %%rdx\n\t"
            "adcx %[t10], %[t10]\n\t adox %[x], %[t10]\n\t" STORE(80, t10)
            "movl $0, %k[x]\n\t"
            "adcx %[x], %%rdx\n\t adox %[x], %%rdx\n\t"
            "movq %%rdx, 88(%[r])\n\t"
            : [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [t4] "=&r"(t4), [t5] "=&r"(t5), [t6] "=&r"(t6),
              [t7] "=&r"(t7), [t8] "=&r"(t8), [t9] "=&r"(t9), [t10] "=&r"(t10), [x] "=&r"(x)
            : [a] "r"(a), [r] "r"(r)
            : "rdx", "cc", "memory");
}

/// (low + high·2^384) / 2^384 modulo p, for a value from 0 to p·2^384.
INLINE void reduce_words(fe *r, const uint64_t low[6], const uint64_t high[6]) {
    uint64_t t0 = low[0], t1 = low[1], t2 = low[2], t3 = low[3], t4 = low[4], t5 = low[5], x, y;
    __asm__(REDUCE(t0, t1, t2, t3, t4, t5, t0) REDUCE(t1, t2, t3, t4, t5, t0, t1) REDUCE(t2, t3, t4, t5, t0, t1, t2)
            REDUCE(t3, t4, t5, t0, t1, t2, t3) REDUCE(t4, t5, t0, t1, t2, t3, t4) REDUCE(t5, t0, t1, t2, t3, t4, t5)
            "addq 0(%[h]), %[t0]\n\t"
            "adcq 8(%[h]), %[t1]\n\t"
            "adcq 16(%[h]), %[t2]\n\t"
            "adcq 24(%[h]), %[t3]\n\t"
            "adcq 32(%[h]), %[t4]\n\t"
            "adcq 40(%[h]), %[t5]\n\t"
            : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [t4] "+&r"(t4), [t5] "+&r"(t5),
              [x] "=&r"(x), [y] "=&r"(y)
            : [h] "r"(high), [p] "m"(PRIME[0])
            : "rdx", "cc", "memory");
    reduce_once(r, t0, t1, t2, t3, t4, t5);
}

/// r = a + b, `n` words; what is carried out is lost.
INLINE void add_words(uint64_t *r, const uint64_t *a, const uint64_t *b, int n) {
    unsigned char c = 0;
    unsigned long long t;
    for (int i = 0; i < n; i++) {
        c = _addcarry_u64(c, a[i], b[i], &t);
        r[i] = t;
    }
}

/// r = a - b, `n` words, and the borrow.
INLINE unsigned char subtract_words(uint64_t *r, const uint64_t *a, const uint64_t *b, int n) {
    unsigned char c = 0;
    unsigned long long t;
    for (int i = 0; i < n; i++) {
        c = _subborrow_u64(c, a[i], b[i], &t);
        r[i] = t;
    }
    return c;
}

/// r = a, plus p if `take` is 1.
INLINE void add_prime_if(uint64_t r[6], const uint64_t a[6], uint64_t take) {
    const uint64_t mask = 0 - take;
    unsigned char c = 0;
    unsigned long long t;
    for (int i = 0; i < 6; i++) {
        c = _addcarry_u64(c, a[i], PRIME[i] & mask, &t);
        r[i] = t;
    }
}

/// Montgomery's reduction of a value between -p·2^384 and p·2^384.
INLINE void reduce(fe *r, const wide *w) {
    uint64_t high[6];
    add_prime_if(high, w->l + 6, w->l[11] >> 63);
    reduce_words(r, w->l, high);
}

INLINE void square(fe *r, const fe *a) {
    wide w;
    square_wide(&w, a);
    reduce_words(r, w.l, w.l + 6);
}

/// a + b, not reduced.
INLINE void sum(fe *r, const fe *a, const fe *b) { add_words(r->l, a->l, b->l, 6); }

INLINE void add(fe *r, const fe *a, const fe *b) {
    fe t;
    sum(&t, a, b);
    reduce_once(r, t.l[0], t.l[1], t.l[2], t.l[3], t.l[4], t.l[5]);
}

INLINE void subtract(fe *r, const fe *a, const fe *b) {
    fe t;
    const unsigned char borrow = subtract_words(t.l, a->l, b->l, 6);
    add_prime_if(r->l, t.l, borrow);
}

INLINE void wide_add(wide *r, const wide *a) { add_words(r->l, r->l, a->l, 12); }
INLINE void wide_subtract(wide *r, const wide *a) { subtract_words(r->l, r->l, a->l, 12); }

// The quadratic extension, i² = -1.

INLINE void sum2(fe2 *r, const fe2 *a, const fe2 *b) {
    sum(&r->c0, &a->c0, &b->c0);
    sum(&r->c1, &a->c1, &b->c1);
}

/// Three products for four; the factors may be sums of a few elements.
INLINE void multiply2_wide(wide2 *r, const fe2 *a, const fe2 *b) {
    wide t;
    fe x, y;
    sum(&x, &a->c0, &a->c1);
    sum(&y, &b->c0, &b->c1);
    multiply_wide(&r->c0, &a->c0, &b->c0);
    multiply_wide(&t, &a->c1, &b->c1);
    multiply_wide(&r->c1, &x, &y);
    wide_subtract(&r->c1, &r->c0);
    wide_subtract(&r->c1, &t);
    wide_subtract(&r->c0, &t);
}

INLINE void reduce2(fe2 *r, const wide2 *w) {
    reduce(&r->c0, &w->c0);
    reduce(&r->c1, &w->c1);
}

/// (a0 + a1)(a0 - a1) and 2·a0·a1.
INLINE void square2(fe2 *r, const fe2 *a) {
    fe plus, minus, twice;
    sum(&plus, &a->c0, &a->c1);
    subtract(&minus, &a->c0, &a->c1);
    sum(&twice, &a->c0, &a->c0);
    multiply(&r->c1, &twice, &a->c1);
    multiply(&r->c0, &plus, &minus);
}

INLINE void add2(fe2 *r, const fe2 *a, const fe2 *b) {
    add(&r->c0, &a->c0, &b->c0);
    add(&r->c1, &a->c1, &b->c1);
}

INLINE void subtract2(fe2 *r, const fe2 *a, const fe2 *b) {
    subtract(&r->c0, &a->c0, &b->c0);
    subtract(&r->c1, &a->c1, &b->c1);
}

INLINE void wide2_add(wide2 *r, const wide2 *a) {
    wide_add(&r->c0, &a->c0);
    wide_add(&r->c1, &a->c1);
}

INLINE void wide2_subtract(wide2 *r, const wide2 *a) {
    wide_subtract(&r->c0, &a->c0);
    wide_subtract(&r->c1, &a->c1);
}

/// r += ξ·a, ξ = 1 + i.
INLINE void wide2_add_times_xi(wide2 *r, const wide2 *a) {
    wide_add(&r->c0, &a->c0);
    wide_subtract(&r->c0, &a->c1);
    wide_add(&r->c1, &a->c0);
    wide_add(&r->c1, &a->c1);
}

INLINE void wide2_subtract_times_xi(wide2 *r, const wide2 *a) {
    wide_subtract(&r->c0, &a->c0);
    wide_add(&r->c0, &a->c1);
    wide_subtract(&r->c1, &a->c0);
    wide_subtract(&r->c1, &a->c1);
}

INLINE void negate(fe *r, const fe *a) {
    const fe zero = {{0}};
    subtract(r, &zero, a);
}

/// The element whose double this is.
INLINE void halve(fe *r, const fe *a) {
    uint64_t t[6];
    add_prime_if(t, a->l, a->l[0] & 1);
    for (int i = 0; i < 5; i++) r->l[i] = t[i] >> 1 | t[i + 1] << 63;
    r->l[5] = t[5] >> 1;
}

INLINE int is_zero(const uint64_t *a, int n) {
    uint64_t all = 0;
    for (int i = 0; i < n; i++) all |= a[i];
    return all == 0;
}

#endif
