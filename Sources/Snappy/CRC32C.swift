/// CRC-32C (Castagnoli, reflected polynomial `82f63b78`), eight bytes a step by table.
public enum CRC32C {
    /// The plain checksum.
    public static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBufferPointer { buffer in
            tables.withUnsafeBufferPointer { table in
                var crc = UInt32.max
                var position = 0
                while position + 8 <= buffer.count {
                    let low =
                        crc
                        ^ (UInt32(buffer[position]) | UInt32(buffer[position + 1]) << 8
                            | UInt32(buffer[position + 2]) << 16 | UInt32(buffer[position + 3]) << 24)
                    let first = table[7 * 256 + Int(low & 0xff)] ^ table[6 * 256 + Int(low >> 8 & 0xff)]
                    let second = table[5 * 256 + Int(low >> 16 & 0xff)] ^ table[4 * 256 + Int(low >> 24)]
                    let third =
                        table[3 * 256 + Int(buffer[position + 4])] ^ table[2 * 256 + Int(buffer[position + 5])]
                    let fourth = table[256 + Int(buffer[position + 6])] ^ table[Int(buffer[position + 7])]
                    crc = first ^ second ^ third ^ fourth
                    position += 8
                }
                while position < buffer.count {
                    crc = crc >> 8 ^ table[Int((crc ^ UInt32(buffer[position])) & 0xff)]
                    position += 1
                }
                return ~crc
            }
        }
    }

    /// The checksum as the stream format stores it: rotated right by 15 bits, plus a constant.
    ///
    /// The mask is there because a checksum over data that holds checksums is weak.
    public static func masked(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let crc = checksum(bytes)
        return (crc >> 15 | crc << 17) &+ 0xa282_ead8
    }

    /// Row 0 is the byte table; row k is it after k more zero bytes.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for index in 0..<256 {
            var crc = UInt32(index)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82f6_3b78 : crc >> 1 }
            tables[index] = crc
        }
        for index in 256..<tables.count {
            let previous = tables[index - 256]
            tables[index] = previous >> 8 ^ tables[Int(previous & 0xff)]
        }
        return tables
    }()
}
