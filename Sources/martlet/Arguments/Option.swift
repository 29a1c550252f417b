/// One option of a command, declared once: parsing, checking and help all read this declaration.
struct Option<Value: Sendable>: Sendable {
    /// As it is written: `--seed`.
    let name: String
    /// What its value stands for in the help; `nil` for a flag.
    let placeholder: String?
    let help: String
    let read: @Sendable (String) throws(BadValue) -> Value

    /// The declaration without its type, for a command's list.
    var declaration: OptionDeclaration {
        OptionDeclaration(name: name, placeholder: placeholder, help: help) { [read] text throws(BadValue) in
            try read(text)
        }
    }
}

/// An option whose value's type is not known: what a command lists.
struct OptionDeclaration: Sendable {
    let name: String
    let placeholder: String?
    let help: String
    let read: @Sendable (String) throws(BadValue) -> any Sendable
}

/// A value that is none of those an option takes.
struct BadValue: Error, Hashable {
    let expected: String
}

extension Option<Bool> {
    /// An option that is there or not.
    static func flag(_ name: String, _ help: String) -> Option {
        Option(name: name, placeholder: nil, help: help) { (_) throws(BadValue) in true }
    }
}

extension Option<String> {
    /// Any text but the empty one.
    static func text(_ name: String, _ placeholder: String, _ help: String) -> Option {
        Option(name: name, placeholder: placeholder, help: help) { text throws(BadValue) in
            guard !text.isEmpty else { throw BadValue(expected: "something") }
            return text
        }
    }
}

extension Option where Value: FixedWidthInteger {
    /// A whole number within `range`.
    static func integer(
        _ name: String,
        _ placeholder: String,
        _ range: ClosedRange<Value>,
        _ help: String
    ) -> Option {
        Option(name: name, placeholder: placeholder, help: help) { text throws(BadValue) in
            guard let value = Value(text), range.contains(value) else {
                throw BadValue(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
    }
}

extension Option where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of a few words.
    static func choice(_ name: String, _ help: String) -> Option {
        let words = Value.allCases.map(\.rawValue)
        return Option(name: name, placeholder: words.joined(separator: "|"), help: help) { text throws(BadValue) in
            guard let value = Value(rawValue: text) else {
                throw BadValue(expected: "one of \(words.joined(separator: ", "))")
            }
            return value
        }
    }
}
