/// A piece of work of fixed size whose instructions are counted.
///
/// What it does must depend on nothing but its input: no random numbers, no clock, one thread.
struct CountedKernel: Sendable {
    let name: String
    /// Makes ready, uncounted, and gives what is counted; asked twice, as the first time fills what is made once.
    let make: @Sendable () throws -> () throws -> UInt64

    /// Runs it once for what is made once, and once in the region.
    func run() throws -> UInt64 {
        let first = try make()()
        let counted = try make()
        return try first &+ countedRegion(counted)
    }
}

/// The function that `.ci/count-instructions` names to callgrind: what it calls is counted, and nothing else.
@inline(never)
@_optimize(none)
func countedRegion(_ body: () throws -> UInt64) throws -> UInt64 {
    try body()
}
