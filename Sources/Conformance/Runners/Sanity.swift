extension VectorRunner {
    /// `sanity`: slots, and blocks.
    static let sanity = VectorRunner("sanity") { vector, files in
        switch vector.handler {
        case "blocks": return try blocks(vector, files)
        case "slots": return try sanitySlots(vector, files)
        default: return .unknownHandler(vector)
        }
    }
}
