// What values hold on the heap, counted into a `SharedMemory`. What a container holds follows from its fields.

extension SSZValue {
    public static var holdsMemory: Bool { false }

    public func account(in memory: inout SharedMemory, _ change: SharedMemory.Change) {}

    public static func account(_ values: [Self], in memory: inout SharedMemory, _ change: SharedMemory.Change) {
        guard holdsMemory else { return }
        for value in values { value.account(in: &memory, change) }
    }
}

extension SSZContainer {
    public static var holdsMemory: Bool { fields.contains { $0.codec.holdsMemory } }

    /// Fields of every version: one that a value's version has not may still hold what it had before.
    public func account(in memory: inout SharedMemory, _ change: SharedMemory.Change) {
        for field in Self.fields where field.codec.holdsMemory { field.codec.account(self, in: &memory, change) }
    }

    public static func account(_ values: [Self], in memory: inout SharedMemory, _ change: SharedMemory.Change) {
        let codecs = fields.map(\.codec).filter(\.holdsMemory)
        guard !codecs.isEmpty else { return }
        for value in values {
            for codec in codecs { codec.account(value, in: &memory, change) }
        }
    }
}

extension PersistentList where Element: SSZValue {
    public static var holdsMemory: Bool { true }

    public func account(in memory: inout SharedMemory, _ change: SharedMemory.Change) { memory.account(self, change) }
}

extension Array where Element: SSZValue {
    public static var holdsMemory: Bool { true }

    public func account(in memory: inout SharedMemory, _ change: SharedMemory.Change) {
        memory.account(self, change) { memory, elements in Element.account(elements, in: &memory, change) }
    }
}

extension Bitvector {
    public static var holdsMemory: Bool { true }

    public func account(in memory: inout SharedMemory, _ change: SharedMemory.Change) {
        memory.account(storage.bytes, change)
    }
}

extension Bitlist {
    public static var holdsMemory: Bool { true }

    public func account(in memory: inout SharedMemory, _ change: SharedMemory.Change) {
        memory.account(storage.bytes, change)
    }
}

extension CompatibleUnion {
    public static var holdsMemory: Bool { true }

    public func account(in memory: inout SharedMemory, _ change: SharedMemory.Change) {
        value.account(in: &memory, change)
    }
}
