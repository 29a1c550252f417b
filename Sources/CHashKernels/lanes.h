// The rounds of SHA-256 over vectors with one message a lane, for the kernels that are made of lanes.
//
// The including file defines V (the vector type), ADD, XOR3, CH, MAJ, ROTR, SHR and ALL (one word in every lane).
// Macros, not functions, so that every instruction is generated under the including function's own target.

#define BIG0(x) XOR3(ROTR(x, 2), ROTR(x, 13), ROTR(x, 22))
#define BIG1(x) XOR3(ROTR(x, 6), ROTR(x, 11), ROTR(x, 25))
#define SMALL0(x) XOR3(ROTR(x, 7), ROTR(x, 18), SHR(x, 3))
#define SMALL1(x) XOR3(ROTR(x, 17), ROTR(x, 19), SHR(x, 10))

#define ROUND(a, b, c, d, e, f, g, h, kw)                         \
    do {                                                          \
        V t1 = ADD(ADD(h, kw), ADD(BIG1(e), CH(e, f, g)));        \
        d = ADD(d, t1);                                           \
        h = ADD(t1, ADD(BIG0(a), MAJ(a, b, c)));                  \
    } while (0)

#define EIGHT_ROUNDS(t, KW)              \
    ROUND(a, b, c, d, e, f, g, h, KW(t + 0)); \
    ROUND(h, a, b, c, d, e, f, g, KW(t + 1)); \
    ROUND(g, h, a, b, c, d, e, f, KW(t + 2)); \
    ROUND(f, g, h, a, b, c, d, e, KW(t + 3)); \
    ROUND(e, f, g, h, a, b, c, d, KW(t + 4)); \
    ROUND(d, e, f, g, h, a, b, c, KW(t + 5)); \
    ROUND(c, d, e, f, g, h, a, b, KW(t + 6)); \
    ROUND(b, c, d, e, f, g, h, a, KW(t + 7))

/// Round constant plus message word of a first-block round below 16, and of a later one, which advances the schedule.
#define KW_FIRST(t) ADD(w[(t)], ALL(hk_round[t]))
#define KW_LATER(t)                                                                                     \
    ADD(w[(t) & 15] = ADD(ADD(w[(t) & 15], SMALL0(w[((t) + 1) & 15])),                                  \
                          ADD(w[((t) + 9) & 15], SMALL1(w[((t) + 14) & 15]))),                          \
        ALL(hk_round[t]))
#define KW_PADDING(t) ALL(hk_round_of_padding[t])

/// Both blocks of the messages whose big-endian words stand in `V w[16]`; leaves the digests' words in `V s[8]`.
#define HASH_LANES(w, s)                                                                                \
    do {                                                                                                \
        for (int i = 0; i < 8; i++) s[i] = ALL(hk_initial[i]);                                          \
        V a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];               \
        EIGHT_ROUNDS(0, KW_FIRST); EIGHT_ROUNDS(8, KW_FIRST);                                           \
        EIGHT_ROUNDS(16, KW_LATER); EIGHT_ROUNDS(24, KW_LATER); EIGHT_ROUNDS(32, KW_LATER);             \
        EIGHT_ROUNDS(40, KW_LATER); EIGHT_ROUNDS(48, KW_LATER); EIGHT_ROUNDS(56, KW_LATER);             \
        s[0] = a = ADD(a, s[0]); s[1] = b = ADD(b, s[1]); s[2] = c = ADD(c, s[2]); s[3] = d = ADD(d, s[3]); \
        s[4] = e = ADD(e, s[4]); s[5] = f = ADD(f, s[5]); s[6] = g = ADD(g, s[6]); s[7] = h = ADD(h, s[7]); \
        EIGHT_ROUNDS(0, KW_PADDING); EIGHT_ROUNDS(8, KW_PADDING); EIGHT_ROUNDS(16, KW_PADDING);         \
        EIGHT_ROUNDS(24, KW_PADDING); EIGHT_ROUNDS(32, KW_PADDING); EIGHT_ROUNDS(40, KW_PADDING);       \
        EIGHT_ROUNDS(48, KW_PADDING); EIGHT_ROUNDS(56, KW_PADDING);                                     \
        s[0] = ADD(a, s[0]); s[1] = ADD(b, s[1]); s[2] = ADD(c, s[2]); s[3] = ADD(d, s[3]);             \
        s[4] = ADD(e, s[4]); s[5] = ADD(f, s[5]); s[6] = ADD(g, s[6]); s[7] = ADD(h, s[7]);             \
    } while (0)
