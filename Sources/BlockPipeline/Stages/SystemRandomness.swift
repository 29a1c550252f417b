/// The system's random numbers, from a value that has an address.
///
/// The standard generator is an empty structure: passed `inout` on two threads, both pass whatever address is at hand,
/// and Thread Sanitizer takes that for a race.
struct SystemRandomness: RandomNumberGenerator {
    private(set) var drawn: UInt64 = 0

    mutating func next() -> UInt64 {
        drawn &+= 1
        return UInt64.random(in: .min ... .max)
    }
}
