#include "CFieldKernels.h"

#if defined(__x86_64__)

#include "adx.h"

/// `MillerState` of the scalar code, field by field.
typedef struct {
    fe2 x, y, z, qx, qy;
    fe x_p, triple_x_p, y_p, minus_y_p;
} state;

INLINE void times_xi(fe2 *r, const fe2 *a) {
    fe t;
    subtract(&t, &a->c0, &a->c1);
    add(&r->c1, &a->c0, &a->c1);
    r->c0 = t;
}

INLINE void triple2(fe2 *r, const fe2 *a) {
    fe2 t;
    add2(&t, a, a);
    add2(r, &t, a);
}

void fk_adx_miller_double(void *s, void *l0, void *l1, void *l4) {
    state *t = s;
    fe2 b, c, e, e3, h, g, u, v;
    fk_adx_square2(&b, &t->y);
    fk_adx_square2(&c, &t->z);
    // e = 3·b'·Z², b' = 4ξ.
    add2(&u, &c, &c);
    add2(&u, &u, &u);
    triple2(&u, &u);
    times_xi(&e, &u);
    triple2(&e3, &e);
    add2(&u, &t->y, &t->z);
    fk_adx_square2(&h, &u);
    add2(&u, &b, &c);
    subtract2(&h, &h, &u);
    add2(&g, &b, &e3);
    halve(&g.c0, &g.c0);
    halve(&g.c1, &g.c1);
    subtract2(l0, &e, &b);
    fk_adx_square2(&u, &t->x);
    fk_adx_multiply2_by_base(l1, &u, &t->triple_x_p);
    fk_adx_multiply2_by_base(l4, &h, &t->minus_y_p);
    fk_adx_multiply2(&u, &t->x, &t->y);
    halve(&u.c0, &u.c0);
    halve(&u.c1, &u.c1);
    subtract2(&v, &b, &e3);
    fk_adx_multiply2(&t->x, &u, &v);
    fk_adx_square2(&u, &e);
    triple2(&u, &u);
    fk_adx_square2(&v, &g);
    subtract2(&t->y, &v, &u);
    fk_adx_multiply2(&t->z, &b, &h);
}

void fk_adx_miller_add(void *s, void *l0, void *l1, void *l4) {
    state *t = s;
    fe2 theta, lambda, c, d, e, g, h, u;
    fk_adx_multiply2(&u, &t->qy, &t->z);
    subtract2(&theta, &t->y, &u);
    fk_adx_multiply2(&u, &t->qx, &t->z);
    subtract2(&lambda, &t->x, &u);
    fk_adx_square2(&c, &theta);
    fk_adx_square2(&d, &lambda);
    fk_adx_multiply2(&e, &lambda, &d);
    fk_adx_multiply2(&g, &t->x, &d);
    fk_adx_multiply2(&u, &t->z, &c);
    add2(&h, &e, &u);
    add2(&u, &g, &g);
    subtract2(&h, &h, &u);
    fk_adx_product_difference2(l0, &theta, &t->qx, &lambda, &t->qy);
    fk_adx_multiply2(&t->x, &lambda, &h);
    subtract2(&u, &g, &h);
    fk_adx_product_difference2(&t->y, &theta, &u, &e, &t->y);
    fk_adx_multiply2(&t->z, &t->z, &e);
    fe minus;
    negate(&minus, &t->x_p);
    fk_adx_multiply2_by_base(l1, &theta, &minus);
    fk_adx_multiply2_by_base(l4, &lambda, &t->y_p);
}

#endif
