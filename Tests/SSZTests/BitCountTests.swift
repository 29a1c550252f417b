import SSZ
import Testing

@Suite struct BitCountTests {
    @Test func aRangeHasTheBitsThatAreSetInIt() {
        for count in 0...40 {
            let bits = (0..<count).map { ($0 * $0 + count) % 3 == 0 }
            let list = Bitlist(bits)
            for lower in 0...count {
                for upper in lower...count {
                    let expected = bits[lower..<upper].count { $0 }
                    if list.oneCount(in: lower..<upper) != expected {
                        Issue.record("\(lower)..<\(upper) of \(count): \(list.oneCount(in: lower..<upper))")
                    }
                }
            }
        }
    }
}
