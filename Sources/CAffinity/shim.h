// Which cores a thread may run on; the C library shows its own calls for it to GNU sources only.
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

// The bytes of the set that the kernel wrote, or -1.
static inline long core_set_read(void *set, size_t size) { return syscall(SYS_sched_getaffinity, 0, size, set); }

// Nought, or -1.
static inline long core_set_write(const void *set, size_t size) { return syscall(SYS_sched_setaffinity, 0, size, set); }
