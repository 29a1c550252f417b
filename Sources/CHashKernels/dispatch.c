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

/// What there is too little of for a group of lanes.
typedef struct {
    void (*hash)(uint8_t *digests, const uint8_t *messages, size_t count);
    /// So many messages fill a group well enough to be hashed as one with idle lanes; of AVX-512, two groups.
    size_t worth_one, worth_two;
} rest_kernel;

/// A group of `width` lanes of which `count` are wanted, all read before anything is written.
static inline void partial_group(
    uint8_t *digests, const uint8_t *messages, const size_t count, const size_t width, const group_function group) {
    uint8_t in[64 * 32], out[32 * 32];
    memcpy(in, messages, 64 * count);
    memset(in + 64 * count, 0, 64 * (width - count));
    group(out, in);
    memcpy(digests, out, 32 * count);
}

static void pairs_avx512(uint8_t *digests, const uint8_t *messages, size_t count, const rest_kernel rest) {
    for (; count >= 32; count -= 32, digests += 32 * 32, messages += 64 * 32) hk_two_groups_avx512(digests, messages);
    if (count >= rest.worth_two) {
        partial_group(digests, messages, count, 32, hk_two_groups_avx512);
        return;
    }
    if (count >= 16) {
        hk_group_avx512(digests, messages);
        count -= 16, digests += 32 * 16, messages += 64 * 16;
    }
    if (count >= rest.worth_one) {
        partial_group(digests, messages, count, 16, hk_group_avx512);
    } else if (count > 0) {
        rest.hash(digests, messages, count);
    }
}

static void pairs_avx2(uint8_t *digests, const uint8_t *messages, size_t count, const rest_kernel rest) {
    for (; count >= 8; count -= 8, digests += 32 * 8, messages += 64 * 8) hk_group_avx2(digests, messages);
    if (count >= rest.worth_one) {
        partial_group(digests, messages, count, 8, hk_group_avx2);
    } else if (count > 0) {
        rest.hash(digests, messages, count);
    }
}

/// For tests and measurements: lanes alone, whatever is left over.
static const rest_kernel no_rest = {hk_pairs_portable, 1, 17};

#endif

void hk_sha256_pairs_by(hk_kernel kernel, uint8_t *digests, const uint8_t *messages, size_t count) {
    switch (kernel) {
#if defined(__x86_64__)
    case HK_AVX512: pairs_avx512(digests, messages, count, no_rest); return;
    case HK_AVX2: pairs_avx2(digests, messages, count, no_rest); return;
    case HK_SHA_NI: hk_pairs_sha_ni(digests, messages, count); return;
#endif
    default: hk_pairs_portable(digests, messages, count); return;
    }
}

void hk_sha256_pairs(uint8_t *digests, const uint8_t *messages, size_t count) {
#if defined(__x86_64__)
    const unsigned found = kernels();
    // One group of sixteen lanes costs as much as eight messages with the SHA extensions or one of plain code, two
    // groups together as much as one and four messages more, or twice plain code.
    const rest_kernel extensions = {hk_pairs_sha_ni, 9, 21}, plain = {hk_pairs_portable, 2, 18};
    const bool has_extensions = found >> HK_SHA_NI & 1;
    const rest_kernel rest = has_extensions ? extensions : plain;
    if ((found >> HK_AVX512 & 1) && count >= rest.worth_one) {
        pairs_avx512(digests, messages, count, rest);
    } else if (has_extensions) {
        hk_pairs_sha_ni(digests, messages, count);
    } else if (found >> HK_AVX2 & 1) {
        // Eight lanes of AVX2 lose to the SHA extensions and win against plain code from three messages on.
        pairs_avx2(digests, messages, count, (rest_kernel){hk_pairs_portable, 3, 0});
    } else {
        hk_pairs_portable(digests, messages, count);
    }
#else
    hk_pairs_portable(digests, messages, count);
#endif
}
