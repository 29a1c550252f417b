/// What a node does with a gossip message: pass it on, drop it, or drop it and hold it against its sender.
public enum GossipVerdict: Hashable, Sendable, CustomStringConvertible {
    case accept
    /// Drop it; nobody is at fault.
    case ignore(GossipRule)
    /// Drop it; its sender is at fault.
    case reject(GossipRule)

    /// The rule that the message breaks; `nil` where it breaks none.
    public var rule: GossipRule? {
        switch self {
        case .accept: nil
        case .ignore(let rule), .reject(let rule): rule
        }
    }

    public var description: String {
        switch self {
        case .accept: "accept"
        case .ignore(let rule): "ignore: \(rule)"
        case .reject(let rule): "reject: \(rule)"
        }
    }
}

/// Ends the rules of a topic at the first that is broken.
enum GossipRefusal: Error {
    case ignore(GossipRule)
    case reject(GossipRule)
}

/// Throws unless the condition holds: the message is ignored under `rule`.
@inline(__always)
func require(_ condition: Bool, orIgnore rule: GossipRule) throws(GossipRefusal) {
    guard condition else { throw .ignore(rule) }
}

/// Throws unless the condition holds: the message is rejected under `rule`.
@inline(__always)
func require(_ condition: Bool, orReject rule: GossipRule) throws(GossipRefusal) {
    guard condition else { throw .reject(rule) }
}
