import Foundation

/// How much of the long tests is run.
enum Extent {
    /// All of it in release; in debug, where it takes minutes, when `MARTLET_FULL` is set.
    static let isFull: Bool = {
        #if DEBUG
        ProcessInfo.processInfo.environment["MARTLET_FULL"] != nil
        #else
        true
        #endif
    }()
}
