internal import SSZ

extension Size {
    /// The preset value at `path`, for use in field declarations.
    static func preset(_ path: KeyPath<Preset, UInt64>) -> Size {
        // Every path in a declaration names a declared value; the index of an unknown one is past all sizes, so
        // its limit is 0 and the first vector of the container fails.
        .named(SizeName(index: Preset.entries.firstIndex { $0.path == path } ?? .max))
    }

    /// Members of one sync subcommittee.
    static let syncSubcommitteeSize = Size.named(SizeName(index: Preset.entries.count))
}

extension Preset {
    /// Members of one sync subcommittee.
    public var syncSubcommitteeSize: UInt64 { syncCommitteeSize / 4 }

    /// The numbers behind `SizeName`s.
    var sizes: [UInt64] { Preset.entries.map { self[keyPath: $0.path] } + [syncSubcommitteeSize] }

    /// The preset of that name, if it is one of the two.
    public static func named(_ name: String) -> Preset? {
        switch name {
        case "mainnet": .mainnet
        case "minimal": .minimal
        default: nil
        }
    }
}

extension Shape {
    /// This shape before `fork`, `shape` from it on.
    func from(_ fork: ForkName, _ shape: Shape) -> Shape {
        .changing(at: fork.rawValue, before: self, after: shape)
    }
}

extension Field {
    /// A field that the container has from `since` on and no longer in `until`.
    init<Value: SSZValue>(
        _ name: String,
        _ path: any WritableKeyPath<Container, Value> & Sendable,
        _ shape: Shape = .plain,
        since: ForkName = .phase0,
        until: ForkName? = nil
    ) {
        self.init(name, path, shape, versions: since.rawValue..<(until?.rawValue ?? .max))
    }
}
