import CMalloc

/// How the process asks the system for memory.
enum Allocator {
    /// Keeps what is freed from staying with the process: fewer arenas, and large pieces of their own.
    ///
    /// Costs page faults where large arrays come and go, so it is for those who have set a limit.
    static func economize() {
        _ = mallopt(M_ARENA_MAX, 2)
        // Setting it stops it from rising with each large piece that is freed.
        _ = mallopt(M_MMAP_THRESHOLD, 1 << 20)
        _ = mallopt(M_TRIM_THRESHOLD, 4 << 20)
    }

    /// Hands back what is free.
    static func release() { _ = malloc_trim(0) }
}
