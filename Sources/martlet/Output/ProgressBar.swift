import Concurrency

/// One line on a terminal that shows how far something has come, drawn over itself.
final class ProgressBar: Sendable {
    private static let width = 30
    private let terminal: Terminal
    private let start = ContinuousClock.now
    private let last = Guarded<ContinuousClock.Instant?>(nil)

    private let unit: String

    init(_ terminal: Terminal, unit: String = "blocks") {
        self.terminal = terminal
        self.unit = unit
    }

    /// Draws ten times a second at most, and at the end; nothing where nobody watches.
    func show(_ done: Int, of total: Int) {
        guard terminal.isWatched else { return }
        let now = ContinuousClock.now
        let isDue = last.withLock { last in
            if let earlier = last, now - earlier < .milliseconds(100), done < total { return false }
            last = now
            return true
        }
        if isDue {
            terminal.draw("\r\u{1b}[K" + ProgressBar.line(done, of: total, seconds: (now - start).seconds, unit))
        }
    }

    /// Takes the line away.
    func clear() {
        if terminal.isWatched { terminal.draw("\r\u{1b}[K") }
    }

    static func line(_ done: Int, of total: Int, seconds: Double, _ unit: String = "blocks") -> String {
        let share = total > 0 ? min(1, Double(done) / Double(total)) : 1
        let filled = Int(share * Double(width))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let rate = seconds > 0 ? Double(done) / seconds : 0
        return "\(bar) \(done)/\(total)  \(rate.text(1)) \(unit)/s"
    }
}

extension Duration {
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
