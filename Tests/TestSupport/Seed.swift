internal import Foundation

/// Where the numbers of chance of a test begin.
package enum Seed {
    /// The same in every run, so that what passes once passes always; `MARTLET_SEED` gives another, `random` any.
    package static let first: UInt64 = {
        switch ProcessInfo.processInfo.environment["MARTLET_SEED"] {
        case nil: 20_261_121
        case "random": .random(in: .min ... .max)
        case let text?:
            if let seed = UInt64(text) {
                seed
            } else {
                fatalError("MARTLET_SEED: expected a number or random, got \(text)")
            }
        }
    }()
}
