import Foundation

extension Double {
    /// With so many digits behind the point, whatever the locale.
    func text(_ digits: Int) -> String { String(format: "%.\(digits)f", self) }
}

extension UInt64 {
    /// Nanoseconds as people read them, three figures or so.
    var duration: String {
        let value = Double(self)
        switch self {
        case ..<1_000: return "\(self) ns"
        case ..<1_000_000: return "\((value / 1e3).text(value < 1e4 ? 2 : value < 1e5 ? 1 : 0)) µs"
        case ..<1_000_000_000: return "\((value / 1e6).text(value < 1e7 ? 2 : value < 1e8 ? 1 : 0)) ms"
        default: return "\((value / 1e9).text(2)) s"
        }
    }
}

/// Lines up columns: the first to the left, the others to the right.
func table(_ rows: [[String]]) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
        row.enumerated().map { column, cell in
            let gap = String(repeating: " ", count: widths[column] - cell.count)
            return column == 0 ? cell + gap : gap + cell
        }.joined(separator: "  ")
    }
}
