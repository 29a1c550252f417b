import ConsensusTypes
import TestSupport
import Testing

@testable import ForkChoice

/// Lines against a tree that is walked block by block.
@Suite struct LinesTests {
    private struct Pair {
        var lines = Lines()
        var parents: [Int] = []
        var own: [Gwei] = []
        /// A block that the next is put on more often than on others.
        var favourite = 0

        func chain(_ block: Int) -> [Int] {
            var chain = [block]
            while let last = chain.last, parents[last] >= 0 { chain.append(parents[last]) }
            return chain
        }

        func sums() -> [Gwei] {
            var sums = own
            for i in parents.indices.reversed() where parents[i] >= 0 { sums[parents[i]] &+= sums[i] }
            return sums
        }

        mutating func append(_ random: inout SplitMix64, branches: Int) {
            if parents.isEmpty {
                lines.append(parent: nil)
                parents.append(-1)
            } else {
                let isAnywhere = Int.random(in: 0..<100, using: &random) < branches
                let parent = isAnywhere ? Int.random(in: parents.indices, using: &random) : favourite
                lines.append(parent: parent)
                parents.append(parent)
            }
            own.append(0)
            if Int.random(in: 0..<20, using: &random) == 0 {
                favourite = Int.random(in: parents.indices, using: &random)
            } else {
                favourite = parents.count - 1
            }
        }

        mutating func change(_ random: inout SplitMix64) {
            let block = Int.random(in: max(0, parents.count - 200)..<parents.count, using: &random)
            let amount = UInt64.random(in: 0...9, using: &random)
            if Bool.random(using: &random), own[block] >= amount {
                own[block] -= amount
                _ = lines.change(block, by: 0 &- amount)
            } else {
                own[block] += amount
                _ = lines.change(block, by: amount)
            }
        }

        func difference(_ random: inout SplitMix64) -> String? {
            let sums = sums()
            for i in parents.indices where lines.sum(i) != sums[i] {
                return "sum of \(i): expected \(sums[i]), got \(lines.sum(i))"
            }
            for _ in 0..<10 {
                let block = Int.random(in: parents.indices, using: &random)
                let chain = chain(block)
                let other = Int.random(in: parents.indices, using: &random)
                for base in [other, chain.randomElement(using: &random) ?? 0] {
                    let step = chain.firstIndex(of: base).flatMap { $0 > 0 ? chain[$0 - 1] : nil }
                    if lines.step(from: base, toward: block) != step { return "step from \(base) toward \(block)" }
                    let children = parents.indices.filter { parents[$0] == base }.reversed()
                    if Array(lines.children(of: base)) != Array(children) { return "children of \(base)" }
                }
            }
            return nil
        }
    }

    @Test(arguments: [0, 2, 30, 100]) func agreeWithAPlainTree(_ branches: Int) {
        for seed in UInt64(1)...4 {
            var random = SplitMix64(seed: seed)
            var pair = Pair()
            for step in 0..<60 {
                for _ in 0..<Int.random(in: 1...30, using: &random) { pair.append(&random, branches: branches) }
                for _ in 0..<Int.random(in: 0...20, using: &random) { pair.change(&random) }
                _ = pair.lines.bringDown()
                if step % 7 == 0 {
                    let block = Int.random(in: pair.parents.indices, using: &random)
                    pair.own[block] += 5
                    _ = pair.lines.add(5, to: block)
                }
                if step % 17 == 0 { pair.lines.rewrite(pair.sums()) }
                if let difference = pair.difference(&random) {
                    Issue.record("\(branches) branches, seed \(seed), step \(step): \(difference)")
                    return
                }
            }
        }
    }

    /// A chain goes on in one line, however often the first to come on a block was the one that was left.
    @Test func chainThatKeepsLeavingOrphansCrossesFewLines() {
        var lines = Lines()
        lines.append(parent: nil)
        var (tip, next) = (0, 1)
        for _ in 0..<2_000 {
            lines.append(parent: tip)
            lines.append(parent: tip)
            (tip, next) = (next + 1, next + 2)
        }
        _ = lines.change(tip, by: 1)
        let before = lines.steps
        _ = lines.bringDown()
        #expect(lines.sum(0) == 1)
        #expect(lines.steps - before < 400, "\(lines.steps - before) steps")
    }

    /// Votes that move within a branch are not brought down to its foot, and those that change sides in few steps.
    @Test func votesThatMoveCostFewSteps() {
        var lines = Lines()
        lines.append(parent: nil)
        for i in 1...20_000 { lines.append(parent: max(0, i - 2)) }
        _ = lines.change(19_000, by: 32)
        _ = lines.bringDown()
        func steps(_ from: Int, _ to: Int) -> Int {
            let before = lines.steps
            _ = lines.change(from, by: 0 &- 32)
            _ = lines.change(to, by: 32)
            _ = lines.bringDown()
            return lines.steps - before
        }
        let within = steps(19_000, 19_050)
        #expect(within < 80, "\(within) steps")
        let across = steps(19_050, 19_001)
        #expect(across < 700, "\(across) steps on two ways of 9,500 blocks")
        #expect(lines.sum(0) == 32 && lines.sum(19_050) == 0 && lines.sum(19_001) == 32)
    }

    /// What is given to a whole stretch and taken from its parts leaves no trace, however often and however much.
    @Test func whatIsGivenAtOnceAndTakenInPartsDoesNotAddUp() {
        var line = Line(base: -1)
        for block in 0..<10 { line.append(block) }
        for index in 1..<10 where index != 7 { line.setLead(index, 5) }
        let amount: Gwei = 1 << 55
        for round in 0..<600 {
            _ = line.add(amount, 0...9)
            _ = line.add(0 &- amount, 0...4)
            _ = line.add(0 &- amount, 5...9)
            guard line.end(from: 0).index == 6, (0..<10).allSatisfy({ line.sum($0) == 0 }) else {
                Issue.record("round \(round): followed to \(line.end(from: 0).index), expected 6")
                return
            }
        }
    }
}
