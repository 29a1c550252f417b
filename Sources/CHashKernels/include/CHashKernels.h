#ifndef C_HASH_KERNELS_H
#define C_HASH_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The ways of hashing this target knows; which of them a machine has is found out at run time.
typedef enum {
    HK_PORTABLE = 0,
    HK_SHA_NI = 1,
    HK_AVX2 = 2,
    HK_AVX512 = 3,
} hk_kernel;

/// Whether this machine and its operating system can run `kernel`.
bool hk_available(hk_kernel kernel);

/// Writes the SHA-256 digest of `length` bytes to `digest` (32 bytes), the fastest way for one message.
void hk_sha256(uint8_t *digest, const uint8_t *message, size_t length);

/// The same without any special instruction.
void hk_sha256_portable(uint8_t *digest, const uint8_t *message, size_t length);

/// Hashes `count` 64-byte messages that lie side by side into `count` digests of 32 bytes.
///
/// `digests` may be `messages`: every kernel has read a message before it writes over it.
void hk_sha256_pairs(uint8_t *digests, const uint8_t *messages, size_t count);

/// The same by one kernel, which must be available.
void hk_sha256_pairs_by(hk_kernel kernel, uint8_t *digests, const uint8_t *messages, size_t count);

#endif
