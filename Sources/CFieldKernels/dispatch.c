#include <stdatomic.h>

#include "CFieldKernels.h"

#if defined(__x86_64__)

#include <cpuid.h>

static bool detect(void) {
    unsigned a, b, c, d, low, high;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 27 & 1)) return false;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    if ((low & 0xE6) != 0xE6 || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
    // AVX-512 F, DQ, IFMA and VL.
    return (b >> 16 & 1) && (b >> 17 & 1) && (b >> 21 & 1) && (b >> 31 & 1);
}

#else

static bool detect(void) { return false; }

#endif

bool fk_available(void) {
    // Asked once (or, racing, a few times with one answer): 0 not yet, 1 no, 2 yes.
    static _Atomic int cached;
    int known = atomic_load_explicit(&cached, memory_order_relaxed);
    if (known == 0) {
        known = detect() ? 2 : 1;
        atomic_store_explicit(&cached, known, memory_order_relaxed);
    }
    return known == 2;
}
