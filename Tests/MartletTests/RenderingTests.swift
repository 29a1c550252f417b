import BeaconAPI
import Testing

@testable import martlet

@Suite struct RenderingTests {
    private static func root(_ digit: Character) -> String { "0x" + String(repeating: digit, count: 64) }

    private static func block(
        _ digit: Character,
        _ slot: UInt64,
        _ parent: Character,
        _ state: String = "included",
        weight: UInt64? = nil,
        cause: String? = nil,
        stage: String? = nil
    ) -> TreeAnswer.Block {
        TreeAnswer.Block(
            root: root(digit),
            slot: slot,
            parentRoot: root(parent),
            state: state,
            cause: cause,
            stage: stage,
            weight: weight.map { $0 * 1_000_000_000 },
            isViable: weight.map { _ in true }
        )
    }

    @Test func theTreeIsDrawn() {
        let answer = TreeAnswer(
            head: Self.root("8"),
            justified: CheckpointAnswer(epoch: 2, root: Self.root("2")),
            finalized: CheckpointAnswer(epoch: 1, root: Self.root("1")),
            blocks: [
                Self.block("1", 8, "0", weight: 960),
                Self.block("2", 16, "1", weight: 960),
                // A branch with a branch of its own.
                Self.block("3", 17, "2", weight: 64),
                Self.block("4", 18, "3", weight: 32),
                Self.block("5", 18, "3", weight: 0),
                Self.block("6", 19, "4", weight: 0),
                Self.block("7", 18, "2", weight: 500),
                Self.block("a", 19, "7", "invalid", cause: "state_root_mismatch", stage: "transition"),
                Self.block("b", 20, "a", "invalid", cause: "ancestor", stage: "await_parent"),
                Self.block("8", 100, "7", weight: 0),
                // Its parent was pruned.
                Self.block("e", 5, "d", "invalid", cause: "invalid_transition", stage: "transition"),
                // Their parent never came.
                Self.block("c", 101, "f", "pending"),
                Self.block("9", 102, "f", "pending"),
            ].sorted { ($0.slot, $0.root) < ($1.slot, $1.root) },
            missing: [Self.root("f")]
        )
        let expected = """
            slot         root      state                                        weight
               8  o      11111111  included                                    960 ETH  finalized
              16  o      22222222  included                                    960 ETH  justified
              17  ├─o    33333333  included                                     64 ETH
              18  │ ├─o  55555555  included                                      0 ETH
              18  │ o    44444444  included                                     32 ETH
              19  │ o    66666666  included                                      0 ETH
              18  o      77777777  included                                    500 ETH
              19  ├─x    aaaaaaaa  invalid: state_root_mismatch at transition
              20  │ x    bbbbbbbb  invalid: ancestor at await_parent
             100  *      88888888  included                                      0 ETH  head
               5  x      eeeeeeee  invalid: invalid_transition at transition
               ?  !      ffffffff  missing
             102  ├─?    99999999  pending
             101  ?      cccccccc  pending
            8 included, 3 invalid, 1 missing, 2 pending
            """
        #expect(TreeText.render(answer).joined(separator: "\n") == expected)
    }

    /// A chain as deep as the tree admits, every block a fork: drawn without recursion.
    @Test func deepForksDoNotOverflow() {
        var blocks = [TreeAnswer.Block(root: "r0", slot: 0, parentRoot: "", state: "included")]
        for i in 1...400 {
            blocks.append(TreeAnswer.Block(root: "r\(i)", slot: UInt64(i), parentRoot: "r\(i - 1)", state: "pending"))
            blocks.append(
                TreeAnswer.Block(
                    root: "s\(i)",
                    slot: UInt64(i),
                    parentRoot: "r\(i - 1)",
                    state: "included",
                    weight: UInt64.max
                )
            )
        }
        let point = CheckpointAnswer(epoch: 0, root: "")
        let answer = TreeAnswer(head: "s400", justified: point, finalized: point, blocks: blocks, missing: [])
        #expect(TreeText.render(answer).count == 803)
    }

    @Test func aBlocksLifeIsTold() {
        var block = BlockAnswer(
            root: Self.root("a"),
            slot: 7,
            parentRoot: Self.root("b"),
            state: "invalid",
            receivedAt: 1_578_010_578_123,
            origin: "socket"
        )
        block.cause = "ancestor"
        block.stage = "await_parent"
        block.ancestor = Self.root("c")
        block.reason = "a block above it is invalid"
        block.stages = [
            .init(stage: "decode", nanoseconds: 1_234), .init(stage: "await_parent", nanoseconds: 12_345_678),
        ]
        block.waitedFor = Self.root("b")
        block.waitNanoseconds = 12_000_000
        let expected = """
            block         \(Self.root("a"))
            slot          7
            parent        \(Self.root("b"))
            state         invalid: ancestor at await_parent
            bad ancestor  \(Self.root("c"))
            reason        a block above it is invalid
            received      2020-01-03T00:16:18.123Z (socket)
            waited for    \(Self.root("b")), 12.0 ms
            stages
              decode        1.23 µs
              await_parent  12.3 ms
            """
        #expect(BlockText.render(block) == expected)
    }

    @Test(
        arguments: [
            (0, "0 ns"), (999, "999 ns"), (1_000, "1.00 µs"), (12_345, "12.3 µs"), (123_456, "123 µs"),
            (1_234_567, "1.23 ms"), (999_999_999, "1000 ms"), (1_500_000_000, "1.50 s"),
            (UInt64.max, "18446744073.71 s"),
        ] as [(UInt64, String)]
    )
    func durationsHaveThreeFigures(nanoseconds: UInt64, text: String) {
        #expect(nanoseconds.duration == text)
    }

    @Test func theBarIsDrawnOnlyWhereSomebodyWatches() {
        let quiet = Paper()
        ProgressBar(quiet.terminal()).show(1, of: 2)
        #expect(quiet.err.isEmpty)
        let watched = Paper()
        let bar = ProgressBar(watched.terminal(isWatched: true))
        bar.show(1, of: 2)
        bar.show(2, of: 2)
        bar.clear()
        #expect(watched.err.contains("1/2"))
        #expect(watched.err.contains("2/2"))
        #expect(watched.err.hasSuffix("\r\u{1b}[K"))
        #expect(watched.out.isEmpty)
        #expect(ProgressBar.line(0, of: 0, seconds: 0).contains("0/0"))
        #expect(ProgressBar.line(1, of: 2, seconds: 1, "vectors").hasSuffix("1/2  1.0 vectors/s"))
    }
}
