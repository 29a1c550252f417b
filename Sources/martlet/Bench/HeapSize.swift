import CMalloc

/// The memory that the process has taken from its heap and not given back.
enum HeapSize {
    /// In bytes, of all arenas and of what is too large for them.
    static var inUse: UInt64 {
        let info = mallinfo2()
        return UInt64(info.uordblks) + UInt64(info.hblkhd)
    }
}
