import Hashing
import Testing

@Suite struct FixedBytesTests {
    @Test func memoryIsTheBytes() {
        #expect(MemoryLayout<Bytes4>.stride == 4)
        #expect(MemoryLayout<Bytes20>.stride == 20)
        #expect(MemoryLayout<Bytes32>.stride == 32)
        #expect(MemoryLayout<Bytes48>.stride == 48)
        #expect(MemoryLayout<Bytes96>.stride == 96)
        let root = Bytes32((0..<32).map { UInt8($0) })
        #expect(root?.description == "0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
        #expect(root?.short == "00010203")
    }

    @Test func anotherLengthIsRefused() {
        #expect(Bytes32([UInt8](repeating: 0, count: 31)) == nil)
        #expect(Bytes48([UInt8](repeating: 0, count: 49)) == nil)
    }

    @Test func equalityHashingAndOrderSeeEveryByte() {
        let base = Bytes32([UInt8](repeating: 7, count: 32)) ?? .zero
        var table: [Bytes32: Int] = [base: -1]
        for i in 0..<32 {
            var other = base
            other.withUnsafeMutableBytes { $0[i] = 8 }
            #expect(other != base)
            #expect(base < other && !(other < base))
            #expect(table[other] == nil)
            table[other] = i
        }
        #expect(table.count == 33)
        #expect(table[base] == -1)
    }

    private func everyByteCounts<Value: FixedBytes>(_ type: Value.Type) {
        let base = Value()
        for i in 0..<Value.count {
            var other = base
            other.withUnsafeMutableBytes { $0[i] = 128 }
            #expect(other != base)
            #expect(other == other)
            #expect(Set([base, other]).count == 2)
        }
    }

    @Test func equalityOfEverySize() {
        everyByteCounts(Bytes4.self)
        everyByteCounts(Bytes20.self)
        everyByteCounts(Bytes48.self)
        everyByteCounts(Bytes96.self)
    }

    @Test func hexadecimalBothWays() {
        #expect(Hex.decode("0x00ff") == [0, 255])
        #expect(Hex.decode("00Ff") == [0, 255])
        #expect(Hex.decode("0x0") == nil)
        #expect(Hex.decode("0g") == nil)
        #expect(Hex.encode([0, 255]) == "00ff")
    }
}
