#include <stdatomic.h>

#include "CFieldKernels.h"

#if defined(__x86_64__)

#include <cpuid.h>

static bool detect_lanes(void) {
    unsigned a, b, c, d, low, high;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 27 & 1)) return false;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    if ((low & 0xE6) != 0xE6 || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
    // AVX-512 F, DQ, IFMA and VL.
    return (b >> 16 & 1) && (b >> 17 & 1) && (b >> 21 & 1) && (b >> 31 & 1);
}

static bool detect_adx(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
    // BMI2 and ADX.
    return (b >> 8 & 1) && (b >> 19 & 1);
}

#else

static bool detect_lanes(void) { return false; }
static bool detect_adx(void) { return false; }

#endif

// Asked once (or, racing, a few times with one answer): 0 not yet, 1 no, 2 yes.
static bool known(_Atomic int *cached, bool (*detect)(void)) {
    int answer = atomic_load_explicit(cached, memory_order_relaxed);
    if (answer == 0) {
        answer = detect() ? 2 : 1;
        atomic_store_explicit(cached, answer, memory_order_relaxed);
    }
    return answer == 2;
}

bool fk_available(void) {
    static _Atomic int cached;
    return known(&cached, detect_lanes);
}

bool fk_adx_available(void) {
    static _Atomic int cached;
    return known(&cached, detect_adx);
}

_Thread_local uint8_t fk_thread_products;

bool fk_adx_chosen(void) {
    fk_thread_products = fk_adx_available() ? fk_products_adx : fk_products_plain;
    return fk_thread_products == fk_products_adx;
}
