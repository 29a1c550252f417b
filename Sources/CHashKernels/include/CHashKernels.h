#ifndef C_HASH_KERNELS_H
#define C_HASH_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// Runs the SHA-256 compression function over `count` 64-byte blocks, updating `state`.
void hk_sha256_compress_portable(uint32_t state[8], const uint8_t *blocks, size_t count);

#endif
