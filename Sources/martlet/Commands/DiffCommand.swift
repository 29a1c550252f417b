import ConsensusTypes
import SSZ

/// `martlet diff`: where two containers differ.
enum DiffCommand {
    private static let limit = Option<Int>.integer("--limit", "N", 1...1_000_000_000, "places to show; default: 100")
    /// As of diff(1): 0 is the same, 1 is different, and this is that nobody knows.
    private static let trouble = ExitCode.usage

    static let command = Command(
        "diff",
        .exactly(3, "TYPE A B"),
        """
        the fields in which two containers differ, by path; exit status: 0 none, 1 some, 2 not to be told

        \(ContainerType.help)
        """,
        ContainerRules.declarations + [limit.declaration, SharedOptions.json.declaration],
        run: run
    )

    private static func run(_ arguments: Arguments, _ terminal: Terminal) async throws -> ExitCode {
        let type = try ContainerType.named(arguments.operands[0], command: "diff")
        let rules = try ContainerRules(arguments, command: "diff")
        let (a, b) = (arguments.operands[1], arguments.operands[2])
        let limit = arguments[limit] ?? 100
        let answer: DiffAnswer
        do {
            answer = try await onOwnThread("diff") {
                try compare(ContainerFile(a, type), ContainerFile(b, type), rules, limit: limit)
            }
        } catch {
            terminal.error("martlet: diff: \(error)")
            return trouble
        }
        if arguments[flag: SharedOptions.json] {
            terminal.print(try jsonText(answer))
        } else {
            for line in answer.lines { terminal.print(line) }
        }
        return answer.same ? .good : .failed
    }

    /// Both under the same fork and preset if they can be; else by the names of their fields.
    private static func compare(
        _ a: ContainerFile,
        _ b: ContainerFile,
        _ rules: ContainerRules,
        limit: Int
    ) throws -> DiffAnswer {
        let left = try a.readings(rules)
        let right = try b.readings(rules)
        for x in left {
            guard let y = right.first(where: { $0.setting == x.setting }),
                let differences = x.value.differences(from: y.value, limit: limit, in: x.setting.context)
            else { continue }
            return DiffAnswer(differences, x.setting, y.setting)
        }
        let (x, y) = (left[0], right[0])
        let trees = (x.value.tree(in: x.setting.context), y.value.tree(in: y.setting.context))
        return DiffAnswer(trees.0.differences(from: trees.1, limit: limit), x.setting, y.setting)
    }
}

/// What `martlet diff` found.
struct DiffAnswer: Encodable, Sendable {
    struct Place: Encodable, Sendable {
        let path: String
        /// `nil` where there is nothing at this place.
        let a, b: String?
        let line: String

        enum CodingKeys: CodingKey { case path, a, b }

        init(_ place: Differences.Place) {
            path = place.path
            a = Self.whole(place.left)
            b = Self.whole(place.right)
            let (left, right) = place.texts()
            line = "\(place.path): \(left) → \(right)"
        }

        private static func whole(_ side: Differences.Side) -> String? {
            switch side {
            case .absent: nil
            case .elements(let count): "\(count) elements"
            case .value(let tree): tree.text
            }
        }
    }

    let same: Bool
    let count: Int
    let forks: [String]
    let presets: [String]
    let places: [Place]

    init(_ differences: Differences, _ a: ContainerRules.Setting, _ b: ContainerRules.Setting) {
        let isOfOneFork = a == b
        same = differences.isEmpty && isOfOneFork
        count = differences.count
        forks = [a.fork.name, b.fork.name]
        presets = [a.preset, b.preset]
        places = differences.places.map(Place.init)
    }

    /// For people: one line a place, then how many there are.
    var lines: [String] {
        if same { return ["no difference (\(forks[0]), \(presets[0]) preset)"] }
        let more = count > places.count ? ", the first \(places.count) of them above" : ""
        let setting =
            forks[0] == forks[1] && presets[0] == presets[1]
            ? "\(forks[0]), \(presets[0]) preset"
            : "\(forks[0]), \(presets[0]) preset → \(forks[1]), \(presets[1]) preset"
        return places.map(\.line) + ["\(count) \(count == 1 ? "place differs" : "places differ")\(more) (\(setting))"]
    }
}
