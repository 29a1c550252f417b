// No guard: a kernel file defines FIELD (`fp` or `fp2`), MUL and SQR and includes this once, for one of the curves.
//
// Points in Jacobian coordinates, the scalar code's formulas. Sums are not complete: adding equal or opposite points, or
// infinity, gives Z = 0, and nothing here makes Z other than 0 again. Coordinates go in and out below 1100 p, the second
// coordinates of Fp2 elements below 1024 p.

#include "curve_constants.h"

/// Not every file needs every operation.
#define LIBRARY static __attribute__((unused))
#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define OP(name) JOIN(FIELD, name)

typedef struct { FIELD x, y, z; } point;

LIBRARY void point_double(point *r, const point *p) {
    FIELD square, m, yy, s, t, z;
    SQR(&square, &p->x);
    OP(triple)(&m, &square);
    SQR(&yy, &p->y);
    MUL(&s, &p->x, &yy);
    OP(shift)(&s, &s, 2);
    MUL(&z, &p->y, &p->z);
    SQR(&t, &m);
    OP(shift)(&square, &s, 1);
    OP(sub)(&r->x, &t, &square);
    OP(sub_wide)(&t, &s, &r->x);
    MUL(&t, &m, &t);
    SQR(&yy, &yy);
    OP(shift)(&yy, &yy, 3);
    OP(sub)(&r->y, &t, &yy);
    OP(shift)(&r->z, &z, 1);
}

LIBRARY void point_add(point *r, const point *a, const point *b) {
    FIELD zz_a, zz_b, u, h, s, q, hh, hhh, v, t, z;
    SQR(&zz_a, &a->z);
    SQR(&zz_b, &b->z);
    MUL(&u, &a->x, &zz_b);
    MUL(&h, &b->x, &zz_a);
    OP(sub)(&h, &h, &u);
    MUL(&s, &a->y, &b->z);
    MUL(&s, &s, &zz_b);
    MUL(&q, &b->y, &a->z);
    MUL(&q, &q, &zz_a);
    OP(sub)(&q, &q, &s);
    MUL(&z, &a->z, &b->z);
    MUL(&r->z, &z, &h);
    SQR(&hh, &h);
    MUL(&hhh, &hh, &h);
    MUL(&v, &u, &hh);
    SQR(&t, &q);
    OP(add)(&u, &v, &v);
    OP(add)(&u, &u, &hhh);
    OP(sub)(&r->x, &t, &u);
    OP(sub_wide)(&t, &v, &r->x);
    MUL(&t, &q, &t);
    MUL(&s, &s, &hhh);
    OP(sub)(&r->y, &t, &s);
}

LIBRARY void point_negate(point *r, const point *p) {
    FIELD zero;
    OP(zero)(&zero);
    r->x = p->x;
    OP(sub_wide)(&r->y, &zero, &p->y);
    r->z = p->z;
}

INLINE void point_select(point *r, M mask, const point *a, const point *b) {
    OP(select)(&r->x, mask, &a->x, &b->x);
    OP(select)(&r->y, mask, &a->y, &b->y);
    OP(select)(&r->z, mask, &a->z, &b->z);
}
