import Hashing
import TestSupport
import Testing

@testable import ForkTree

/// Carries out the same operation on the tree and on the model and compares everything observable.
private struct Pair {
    var tree: ForkTreeState
    var model: Model
    let blocks: [Model.Block]
    var now: UInt64 = 1_000
    var lastID: UInt64 = 0
    var waiting: [UInt64] = []

    init(blocks: [Model.Block], limits: ForkTreeLimits) {
        self.blocks = blocks
        let anchor = Model.Block(root: root(0), slot: 10, parent: root(999))
        tree = ForkTreeState(anchor: anchor.root, slot: anchor.slot, parent: anchor.parent, limits: limits)
        model = Model(anchor: anchor, limits: limits)
    }

    enum Operation: CaseIterable {
        case insert, ready, readyBriefly, include, reject, badSignature, withdraw, cancel, expire, prune
        case readyAhead, offerState, invalidate, fetchEnded, retry
    }

    /// `nil` when both agree, else what differs.
    mutating func run(_ operation: Operation, _ index: Int, signature number: Int, bytes: Int) -> String? {
        let block = blocks[index]
        let signature = root(1_000 + number)
        let ticket = BlockTicket(
            root: block.root,
            slot: block.slot,
            parent: block.parent,
            signature: signature,
            bytes: bytes
        )
        var effects = ForkTreeState.Effects()
        model.begin()
        var (got, expected) = ("", "")
        switch operation {
        case .insert:
            let outcome = tree.insert(
                block.root,
                slot: block.slot,
                parent: block.parent,
                signature: signature,
                bytes: bytes,
                &effects
            )
            (got, expected) = ("\(outcome)", "\(model.insert(block, signature, bytes: bytes))")
        case .ready, .readyBriefly, .readyAhead:
            lastID += 1
            waiting.append(lastID)
            let deadline = operation == .readyBriefly ? now + 5 : UInt64.max
            let mayGoAhead = operation == .readyAhead
            var outcome: ReadyOutcome?
            let step = tree.ready(
                ticket,
                id: lastID,
                deadline: deadline,
                now: now,
                mayGoAhead: mayGoAhead,
                &effects
            )
            if case .finished(let answer) = step { outcome = answer }
            let answer = model.ready(
                block,
                signature,
                id: lastID,
                deadline: deadline,
                now: now,
                mayGoAhead: mayGoAhead
            )
            (got, expected) = ("\(outcome as Any)", "\(answer as Any)")
        case .include:
            (got, expected) = ("\(tree.include(ticket, &effects))", "\(model.include(block, signature))")
        case .reject:
            let outcome = tree.reject(ticket, .invalidTransition, at: .transition, &effects)
            (got, expected) = ("\(outcome)", "\(model.reject(block, signature, .invalidTransition))")
        case .badSignature:
            let outcome = tree.reject(ticket, .proposerSignature, at: .transition, &effects)
            (got, expected) = ("\(outcome)", "\(model.reject(block, signature, .proposerSignature))")
        case .withdraw:
            tree.withdraw(ticket, &effects)
            model.withdraw(block, signature)
        case .cancel:
            guard !waiting.isEmpty else { return nil }
            let id = waiting.remove(at: index % waiting.count)
            tree.cancel(id: id, &effects)
            model.cancel(id)
        case .expire:
            now += UInt64(index)
            tree.expire(now: now, &effects)
            model.expire(now)
        case .prune:
            let report = tree.prune(to: block.root, &effects)
            (got, expected) = ("\(report != nil)", "\(model.prune(block.root))")
        case .offerState:
            (got, expected) = ("\(tree.offerState(ticket, &effects))", "\(model.offerState(block, signature))")
        case .invalidate:
            let outcome = tree.invalidate(block.root, .executionPayload, at: .transition, &effects)
            (got, expected) = ("\(outcome)", "\(model.invalidate(block.root, .executionPayload))")
        case .fetchEnded:
            tree.fetchEnded(block.root)
            model.asked.remove(block.root)
        case .retry:
            tree.retryFetches(&effects)
            model.retryFetches()
        }
        if got != expected { return "got \(got), expected \(expected)" }
        return compare(effects)
    }

    private mutating func compare(_ effects: ForkTreeState.Effects) -> String? {
        if let broken = tree.checkInvariants() { return broken }
        let wakes = Dictionary(effects.wakes.map { ($0.id, $0.wake) }) { first, _ in first }
        if wakes.count != effects.wakes.count { return "somebody is woken twice" }
        if wakes != model.wakes { return "wakes \(wakes), expected \(model.wakes)" }
        let released = effects.wakes.filter { $0.wake == .ready(.included) }.map(\.id)
        if released != released.sorted() { return "woken out of order: \(released)" }
        if Set(effects.fetches) != Set(model.fetches) || effects.fetches.count != model.fetches.count {
            return "fetches \(effects.fetches), expected \(model.fetches)"
        }
        if tree.outstanding != model.asked { return "asked for \(tree.outstanding), expected \(model.asked)" }
        for block in blocks where tree.state(of: block.root) != model.state(of: block.root) {
            let states = (tree.state(of: block.root), model.state(of: block.root))
            return "\(block.root.short) is \(states.0 as Any), expected \(states.1 as Any)"
        }
        let counts = tree.counts()
        let figures = [
            counts.waiters, counts.waitingBytes, counts.live, counts.included, counts.missing, tree.aheadCopies,
        ]
        let modelFigures = [
            model.waiterCount, model.waitingBytes, model.copies.count, model.included.count, model.missing.count,
            model.aheadCount,
        ]
        if figures != modelFigures { return "figures \(figures), expected \(modelFigures)" }
        if tree.nextDeadline() != model.nextDeadline { return "next deadline differs" }
        waiting.removeAll { wakes[$0] != nil }
        return nil
    }
}

