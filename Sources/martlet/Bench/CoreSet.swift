import CAffinity

/// Which cores the calling thread may run on.
enum CoreSet {
    /// Words of the system's set of cores: room for 1,024.
    private static let words = 16

    /// Their numbers, ascending; none where the system does not say.
    static var available: [Int] {
        var set = [UInt64](repeating: 0, count: words)
        guard core_set_read(&set, words * 8) >= 0 else { return [] }
        return (0..<words * 64).filter { set[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }
    }

    /// Holds the calling thread, and the programs it starts, to these; `false` where the system refuses.
    static func hold(to cores: [Int]) -> Bool {
        var set = [UInt64](repeating: 0, count: words)
        for core in cores where core >= 0 && core < words * 64 { set[core / 64] |= 1 << UInt64(core % 64) }
        return core_set_write(set, words * 8) == 0
    }
}
