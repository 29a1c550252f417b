#include <stdatomic.h>
#include <string.h>

#include "CHashKernels.h"
#include "constants.h"
#include "kernels.h"

#if defined(__x86_64__)

#include <cpuid.h>

static unsigned long long enabled_register_sets(void) {
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return ((unsigned long long)high << 32) | low;
}

static unsigned detect(void) {
    unsigned found = 1u << HK_PORTABLE, a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return found;
    const unsigned ssse3 = c >> 9 & 1, sse41 = c >> 19 & 1, osxsave = c >> 27 & 1;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return found;
    if ((b >> 29 & 1) && ssse3 && sse41) found |= 1u << HK_SHA_NI;
    if (osxsave) {
        const unsigned long long sets = enabled_register_sets();
        if ((b >> 5 & 1) && (sets & 0x06) == 0x06) found |= 1u << HK_AVX2;
        if ((b >> 16 & 1) && (b >> 30 & 1) && (sets & 0xE6) == 0xE6) found |= 1u << HK_AVX512;
    }
    return found;
}

#else

static unsigned detect(void) { return 1u << HK_PORTABLE; }

#endif

/// The kernels of this machine as bits; asked of the processor once (or, racing, a few times with one answer).
static unsigned kernels(void) {
    static _Atomic unsigned cached;
    unsigned found = atomic_load_explicit(&cached, memory_order_relaxed);
    if (found == 0) {
        found = detect();
        atomic_store_explicit(&cached, found, memory_order_relaxed);
    }
    return found;
}

bool hk_available(hk_kernel kernel) { return kernels() >> kernel & 1; }

typedef void (*compress_function)(uint32_t state[8], const uint8_t *blocks, size_t count);

static inline void hash_message(
    uint8_t *digest, const uint8_t *message, size_t length, const compress_function compress) {
    uint32_t state[8];
    uint8_t tail[128];
    const size_t whole = length / 64, rest = length % 64;
    memcpy(state, hk_initial, sizeof state);
    if (whole > 0) compress(state, message, whole);
    if (rest > 0) memcpy(tail, message + 64 * whole, rest);
    tail[rest] = 0x80;
    const size_t end = rest < 56 ? 64 : 128;
    memset(tail + rest + 1, 0, end - rest - 9);
    const uint64_t bits = __builtin_bswap64((uint64_t)length * 8);
    memcpy(tail + end - 8, &bits, 8);
    compress(state, tail, end / 64);
    for (int i = 0; i < 8; i++) {
        const uint32_t word = __builtin_bswap32(state[i]);
        memcpy(digest + 4 * i, &word, 4);
    }
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "digests are stored by swapping bytes");

void hk_sha256_portable(uint8_t *digest, const uint8_t *message, size_t length) {
    hash_message(digest, message, length, hk_compress_portable);
}

void hk_sha256(uint8_t *digest, const uint8_t *message, size_t length) {
#if defined(__x86_64__)
    if (hk_available(HK_SHA_NI)) {
        if (length == 64) {
            hk_pairs_sha_ni(digest, message, 1);
        } else {
            hash_message(digest, message, length, hk_compress_sha_ni);
        }
        return;
    }
#endif
    hash_message(digest, message, length, hk_compress_portable);
}

#if defined(__x86_64__)

typedef void (*group_function)(uint8_t *digests, const uint8_t *messages);
typedef void (*pairs_function)(uint8_t *digests, const uint8_t *messages, size_t count);

/// Whole groups of `width`, then the rest: as one more group with idle lanes if it has at least `worth`
/// messages, by `small` otherwise.
static inline void by_groups(
    uint8_t *digests, const uint8_t *messages, size_t count, const size_t width, const size_t worth,
    const group_function group, const pairs_function small) {
    for (; count >= width; count -= width, digests += 32 * width, messages += 64 * width) group(digests, messages);
    if (count == 0) return;
    if (count < worth) {
        small(digests, messages, count);
        return;
    }
    uint8_t in[64 * 16], out[32 * 16];
    memcpy(in, messages, 64 * count);
    memset(in + 64 * count, 0, 64 * (width - count));
    group(out, in);
    memcpy(digests, out, 32 * count);
}

#endif

void hk_sha256_pairs_by(hk_kernel kernel, uint8_t *digests, const uint8_t *messages, size_t count) {
    switch (kernel) {
#if defined(__x86_64__)
    case HK_AVX512: by_groups(digests, messages, count, 16, 1, hk_group_avx512, hk_pairs_portable); return;
    case HK_AVX2: by_groups(digests, messages, count, 8, 1, hk_group_avx2, hk_pairs_portable); return;
    case HK_SHA_NI: hk_pairs_sha_ni(digests, messages, count); return;
#endif
    default: hk_pairs_portable(digests, messages, count); return;
    }
}

void hk_sha256_pairs(uint8_t *digests, const uint8_t *messages, size_t count) {
#if defined(__x86_64__)
    const unsigned found = kernels();
    const pairs_function small = found >> HK_SHA_NI & 1 ? hk_pairs_sha_ni : hk_pairs_portable;
    // Sixteen lanes cost as much as nine and a half single messages with the SHA extensions, or two of plain code.
    const size_t worth = small == hk_pairs_portable ? 2 : 10;
    if (count >= worth && (found >> HK_AVX512 & 1)) {
        by_groups(digests, messages, count, 16, worth, hk_group_avx512, small);
        return;
    }
    // Eight lanes of AVX2 lose to the SHA extensions and win against plain code from three messages on.
    if (small == hk_pairs_portable && (found >> HK_AVX2 & 1)) {
        by_groups(digests, messages, count, 8, 3, hk_group_avx2, small);
        return;
    }
    small(digests, messages, count);
#else
    hk_pairs_portable(digests, messages, count);
#endif
}
