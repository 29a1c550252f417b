#include "CTrustedSetup.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char setup[] = {
#embed "trusted_setup_4096.bin"
};

const unsigned char *martlet_trusted_setup(void) { return setup; }

size_t martlet_trusted_setup_length(void) { return sizeof setup; }
