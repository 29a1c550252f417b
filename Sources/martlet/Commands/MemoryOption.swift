import Node

/// `--memory-limit`: one number for the whole process.
enum MemoryOption {
    static let limit = Option<MemoryLimit>(
        name: "--memory-limit",
        placeholder: "SIZE",
        help: "memory of the whole process, as 2G or 768M; states in memory get half and give way to what else grows,"
            + " queues and caches get parts, and a replay's --json lists only what went wrong; default: none, states get 1G"
    ) { text throws(BadValue) in
        guard let bytes = bytes(text), bytes >= MemoryLimit.least else {
            throw BadValue(expected: "a size of 128M at least, as 2G, 768M or a number of bytes")
        }
        return MemoryLimit(bytes: bytes)
    }

    /// A number, with K, M, G or T for powers of 1,024.
    static func bytes(_ text: String) -> Int? {
        let units: [Character: Int] = ["K": 10, "M": 20, "G": 30, "T": 40]
        let unit = text.last.flatMap { units[Character($0.uppercased())] }
        guard let number = Int(unit == nil ? text : String(text.dropLast())), number > 0 else { return nil }
        let (bytes, over) = number.multipliedReportingOverflow(by: 1 << (unit ?? 0))
        return over ? nil : bytes
    }

    /// What is asked for; from here on the process takes memory sparingly where something is.
    static func limit(_ arguments: Arguments) -> MemoryLimit? {
        guard let asked = arguments[limit] else { return nil }
        Allocator.economize()
        return asked
    }
}
