// The accounts of the C library's heap; its module map leaves them out.
#include <malloc.h>
