internal import CMalloc

/// What the process has taken from its heap and not given back.
package enum Heap {
    /// In bytes, of all arenas and of what is too large for them.
    package static var inUse: Int {
        let info = mallinfo2()
        return Int(info.uordblks) + Int(info.hblkhd)
    }

    /// Not under Thread Sanitizer, whose allocator says zero.
    package static var isMeasured: Bool { inUse > 0 }
}
