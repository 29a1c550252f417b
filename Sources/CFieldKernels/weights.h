// No guard: included once after curve.h, by a file that has `times_square`, multiplication by x² on its group.

/// Digits from -8 to 7 of 32 bits, lowest first.
static void cut(int8_t digits[9], uint32_t value) {
    int carried = 0;
    for (int i = 0; i < 8; i++) {
        int digit = (int)(value >> (4 * i) & 15) + carried;
        carried = digit > 7;
        digits[i] = (int8_t)(digit - 16 * carried);
    }
    digits[8] = (int8_t)carried;
}

/// (low + high·x²)·p by lanes, `low` and `high` the halves of the weights; where a weight is 0 the result is infinity.
///
/// Members of the group have no exceptional additions here, as long as they are not infinity.
static void multiply_by_weights(point *r, const point *p, const uint64_t *weights, size_t count) {
    int8_t digits[2][8][9] = {{{0}}};
    for (size_t lane = 0; lane < count && lane < 8; lane++) {
        cut(digits[0][lane], (uint32_t)weights[lane]);
        cut(digits[1][lane], (uint32_t)(weights[lane] >> 32));
    }
    point multiples[8];
    multiples[0] = *p;
    for (int i = 1; i < 8; i++) {
        if (i % 2 == 1) point_double(&multiples[i], &multiples[i / 2]);
        else point_add(&multiples[i], &multiples[i - 1], p);
    }
    M infinite = 0xff;
    point total = *p;
    for (int window = 8; window >= 0; window--) {
        if (window < 8) {
            for (int i = 0; i < 4; i++) point_double(&total, &total);
        }
        for (int half = 0; half < 2; half++) {
            M used = 0, negative = 0, of_size[8] = {0};
            for (int lane = 0; lane < 8; lane++) {
                const int digit = digits[half][lane][window];
                if (digit == 0) continue;
                used |= (M)(1 << lane);
                if (digit < 0) negative |= (M)(1 << lane);
                of_size[(digit < 0 ? -digit : digit) - 1] |= (M)(1 << lane);
            }
            if (used == 0) continue;
            point entry = multiples[0], other, sum;
            for (int i = 1; i < 8; i++) {
                if (of_size[i] != 0) point_select(&entry, of_size[i], &entry, &multiples[i]);
            }
            if (half == 1) times_square(&entry, &entry);
            point_negate(&other, &entry);
            point_select(&entry, negative, &entry, &other);
            point_add(&sum, &total, &entry);
            point_select(&sum, infinite, &sum, &entry);
            point_select(&total, used, &total, &sum);
            infinite &= (M)~used;
        }
    }
    FIELD zero;
    OP(zero)(&zero);
    OP(select)(&total.z, infinite, &total.z, &zero);
    *r = total;
}
