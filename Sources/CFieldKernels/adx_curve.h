// No guard: `adx_curve.c` defines FIELD, WORDS, NAME and the operations and includes this once for each of the curves.
//
// The scalar code's formulas in Jacobian coordinates. An addition that meets infinity, equal or opposite points says so
// and does nothing.

typedef struct { FIELD x, y, z; } NAME(point);

void NAME(fk_adx_double)(void *point) {
    NAME(point) *p = point;
    FIELD square, m, yy, s, t, u;
    // M = 3X², S = 4XY²: X' = M² - 2S, Y' = M(S - X') - 8Y⁴, Z' = 2YZ.
    SQUARE(&square, &p->x);
    ADD(&m, &square, &square);
    ADD(&m, &m, &square);
    SQUARE(&yy, &p->y);
    SUM(&t, &p->x, &p->x);
    SUM(&u, &yy, &yy);
    MULTIPLY(&s, &t, &u);
    SUM(&t, &p->y, &p->y);
    MULTIPLY(&p->z, &t, &p->z);
    SQUARE(&t, &m);
    ADD(&u, &s, &s);
    SUBTRACT(&p->x, &t, &u);
    SUBTRACT(&t, &s, &p->x);
    ADD(&u, &yy, &yy);
    PRODUCT_MINUS_TWICE_SQUARE(&p->y, &m, &t, &u);
}

/// What follows the two differences in an addition: `x`, `y` are a's over the common denominator, `z` is the product of both.
INLINE void NAME(finish)(NAME(point) *r, const FIELD *x, const FIELD *y, const FIELD *z, const FIELD *h, const FIELD *q) {
    FIELD hh, hhh, v, t, u;
    SQUARE(&hh, h);
    MULTIPLY(&hhh, &hh, h);
    MULTIPLY(&v, x, &hh);
    SQUARE(&t, q);
    ADD(&u, &v, &v);
    ADD(&u, &u, &hhh);
    MULTIPLY(&r->z, z, h);
    SUBTRACT(&t, &t, &u);
    SUBTRACT(&v, &v, &t);
    PRODUCT_DIFFERENCE(&r->y, q, &v, y, &hhh);
    r->x = t;
}

bool NAME(fk_adx_add)(void *a, const void *b) {
    NAME(point) *p = a;
    const NAME(point) *o = b;
    FIELD zz_a, zz_b, u, h, s, q, z;
    if (is_zero((const uint64_t *)&p->z, WORDS) || is_zero((const uint64_t *)&o->z, WORDS)) return false;
    SQUARE(&zz_a, &p->z);
    SQUARE(&zz_b, &o->z);
    MULTIPLY(&u, &p->x, &zz_b);
    MULTIPLY(&h, &o->x, &zz_a);
    SUBTRACT(&h, &h, &u);
    if (is_zero((const uint64_t *)&h, WORDS)) return false;
    MULTIPLY(&s, &p->y, &o->z);
    MULTIPLY(&s, &s, &zz_b);
    MULTIPLY(&q, &o->y, &p->z);
    MULTIPLY(&q, &q, &zz_a);
    SUBTRACT(&q, &q, &s);
    MULTIPLY(&z, &p->z, &o->z);
    NAME(finish)(p, &u, &s, &z, &h, &q);
    return true;
}

bool NAME(fk_adx_add_affine)(void *a, const void *b) {
    NAME(point) *p = a;
    const NAME(point) *o = b;
    FIELD zz, h, q;
    if (is_zero((const uint64_t *)&p->z, WORDS) || is_zero((const uint64_t *)&o->x, 2 * WORDS)) return false;
    SQUARE(&zz, &p->z);
    MULTIPLY(&h, &o->x, &zz);
    SUBTRACT(&h, &h, &p->x);
    if (is_zero((const uint64_t *)&h, WORDS)) return false;
    MULTIPLY(&q, &o->y, &p->z);
    MULTIPLY(&q, &q, &zz);
    SUBTRACT(&q, &q, &p->y);
    NAME(finish)(p, &p->x, &p->y, &p->z, &h, &q);
    return true;
}