@Suite struct ForkTreeStateModelTests {
    @Test(arguments: WaitOverflowPolicy.allCases)
    func randomOperations(policy: WaitOverflowPolicy) {
        var reached: [String: UInt64] = [:]
        for seed in UInt64(1)...40 {
            guard let statistics = run(policy, seed) else { return }
            for counter in Mirror(reflecting: statistics).children {
                reached[counter.label ?? "", default: 0] += counter.value as? UInt64 ?? 0
            }
        }
        // Everything the tree can do was done at least once; what cannot happen here is named.
        var unreached = Set(reached.filter { $0.value == 0 }.keys)
        unreached.subtract(["evictedByShutdown", "fetchesRefused", "forgottenInvalidRoots"])
        unreached.subtract(["forgottenBadCopies", "forgottenPrunedRoots"])
        #expect(unreached.isEmpty)
    }

    /// One run of random operations; `nil` after a difference.
    private func run(_ policy: WaitOverflowPolicy, _ seed: UInt64) -> ForkTreeStatistics? {
        var random = SplitMix64(seed: seed)
        var limits = ForkTreeLimits()
        limits.overflow = policy
        limits.waiting = Int.random(in: 2...12, using: &random)
        limits.waitingBytes = 600
        limits.waitingAge = 60
        var blocks: [Model.Block] = []
        for number in 1...32 {
            // Mostly recent parents, so that lines get long; slots always rise.
            let parent = Int.random(in: max(0, number - 4)..<number, using: &random)
            let above = parent == 0 ? 10 : blocks[parent - 1].slot
            let slot = above + UInt64.random(in: 1...9, using: &random)
            blocks.append(.init(root: root(number), slot: slot, parent: root(parent)))
        }
        var pair = Pair(blocks: blocks, limits: limits)
        limits.aheadDepth = Int.random(in: 0...3, using: &random)
        limits.aheadBlocks = Int.random(in: 1...5, using: &random)
        let frequent: [Pair.Operation] = [
            .insert, .insert, .insert, .insert, .ready, .ready, .include, .include, .include, .include, .readyBriefly,
            .readyAhead, .readyAhead, .offerState, .offerState,
        ]
        let violent: Set<Pair.Operation> = [.reject]
        for step in 0..<600 {
            // Violent operations are rare, or nothing would live long enough to matter.
            let isRare = UInt8.random(in: 0..<100, using: &random) < 12
            var operation = (isRare ? Pair.Operation.allCases : frequent).randomElement(using: &random) ?? .insert
            if violent.contains(operation), UInt8.random(in: 0..<4, using: &random) > 0 { operation = .include }
            var index = Int.random(in: 0..<blocks.count, using: &random)
            if operation == .prune {
                // Finality advances in small steps, so that something is left above it.
                let next = blocks.indices.filter { pair.model.included.map(\.root).contains(blocks[$0].root) }
                index = next.prefix(4).randomElement(using: &random) ?? index
            }
            if UInt8.random(in: 0..<100, using: &random) < 3 {
                // One that others may have run ahead of is given up.
                let offered = blocks.indices.filter { pair.model.hasState(blocks[$0].root) }
                if let index = offered.randomElement(using: &random) {
                    let signature = Int.random(in: 0..<2, using: &random)
                    if let difference = pair.run(.withdraw, index, signature: signature, bytes: 0) {
                        Issue.record("\(policy) seed \(seed) step \(step) withdraw \(index + 1): \(difference)")
                        return nil
                    }
                }
            }
            let signature = Int.random(in: 0..<2, using: &random)
            let bytes = Int.random(in: 0...130, using: &random)
            if let difference = pair.run(operation, index, signature: signature, bytes: bytes) {
                Issue.record("\(policy) seed \(seed) step \(step) \(operation) block \(index + 1): \(difference)")
                return nil
            }
        }
        return pair.tree.statistics
    }

    /// Every sequence of four operations on a line of three blocks where one may wait, from two beginnings.
    @Test(arguments: WaitOverflowPolicy.allCases, [false, true])
    func everyShortSequence(policy: WaitOverflowPolicy, secondWaits: Bool) {
        var limits = ForkTreeLimits()
        limits.overflow = policy
        limits.waiting = 1
        let blocks: [Model.Block] = [
            .init(root: root(1), slot: 11, parent: root(0)),
            .init(root: root(2), slot: 12, parent: root(1)),
            .init(root: root(3), slot: 13, parent: root(2)),
        ]
        let moves: [(Pair.Operation, Int)] = [
            (.insert, 0), (.insert, 1), (.insert, 2), (.ready, 0), (.ready, 1), (.ready, 2), (.include, 0),
            (.include, 1), (.reject, 0), (.badSignature, 1), (.cancel, 0), (.prune, 0), (.readyAhead, 1),
            (.offerState, 0),
        ]
        var ran = 0
        func descend(_ pair: Pair, _ path: [Int]) {
            if path.count == 4 {
                ran += 1
                return
            }
            for (number, move) in moves.enumerated() {
                var next = pair
                if let difference = next.run(move.0, move.1, signature: 0, bytes: 1) {
                    let names = (path + [number]).map { "\(moves[$0].0) \(moves[$0].1 + 1)" }
                    Issue.record("\(policy) \(secondWaits) \(names): \(difference)")
                    return
                }
                descend(next, path + [number])
            }
        }
        var start = Pair(blocks: blocks, limits: limits)
        if secondWaits {
            #expect(start.run(.insert, 1, signature: 0, bytes: 1) == nil)
            #expect(start.run(.ready, 1, signature: 0, bytes: 1) == nil)
        }
        descend(start, [])
        #expect(ran == 38_416)
    }
}
