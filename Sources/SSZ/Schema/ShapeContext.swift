internal import Locking

/// What decides the shape of every type of one fork under one preset.
///
/// `version` is the ordinal of the fork; `sizes` holds the preset's named numbers, indexed by `SizeName`.
/// This module knows neither forks nor presets by name: the module above declares them.
public final class ShapeContext: Sendable {
    public let version: Int
    private let sizes: [UInt64]
    private let plans = Guarded<[ObjectIdentifier: any Sendable]>([:])

    public init(version: Int, sizes: [UInt64] = []) {
        self.version = version
        self.sizes = sizes
    }

    /// For types whose shape no fork and no preset changes.
    public static let invariant = ShapeContext(version: 0)

    /// The number behind `size`; a name this context was made without counts as 0, which admits nothing.
    public func value(of size: Size) -> UInt64 {
        switch size {
        case .exactly(let count): count
        case .named(let name): name.index < sizes.count ? sizes[name.index] : 0
        case .product(let a, let b): value(of: a).multipliedReportingOverflow(by: value(of: b)).partialValue
        }
    }

    /// The resolved fields of `type`, made at first use.
    public func plan<C: SSZContainer>(for type: C.Type) -> ContainerPlan<C> {
        let key = ObjectIdentifier(type)
        if let known = plans.withLock({ $0[key] as? ContainerPlan<C> }) { return known }
        // Made outside the lock, because nested containers ask for their plans in turn.
        let made = ContainerPlan<C>(in: self)
        return plans.withLock { plans in
            if let known = plans[key] as? ContainerPlan<C> { return known }
            plans[key] = made
            return made
        }
    }
}
