#ifndef HASH_KERNELS_KERNELS_H
#define HASH_KERNELS_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// What the kernel files offer to dispatch.c. `compress` runs the compression function over whole blocks.

void hk_compress_portable(uint32_t state[8], const uint8_t *blocks, size_t count);
void hk_pairs_portable(uint8_t *digests, const uint8_t *messages, size_t count);

#if defined(__x86_64__)
void hk_compress_sha_ni(uint32_t state[8], const uint8_t *blocks, size_t count);
void hk_pairs_sha_ni(uint8_t *digests, const uint8_t *messages, size_t count);
/// Eight messages, no more and no fewer.
void hk_group_avx2(uint8_t *digests, const uint8_t *messages);
/// Sixteen messages, no more and no fewer.
void hk_group_avx512(uint8_t *digests, const uint8_t *messages);
/// Thirty-two messages, no more and no fewer.
void hk_two_groups_avx512(uint8_t *digests, const uint8_t *messages);
#endif

#endif
