#include "constants.h"
#include "kernels.h"

static inline uint32_t rotr(uint32_t x, int n) { return (x >> n) | (x << (32 - n)); }

static inline uint32_t load(const uint8_t *p) {
    return ((uint32_t)p[0] << 24) | ((uint32_t)p[1] << 16) | ((uint32_t)p[2] << 8) | p[3];
}

/// Sixty-four rounds over `kw`, the sums of round constant and message schedule.
static inline void rounds(uint32_t state[8], const uint32_t kw[64]) {
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int t = 0; t < 64; t++) {
        uint32_t s1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
        uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + kw[t];
        uint32_t s0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
        uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g; g = f; f = e; e = d + t1; d = c; c = b; b = a; a = t1 + t2;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d;
    state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

void hk_compress_portable(uint32_t state[8], const uint8_t *blocks, size_t count) {
    for (size_t block = 0; block < count; block++, blocks += 64) {
        uint32_t w[64];
        for (int t = 0; t < 16; t++) w[t] = load(blocks + 4 * t);
        for (int t = 16; t < 64; t++) {
            uint32_t s0 = rotr(w[t - 15], 7) ^ rotr(w[t - 15], 18) ^ (w[t - 15] >> 3);
            uint32_t s1 = rotr(w[t - 2], 17) ^ rotr(w[t - 2], 19) ^ (w[t - 2] >> 10);
            w[t] = w[t - 16] + s0 + w[t - 7] + s1;
        }
        for (int t = 0; t < 64; t++) w[t] += hk_round[t];
        rounds(state, w);
    }
}

void hk_pairs_portable(uint8_t *digests, const uint8_t *messages, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t state[8];
        for (int j = 0; j < 8; j++) state[j] = hk_initial[j];
        hk_compress_portable(state, messages + 64 * i, 1);
        rounds(state, hk_round_of_padding);
        for (int j = 0; j < 8; j++) {
            uint8_t *p = digests + 32 * i + 4 * j;
            p[0] = (uint8_t)(state[j] >> 24);
            p[1] = (uint8_t)(state[j] >> 16);
            p[2] = (uint8_t)(state[j] >> 8);
            p[3] = (uint8_t)state[j];
        }
    }
}
