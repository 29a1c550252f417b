// The rounds of SHA-256 over vectors with one message a lane, for the kernels that are made of lanes.
//
// The including file defines V (the vector type), ADD, XOR3, CH, MAJ, ROTR, SHR and ALL (one word in every lane), and
// has the big-endian words of its messages in `V wA[16]`; HASH_LANES(ONE) leaves the digests' words in `V sA[8]`.
// HASH_LANES(TWO) does the same for a second group, wB and sB, round by round beside the first: one group alone waits
// half of its time for rotations to come back.
//
// Macros, not functions, so that every instruction is generated under the including function's own target. Rounds stand
// in loops: written out they are 22 KiB of code, which the processor has to decode again for each group of messages,
// and that takes longer than the arithmetic.

#define BIG0(x) XOR3(ROTR(x, 2), ROTR(x, 13), ROTR(x, 22))
#define BIG1(x) XOR3(ROTR(x, 6), ROTR(x, 11), ROTR(x, 25))
#define SMALL0(x) XOR3(ROTR(x, 7), ROTR(x, 18), SHR(x, 3))
#define SMALL1(x) XOR3(ROTR(x, 17), ROTR(x, 19), SHR(x, 10))

/// Keeps the compiler from adding in another order: what `e` has to wait for, BIG1 of the last `e`, is added last.
#define PIN(x) __asm__("" : "+v"(x))

/// `DO` for one group, called A, or for two.
#define ONE(DO, ...) DO(A, __VA_ARGS__)
#define TWO(DO, ...) \
    DO(A, __VA_ARGS__); \
    DO(B, __VA_ARGS__)

/// A round of group X; KW(X, t) is round constant plus message word.
#define ROUND(X, a, b, c, d, e, f, g, h, KW, t)                     \
    do {                                                            \
        V x = ADD(X##h, KW(X, t));                                  \
        PIN(x);                                                     \
        x = ADD(x, CH(X##e, X##f, X##g));                           \
        PIN(x);                                                     \
        V t1 = ADD(x, BIG1(X##e));                                  \
        PIN(t1);                                                    \
        X##d = ADD(X##d, t1);                                       \
        X##h = ADD(t1, ADD(BIG0(X##a), MAJ(X##a, X##b, X##c)));     \
    } while (0)

#define EIGHT_ROUNDS(GROUPS, KW, t)                       \
    GROUPS(ROUND, a, b, c, d, e, f, g, h, KW, (t) + 0);   \
    GROUPS(ROUND, h, a, b, c, d, e, f, g, KW, (t) + 1);   \
    GROUPS(ROUND, g, h, a, b, c, d, e, f, KW, (t) + 2);   \
    GROUPS(ROUND, f, g, h, a, b, c, d, e, KW, (t) + 3);   \
    GROUPS(ROUND, e, f, g, h, a, b, c, d, KW, (t) + 4);   \
    GROUPS(ROUND, d, e, f, g, h, a, b, c, KW, (t) + 5);   \
    GROUPS(ROUND, c, d, e, f, g, h, a, b, KW, (t) + 6);   \
    GROUPS(ROUND, b, c, d, e, f, g, h, a, KW, (t) + 7)

/// Of a round below 16; of a later one, which advances the schedule; of the padding block, the same for every message.
/// `k` points at the constants of the loop's rounds.
#define KW_FIRST(X, t) ADD(w##X[t], ALL(k[t]))
#define KW_LATER(X, t)                                                                     \
    ADD(w##X[t] = ADD(ADD(w##X[t], SMALL0(w##X[((t) + 1) & 15])),                          \
                      ADD(w##X[((t) + 9) & 15], SMALL1(w##X[((t) + 14) & 15]))),           \
        ALL(k[t]))
#define KW_PADDING(X, t) ALL(k[t])

#define FOR_STATE(X, DO) \
    DO(X, 0, X##a); DO(X, 1, X##b); DO(X, 2, X##c); DO(X, 3, X##d); \
    DO(X, 4, X##e); DO(X, 5, X##f); DO(X, 6, X##g); DO(X, 7, X##h)
#define START(X, i, x) V x = ALL(hk_initial[i])
#define BETWEEN(X, i, x) s##X[i] = x = ADD(x, ALL(hk_initial[i]))
#define FINISH(X, i, x) s##X[i] = ADD(x, s##X[i])

/// Both blocks of the messages.
#define HASH_LANES(GROUPS)                                          \
    do {                                                            \
        GROUPS(FOR_STATE, START);                                   \
        const uint32_t *k = hk_round;                               \
        EIGHT_ROUNDS(GROUPS, KW_FIRST, 0);                          \
        EIGHT_ROUNDS(GROUPS, KW_FIRST, 8);                          \
        _Pragma("clang loop unroll(disable)")                       \
        for (k += 16; k != hk_round + 64; k += 16) {                \
            EIGHT_ROUNDS(GROUPS, KW_LATER, 0);                      \
            EIGHT_ROUNDS(GROUPS, KW_LATER, 8);                      \
        }                                                           \
        GROUPS(FOR_STATE, BETWEEN);                                 \
        _Pragma("clang loop unroll(disable)")                       \
        for (k = hk_round_of_padding; k != hk_round_of_padding + 64; k += 8) { \
            EIGHT_ROUNDS(GROUPS, KW_PADDING, 0);                    \
        }                                                           \
        GROUPS(FOR_STATE, FINISH);                                  \
    } while (0)
