#pragma once
#include <stddef.h>

/// The bytes of trusted_setup_4096.bin, compiled in.
const unsigned char *_Nonnull martlet_trusted_setup(void);

/// How many they are.
size_t martlet_trusted_setup_length(void);
