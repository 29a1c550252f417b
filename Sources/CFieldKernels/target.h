// No guard: each kernel file includes this once, and pops the attribute at its end.
//
// Every function that follows is compiled for AVX-512 IFMA, and run only where `fk_available` says so.
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512ifma"))), apply_to = function)
