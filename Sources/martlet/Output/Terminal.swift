import Foundation

/// Where a command writes: results on one side, everything else on the other.
struct Terminal: Sendable {
    /// Whether somebody watches the error side.
    let isWatched: Bool
    private let out: @Sendable (String) -> Void
    private let err: @Sendable (String) -> Void

    init(
        isWatched: Bool,
        out: @escaping @Sendable (String) -> Void,
        err: @escaping @Sendable (String) -> Void
    ) {
        self.isWatched = isWatched
        self.out = out
        self.err = err
    }

    /// The process's own.
    static let standard = Terminal(
        isWatched: isatty(STDERR_FILENO) == 1,
        out: { write($0, to: STDOUT_FILENO) },
        err: { write($0, to: STDERR_FILENO) }
    )

    func print(_ line: String) { out(line + "\n") }

    /// A result without a line's end, such as a piece of a long text.
    func put(_ text: String) { out(text) }

    func error(_ line: String) { err(line + "\n") }

    /// Text without a line's end, such as a bar drawn over itself.
    func draw(_ text: String) { err(text) }

    /// Writes all of it; a reader that has gone away is nobody's loss.
    private static func write(_ text: String, to file: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
